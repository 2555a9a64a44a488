import { canaryMetrics, counters, logCounters, measures, presetCounter, purgeMetrics } from '../../src/metrics.ts';
import { awsMetrics } from './aws-metrics.ts';
import type { MetricRow, StatisticKind } from './metric-row.ts';

/* Our own metrics, as dashboards see them: names, units and meanings are in `src/metrics.ts`. */

type Named = Pick<MetricRow, 'unit' | 'meaning'>;

function rowsOf<Name extends string, Rest>(
  metrics: Readonly<Record<Name, Named>>,
  rest: Rest,
): Readonly<Record<Name, Named & { readonly name: string } & Rest>> {
  const rows = Object.entries<Named>(metrics).map(([name, metric]) => [name, { name, ...metric, ...rest }]);
  return Object.fromEntries(rows);
}

const counted = { about: 'service', statistics: ['Sum'] } as const;
const measured = { about: 'service', statistics: ['Percentile', 'Maximum', 'Average'] } as const;
const { CanaryFailures, CanaryMs } = canaryMetrics;
const { PurgeLagSeconds, ...purgeCounters } = purgeMetrics;

const ownMetrics = {
  ...rowsOf(counters, counted),
  ...rowsOf(measures, measured),
  PresetRequests: { about: 'preset', ...presetCounter, statistics: ['Sum'] },
  ...rowsOf({ CanaryFailures }, counted),
  ...rowsOf({ CanaryMs }, measured),
  ...rowsOf(purgeCounters, counted),
  ...rowsOf({ PurgeLagSeconds }, measured),
  EdgeRedirects: { about: 'edge log', name: 'EdgeRedirects', statistics: ['Sum'], ...logCounters.EdgeRedirects },
  EdgeReturns: { about: 'edge log', name: 'EdgeReturns', statistics: ['Sum'], ...logCounters.EdgeReturns },
  EdgeFallbacks: { about: 'edge log', name: 'EdgeFallbacks', statistics: ['Sum'], ...logCounters.EdgeFallbacks },
  ApiThrottled: { about: 'api log', name: 'ApiThrottled', statistics: ['Sum'], ...logCounters.ApiThrottled },
} as const satisfies Record<string, MetricRow>;

/** Every metric that a panel or an alarm can name. What is not here does not compile. */
export const catalogue = { ...ownMetrics, ...awsMetrics } satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof catalogue;

/** The metrics for which a statistic means something. */
export type MetricWith<Kind extends StatisticKind> = {
  [Name in MetricName]: Kind extends (typeof catalogue)[Name]['statistics'][number] ? Name : never;
}[MetricName];

export const metricNames = Object.keys(catalogue) as MetricName[];
