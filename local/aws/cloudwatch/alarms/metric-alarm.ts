import type { Properties } from '../../template/properties.ts';
import { asSeries, evaluateMetrics, type MetricQuery, type Periods } from '../metrics/metric-math.ts';
import type { MetricId, MetricStore } from '../metrics/metric-store.ts';

/** An `AWS::CloudWatch::Alarm`. */
export interface MetricAlarm extends Evaluation {
  readonly name: string;
  readonly periodSeconds: number;
  readonly threshold: number;
  readonly isBreaching: (value: number) => boolean;
  readonly queries: readonly MetricQuery[];
  /** The id of the query whose result is watched. */
  readonly watched: string;
}

const comparisons = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
} as const satisfies Record<string, (value: number, threshold: number) => boolean>;

/** "A math expression used for an alarm can include as many as 10 metrics." */
const mostMetrics = 10;

export function readMetricAlarm(alarm: Properties): MetricAlarm {
  const threshold = alarm.number('Threshold');
  const compare =
    comparisons[alarm.oneOf('ComparisonOperator', Object.keys(comparisons) as (keyof typeof comparisons)[])];
  const evaluationPeriods = alarm.number('EvaluationPeriods');
  const { queries, watched, periodSeconds } = alarm.has('Metrics') ? readQueries(alarm) : readOneMetric(alarm);
  return {
    name: alarm.text('AlarmName'),
    threshold,
    isBreaching: (value) => compare(value, threshold),
    evaluationPeriods,
    datapointsToAlarm: alarm.number('DatapointsToAlarm', evaluationPeriods),
    treatMissingData: alarm.oneOf('TreatMissingData', ['missing', 'ignore', 'breaching', 'notBreaching'], 'missing'),
    queries,
    watched,
    periodSeconds,
  };
}

function readOneMetric(alarm: Properties) {
  const statistic = alarm.optionalText('ExtendedStatistic') ?? alarm.text('Statistic');
  return {
    queries: [{ id: 'm', metric: readMetric(alarm), statistic }],
    watched: 'm',
    periodSeconds: alarm.number('Period'),
  };
}

function readQueries(alarm: Properties) {
  const rows = alarm.children('Metrics');
  const periods = new Set<number>();
  const queries = rows.map((row): MetricQuery => {
    const id = row.text('Id');
    const statistic = row.child('MetricStat');
    if (!statistic) {
      if (row.has('Period')) periods.add(row.number('Period'));
      return { id, expression: row.text('Expression') };
    }
    periods.add(statistic.number('Period'));
    const metric = statistic.child('Metric');
    if (!metric) throw statistic.refusal('Metric', 'a metric');
    return { id, metric: readMetric(metric), statistic: statistic.text('Stat') };
  });
  const metrics = queries.filter((query) => 'metric' in query).length;
  if (metrics > mostMetrics) throw alarm.refusal('Metrics', `at most ${mostMetrics} metrics`);
  const [periodSeconds, ...others] = periods;
  if (periodSeconds === undefined || others.length > 0) throw alarm.refusal('Metrics', 'one period for all metrics');
  const returned = rows.filter((row) => row.flag('ReturnData', rows.length === 1));
  const [watched] = returned;
  if (!watched || returned.length > 1) throw alarm.refusal('Metrics', 'ReturnData on exactly one');
  return { queries, watched: watched.text('Id'), periodSeconds };
}

function readMetric(from: Properties): MetricId {
  const dimensions = from.children('Dimensions').map((one) => [one.text('Name'), one.text('Value')] as const);
  return {
    namespace: from.text('Namespace'),
    name: from.text('MetricName'),
    dimensions: Object.fromEntries(dimensions),
  };
}

/** The points of an evaluation at this time, oldest first. Its sliding window ends with the last full minute. */
export function watchedPoints(alarm: MetricAlarm, store: MetricStore, nowSeconds: number): (number | undefined)[] {
  const count = pointsToFetch(alarm);
  const endSeconds = Math.floor(nowSeconds / 60) * 60;
  const periods: Periods = {
    startSeconds: endSeconds - count * alarm.periodSeconds,
    endSeconds,
    periodSeconds: alarm.periodSeconds,
  };
  const value = evaluateMetrics(alarm.queries, store, periods, nowSeconds).get(alarm.watched);
  const { points } = asSeries(alarm.watched, value);
  return [...Array(count).keys()].map((index) => points.get(periods.startSeconds + index * alarm.periodSeconds));
}

/**
 * The state of an alarm at this time. Data from before `sinceSeconds`, when the chain did not run, does not count as
 * breaching. On AWS it does: an alarm that treats missing data as breaching is red until there is enough data.
 */
export function evaluateAlarm(
  alarm: MetricAlarm,
  store: MetricStore,
  { nowSeconds, sinceSeconds }: { readonly nowSeconds: number; readonly sinceSeconds: number },
  current: AlarmState,
): AlarmState {
  const isYoung = nowSeconds - alarm.evaluationPeriods * alarm.periodSeconds < sinceSeconds;
  const treatMissingData = isYoung && alarm.treatMissingData === 'breaching' ? 'ignore' : alarm.treatMissingData;
  const points = watchedPoints(alarm, store, nowSeconds).map((value) =>
    value === undefined ? undefined : alarm.isBreaching(value),
  );
  return alarmState(points, { ...alarm, treatMissingData }, current);
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** "M out of N". */
interface Evaluation {
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly treatMissingData: MissingData;
}

/**
 * CloudWatch fetches more points than it evaluates, and evaluates the newest existing ones. How many more is not documented;
 * the tables of the documentation fetch five for three.
 */
function pointsToFetch({ evaluationPeriods }: Evaluation): number {
  return evaluationPeriods + 2;
}

/**
 * The state for points, oldest first: `true` is breaching, `undefined` is missing ("Configuring how CloudWatch
 * alarms treat missing data").
 */
export function alarmState(
  points: readonly (boolean | undefined)[],
  { datapointsToAlarm, evaluationPeriods, treatMissingData }: Evaluation,
  current: AlarmState,
): AlarmState {
  const existing = points.filter((point) => point !== undefined);
  const breaching = (among: readonly boolean[]) => among.filter((point) => point).length;

  // With enough points, gaps between them do not matter.
  if (existing.length >= evaluationPeriods) {
    return breaching(existing.slice(-evaluationPeriods)) >= datapointsToAlarm ? 'ALARM' : 'OK';
  }
  const filled = evaluationPeriods - existing.length;
  switch (treatMissingData) {
    case 'breaching':
      return breaching(existing) + filled >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return breaching(existing) >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'ignore':
      if (breaching(existing) >= datapointsToAlarm) return 'ALARM';
      return existing.includes(false) ? 'OK' : current;
    case 'missing':
      if (breaching(existing) >= datapointsToAlarm || staysBreaching(points, datapointsToAlarm)) return 'ALARM';
      return existing.includes(false) ? 'OK' : 'INSUFFICIENT_DATA';
  }
}

/** An old breaching point without a good one since: the alarm does not wait for more points. */
function staysBreaching(points: readonly (boolean | undefined)[], datapointsToAlarm: number): boolean {
  const oldest = points.findIndex((point) => point !== undefined);
  return oldest >= 0 && !points.includes(false) && points.length - oldest >= datapointsToAlarm;
}
