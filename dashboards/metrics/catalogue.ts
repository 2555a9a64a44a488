import { awsMetrics } from './aws-metrics.ts';
import type { MetricRow, StatisticKind } from './metric-row.ts';
import { ownMetrics } from './own-metrics.ts';

/** Every metric that a panel or an alarm can name. What is not here does not compile. */
export const catalogue = { ...ownMetrics, ...awsMetrics } satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof catalogue;

/** The metrics for which a statistic means something. */
export type MetricWith<Kind extends StatisticKind> = {
  [Name in MetricName]: Kind extends (typeof catalogue)[Name]['statistics'][number] ? Name : never;
}[MetricName];

export const metricNames = Object.keys(catalogue) as MetricName[];
