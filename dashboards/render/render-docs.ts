import { type Alarm, type AlarmName, conditionsOf, inWords } from '../alarm.ts';
import { alarmsFor } from '../alarms.ts';
import { catalogue, type MetricName, metricNames } from '../metrics/catalogue.ts';
import type { Formula } from '../metrics/series.ts';
import {
  coldRate,
  faultRate,
  hitRate,
  loopRate,
  lostRedirectRate,
  refetchRate,
  requestRate,
  unredirectedRate,
} from '../rates.ts';
import { costPerThousandImages } from '../service-cost.ts';
import type { Settings } from '../settings.ts';

/** The parts of docs/metrics.md and docs/alarms.md that say again what the data says. `make monitoring-docs` writes them. */
export function renderDocs(settings: Settings): Readonly<Record<string, string>> {
  const formulas = {
    'loop-rate': loopRate(settings, 20),
    'lost-redirect-rate': lostRedirectRate(20),
    'hit-rate': hitRate(settings),
    'cold-rate': coldRate(settings),
    'refetch-rate': refetchRate(settings),
    'fault-rate': faultRate(20),
    'missing-rate': requestRate('OriginalMissing', 50),
    'unredirected-rate': unredirectedRate(settings, 20),
    'cost-of-images': costPerThousandImages(settings),
  };
  return {
    ...Object.fromEntries(Object.entries(formulas).map(([name, formula]) => [name, inFull(formula)])),
    'own-metrics': metricTable(metricNames.filter((name) => !name.includes('.'))),
    'aws-metrics': metricTable(metricNames.filter((name) => name.includes('.'))),
    alarms: table(['alarm', 'tells by', 'red when', 'why so'], [...alarmsFor(settings)].map(alarmRow)),
    'missing-data': table(
      ['alarm', 'no data is', 'since'],
      [...alarmsFor(settings)].map(([name, alarm]) => {
        const [{ missing } = { missing: undefined }] = conditionsOf(alarm);
        return [runbookLink(name), `\`${missing?.as}\``, missing?.because ?? ''];
      }),
    ),
  };
}

/** What it is made of, its steps and its result, as CloudWatch gets them. */
function inFull({ of, steps = {}, result }: Formula): string {
  const sources = Object.entries(of).map(([id, { metric, statistic }]) => `${id} = ${metric}, ${statistic}`);
  const named = Object.entries(steps).map(([id, expression]) => `${id} = ${expression}`);
  return ['```text', ...sources, '', ...named, `-> ${result}`, '```'].join('\n');
}

function metricTable(names: readonly MetricName[]): string {
  return table(
    ['metric', 'unit', 'counts or measures'],
    names.map((name) => [`\`${name}\``, catalogue[name].unit, catalogue[name].meaning]),
  );
}

function alarmRow([name, alarm]: readonly [AlarmName, Alarm]): string[] {
  const [first, second] = conditionsOf(alarm).map(inWords);
  return [runbookLink(name), alarm.severity, second ? `${first}, and ${second}` : (first ?? ''), alarm.because];
}

function runbookLink(name: AlarmName): string {
  return `[${name}](runbooks/${name}.md)`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Fills the marked parts of a page. A part that nobody makes is an error. */
export function fillDocs(page: string, parts: Readonly<Record<string, string>>): string {
  return page.replace(/(<!-- begin ([a-z-]+)[^>]*-->\n)[\s\S]*?(\n<!-- end -->)/g, (_, begin, name: string, end) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`There is no part "${name}", only ${Object.keys(parts).join(', ')}`);
    return `${begin}${part}${end}`;
  });
}
