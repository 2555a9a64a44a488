import { pageAlarm } from '../../../dashboards/alarm.ts';
import { alarmsFor } from '../../../dashboards/alarms.ts';
import { catalogue, type MetricName } from '../../../dashboards/metrics/catalogue.ts';
import type { Subject } from '../../../dashboards/metrics/metric-row.ts';
import { renderAlarm, renderPageAlarm } from '../../../dashboards/render/render-alarm.ts';
import { renderMetric } from '../../../dashboards/render/render-metric.ts';
import type { Settings } from '../../../dashboards/settings.ts';
import { createAlarms } from '../../../local/aws/cloudwatch/alarms/alarms.ts';
import { createMetricStore } from '../../../local/aws/cloudwatch/metrics/metric-store.ts';
import { indexByType, type JsonObject, type Resource } from '../../../local/aws/template/template.ts';
import { place, shipped } from './shipped.ts';
import { healthy, metricsOf, type Traffic } from './traffic.ts';

/** The requests of each minute, and the canary's runs: they pass, they fail, or there are none. */
export interface Incident {
  readonly traffic: Partial<Traffic>;
  readonly canary?: 'fail' | 'none';
}

export interface Rehearsal {
  /** Minutes from the fault until each alarm turned red, without the two windows of the error budget alarms. */
  readonly red: ReadonlyMap<string, number>;
  /** Minutes from the end of the fault until no alarm was red. */
  readonly okAfter: number | undefined;
}

/** How late each source arrives after its minute: a pessimistic guess, since AWS states no figures. */
const lagSeconds: Readonly<Record<Subject, number>> = {
  service: 60,
  preset: 60,
  'edge log': 120,
  'api log': 120,
  distribution: 180,
  'edge function': 180,
  api: 60,
  function: 60,
  'function log': 120,
  'purge function': 60,
  'purge queue': 60,
  'second-pass queue': 60,
  'dead-letter queue': 60,
};

const minute = 60;
const start = 1_700_000_040;
const calmMinutes = 20;

/** Plays twenty calm minutes, the incident, and calm until no alarm is red. */
export function rehearse(
  { traffic, canary }: Incident,
  badMinutes: number,
  maxRepairMinutes = 130,
  lags = 1,
  settings: Settings = shipped,
): Rehearsal {
  const store = createMetricStore();
  const alarms = createAlarms(indexByType(alarmResources(settings)), store);
  const red = new Map<string, number>();
  const put = (metric: MetricName, at: number, value: number) =>
    store.put({
      ...renderMetric({ metric, statistic: 'Sum' }, place),
      atSeconds: at + 10,
      visibleAtSeconds: at + minute + lags * lagSeconds[catalogue[metric].about],
      value,
    });

  for (let index = 0; index < calmMinutes + badMinutes + maxRepairMinutes; index += 1) {
    const at = start + index * minute;
    const bad = index >= calmMinutes && index < calmMinutes + badMinutes;
    const canaryRuns = index % 5 === 0 && !(bad && canary === 'none');
    const canaryFails = bad && canary === 'fail';
    const viewers = bad ? { ...healthy, ...traffic } : healthy;
    // The view of a canary that passes is redirected, also at night.
    const all = canaryRuns && !canaryFails ? { ...viewers, made: viewers.made + 1 } : viewers;
    for (const [metric, value] of Object.entries(metricsOf(all, settings.apiOn))) put(metric as MetricName, at, value);
    if (canaryRuns) put('CanaryFailures', at, canaryFails ? 1 : 0);

    for (const { alarm, to } of alarms.evaluate(at + minute)) {
      const name = alarm.replace(/^prod-/, '');
      const isPart = /-(?:long|short)$/.test(name);
      // A new canary has no runs yet, and its alarm is red.
      if (to === 'ALARM' && !isPart && !red.has(name) && index >= calmMinutes) red.set(name, index - calmMinutes + 1);
    }
    const anyRed = alarms.names.some((name) => !/-(?:long|short)$/.test(name) && alarms.stateOf(name) === 'ALARM');
    if (index >= calmMinutes + badMinutes && !anyRed) return { red, okAfter: index - calmMinutes - badMinutes + 1 };
  }
  return { red, okAfter: undefined };
}

/** The alarms as CloudFormation resources. */
export function alarmResources(settings: Settings) {
  const rendered = [...alarmsFor(settings)].map(([name, alarm]) => renderAlarm(name, alarm, settings, place));
  const pages = rendered.filter(({ severity }) => severity === 'page').map(({ name }) => name);
  const composites = rendered.flatMap(({ composite }) => (composite ? [composite] : []));
  return [
    ...rendered.flatMap(({ metricAlarms }) => metricAlarms.map((one) => resource('AWS::CloudWatch::Alarm', one))),
    ...[...composites, renderPageAlarm(pages, settings, place)].map((one) =>
      resource('AWS::CloudWatch::CompositeAlarm', one),
    ),
  ];
}

function resource(type: string, props: { readonly alarmName: string }): Resource {
  const logicalId = props.alarmName;
  return { logicalId, type, properties: capitalised(props) as JsonObject, ref: logicalId, attributes: {} };
}

/** CDK's `alarmName` is CloudFormation's `AlarmName`. */
function capitalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalised);
  if (typeof value !== 'object' || value === null) return value;
  const rename = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), capitalised(inner)]));
}

/** The names of the pages, without their composite. */
export function pagesAmong(red: ReadonlyMap<string, number>): string[] {
  const alarms = alarmsFor(shipped);
  return [...red.keys()].filter(
    (name) => name !== pageAlarm && [...alarms].some(([one, { severity }]) => one === name && severity === 'page'),
  );
}
