import { markdownTable } from 'markdown-table';
import { type Alarm, type AlarmName, conditionsOf, inWords } from '../alarm.ts';
import { alarmsFor } from '../alarms.ts';
import { catalogue, type MetricName, metricNames } from '../metrics/catalogue.ts';
import type { Formula } from '../metrics/series.ts';
import {
  cachedRedirectRate,
  coldRate,
  edgeErrorRate,
  faultRate,
  hitRate,
  imageCount,
  loopRate,
  lostRedirectRate,
  refetchRate,
  requestRate,
  unredirectedRate,
} from '../rates.ts';
import { costPerThousandImages } from '../service-cost.ts';
import type { Settings } from '../settings.ts';

/** The parts of docs/metrics.md and docs/alarms.md that repeat the data, by page. `make docs` writes them. */
export function renderDocs(settings: Settings): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const formulas = {
    'loop-rate': loopRate(settings, 20),
    'lost-redirect-rate': lostRedirectRate(settings, 20),
    'cached-redirect-rate': cachedRedirectRate(settings, 20),
    'image-count': imageCount(settings),
    'hit-rate': hitRate(settings),
    'cold-rate': coldRate(settings),
    'refetch-rate': refetchRate(settings),
    'fault-rate': faultRate(20),
    'edge-error-rate': edgeErrorRate(settings, '5xx', 5),
    'missing-rate': requestRate('OriginalMissing', 50),
    'unredirected-rate': unredirectedRate(settings, 'CloudFront.404ErrorRate', 20),
    'cost-of-images': costPerThousandImages(settings),
  };
  return {
    'docs/metrics.md': {
      ...Object.fromEntries(Object.entries(formulas).map(([name, formula]) => [name, inFull(formula)])),
      'own-metrics': metricTable(metricNames.filter((name) => !name.includes('.'))),
      'aws-metrics': metricTable(metricNames.filter((name) => name.includes('.'))),
    },
    'docs/alarms.md': {
      alarms: markdownTable([['alarm', 'severity', 'red when', 'why'], ...[...alarmsFor(settings)].map(alarmRow)]),
      'missing-data': markdownTable([
        ['alarm', 'no data is', 'because'],
        ...[...alarmsFor(settings)].map(([name, alarm]) => {
          const [{ missing } = { missing: undefined }] = conditionsOf(alarm);
          return [runbookLink(name), `\`${missing?.as}\``, missing?.because ?? ''];
        }),
      ]),
    },
  };
}

/** What it is made of, its steps and its result, as CloudWatch gets them. */
function inFull({ of, steps = {}, result }: Formula): string {
  const sources = Object.entries(of).map(([id, { metric, statistic }]) => `${id} = ${metric}, ${statistic}`);
  const named = Object.entries(steps).map(([id, expression]) => `${id} = ${expression}`);
  return ['```text', ...sources, '', ...named, `-> ${result}`, '```'].join('\n');
}

function metricTable(names: readonly MetricName[]): string {
  return markdownTable([
    ['metric', 'unit', 'counts or measures'],
    ...names.map((name) => [`\`${name}\``, catalogue[name].unit, catalogue[name].meaning]),
  ]);
}

function alarmRow([name, alarm]: readonly [AlarmName, Alarm]): string[] {
  const [first, second] = conditionsOf(alarm).map(inWords);
  return [runbookLink(name), alarm.severity, second ? `${first}, and ${second}` : (first ?? ''), alarm.because];
}

function runbookLink(name: AlarmName): string {
  return `[${name}](runbooks/${name}.md)`;
}
