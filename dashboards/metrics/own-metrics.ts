import { type Counter, counters, type Measure, measures, presetCounter } from '../../src/metrics.ts';
import type { MetricRow } from './metric-row.ts';

/** What the Lambda emits: names, units and meanings stand in `src/metrics.ts`. */
type ServiceMetrics = Record<Counter, MetricRow & { readonly statistics: readonly ['Sum'] }> &
  Record<Measure, MetricRow & { readonly statistics: readonly ['Percentile', 'Maximum', 'Average'] }>;

const serviceMetrics = Object.fromEntries([
  ...Object.entries(counters).map(([name, row]) => [name, { about: 'service', name, statistics: ['Sum'], ...row }]),
  ...Object.entries(measures).map(([name, row]) => [
    name,
    { about: 'service', name, statistics: ['Percentile', 'Maximum', 'Average'], ...row },
  ]),
]) as ServiceMetrics;

const presetMetrics = {
  PresetRequests: { about: 'preset', ...presetCounter, statistics: ['Sum'] },
} as const satisfies Record<typeof presetCounter.name, MetricRow>;

/** What the walker emits (`src/adapters/walk-telemetry.ts`; a test holds that both lists are one). */
export const walkerMetrics = {
  WalkFailures: {
    about: 'service',
    name: 'WalkFailures',
    statistics: ['Sum'],
    unit: 'Count',
    meaning:
      'walks of a made-up viewer that did not go 307, 301, 200, or who was redirected once more when he came back',
  },
  WalkMs: {
    about: 'service',
    name: 'WalkMs',
    statistics: ['Percentile', 'Maximum', 'Average'],
    unit: 'Milliseconds',
    meaning: 'the whole first view of the walker, hop by hop from within AWS',
  },
} as const satisfies Record<string, MetricRow>;

/** What metric filters count in logs. */
export const logMetrics = {
  EdgeRedirects: {
    about: 'edge log',
    name: 'EdgeRedirects',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'redirects that viewers got from CloudFront, kept ones included: how often viewers were sent to the API',
  },
  ApiThrottled: {
    about: 'api log',
    name: 'ApiThrottled',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'requests that the API answered by a 429; a lower bound, since AWS may leave many out of the log',
  },
} as const satisfies Record<string, MetricRow>;

export const ownMetrics = { ...serviceMetrics, ...presetMetrics, ...walkerMetrics, ...logMetrics };
