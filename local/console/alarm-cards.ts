import { type Alarms, parseAlarmRule } from '../aws/cloudwatch/alarms/alarms.ts';
import { type MetricAlarm, readMetricAlarm, watchedPoints } from '../aws/cloudwatch/alarms/metric-alarm.ts';
import type { MetricStore } from '../aws/cloudwatch/metrics/metric-store.ts';
import { Properties } from '../aws/template/properties.ts';
import type { Resource } from '../aws/template/template.ts';
import { UserError } from '../faults/setup.ts';
import type { AlarmCard, AlarmDetails, WatchedValue } from './contract.ts';

/** The alarms of the template, by their short names. */
export interface AlarmCards {
  list(): readonly AlarmCard[];
  details(name: string, nowSeconds: number): AlarmDetails;
}

interface Known {
  /** Full names. */
  readonly parts: readonly string[];
  readonly card: Omit<AlarmCard, 'state' | 'sinceSeconds'>;
  readonly properties: Properties;
  readonly metric?: MetricAlarm;
}

const comparisons: Readonly<Record<string, WatchedValue['comparison']>> = {
  GreaterThanThreshold: 'over',
  GreaterThanOrEqualToThreshold: 'at least',
  LessThanThreshold: 'under',
  LessThanOrEqualToThreshold: 'at most',
};

/** Periods of the watched value that are drawn, beside those that are evaluated. */
const shownPeriods = 60;

export function createAlarmCards(resources: readonly Resource[], alarms: Alarms, store: MetricStore): AlarmCards {
  const short = shortNames(alarms.names);
  const known = new Map<string, Known>();
  for (const resource of resources) {
    const properties = Properties.of(resource);
    if (resource.type === 'AWS::CloudWatch::Alarm') {
      const metric = readMetricAlarm(properties);
      known.set(metric.name, { card: cardOf(metric.name, properties, []), parts: [], properties, metric });
    } else if (resource.type === 'AWS::CloudWatch::CompositeAlarm') {
      const name = properties.text('AlarmName');
      const parts = parseAlarmRule(properties.text('AlarmRule')).alarms;
      known.set(name, { card: cardOf(name, properties, parts), parts, properties });
    }
  }

  function cardOf(fullName: string, properties: Properties, parts: readonly string[]): Known['card'] {
    return {
      name: short.get(fullName) ?? fullName,
      fullName,
      ...readDescription(properties.text('AlarmDescription', '')),
      parts: parts.map((part) => short.get(part) ?? part),
    };
  }

  const historyOf = (fullName: string) => alarms.history().filter(({ alarm }) => alarm === fullName);

  function current({ card }: Known): AlarmCard {
    const since = historyOf(card.fullName).at(-1)?.atSeconds;
    return { ...card, state: alarms.stateOf(card.fullName), ...(since !== undefined && { sinceSeconds: since }) };
  }

  return {
    list: () => [...known.values()].sort((a, b) => a.parts.length - b.parts.length).map(current),
    details(name, nowSeconds) {
      const found = [...known.values()].find(({ card }) => card.name === name);
      if (!found) {
        throw new UserError(`There is no alarm "${name}".`, `The template has ${[...short.values()].join(', ')}.`);
      }
      return {
        ...current(found),
        nowSeconds,
        partStates: found.parts.map(alarms.stateOf),
        history: historyOf(found.card.fullName)
          .map(({ atSeconds, from, to }) => ({ atSeconds, from, to }))
          .reverse(),
        ...(found.metric && { watched: watchedValue(found.metric, found.properties, store, nowSeconds) }),
      };
    },
  };
}

/** `Page: what is wrong. Runbook: docs/runbooks/name.md -- why the threshold is what it is` */
function readDescription(text: string): Pick<AlarmCard, 'severity' | 'description' | 'runbook' | 'reason'> {
  const [, severity, description = text, runbook, reason] =
    /^(?:(Page|Ticket): )?(.*?)(?:\. Runbook: \S*?([\w-]+)\.md)?(?: -- (.*))?$/s.exec(text) ?? [];
  return {
    description,
    ...(severity !== undefined && { severity: severity === 'Page' ? 'page' : 'ticket' }),
    ...(runbook !== undefined && { runbook }),
    ...(reason !== undefined && { reason }),
  };
}

/** The value at the last full minute, when the alarm was evaluated. */
function watchedValue(
  alarm: MetricAlarm,
  properties: Properties,
  store: MetricStore,
  nowSeconds: number,
): WatchedValue {
  const judgedAt = Math.floor(nowSeconds / 60) * 60;
  const read = (evaluationPeriods: number) => watchedPoints({ ...alarm, evaluationPeriods }, store, judgedAt);
  const seen = read(alarm.evaluationPeriods);
  const counting = [...seen.keys()].filter((index) => seen[index] !== undefined).slice(-alarm.evaluationPeriods);
  const points = read(Math.max(shownPeriods, alarm.evaluationPeriods));
  const timeOf = (index: number, count: number) => judgedAt - (count - index) * alarm.periodSeconds;
  return {
    threshold: alarm.threshold,
    comparison: comparisons[properties.text('ComparisonOperator')] ?? 'over',
    datapoints: alarm.datapointsToAlarm,
    of: alarm.evaluationPeriods,
    periodSeconds: alarm.periodSeconds,
    missing: alarm.treatMissingData,
    seen: seen.map((value, index) => ({
      atSeconds: timeOf(index, seen.length),
      ...(value !== undefined && { value }),
      breaches: value !== undefined && alarm.isBreaching(value),
      counts: counting.includes(index),
    })),
    points: points.flatMap((value, index) =>
      value === undefined ? [] : [[timeOf(index, points.length), value] as const],
    ),
    formula: alarm.queries.map((query) =>
      'metric' in query
        ? `${query.id} = ${query.metric.name}, ${query.statistic}`
        : `${query.id} = ${query.expression}`,
    ),
  };
}

/** Removes the prefix that all names share, up to a hyphen: `Stack-prod-health` is `health`. */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const [first = '', ...others] = names;
  const words = first.split('-').slice(0, -1);
  while (words.length > 0 && !others.every((name) => name.startsWith(`${words.join('-')}-`))) words.pop();
  // A single name has no prefix.
  const shared = others.length === 0 || words.length === 0 ? 0 : words.join('-').length + 1;
  return new Map(names.map((name) => [name, name.slice(shared)]));
}
