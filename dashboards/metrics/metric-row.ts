/** What a metric is about: this decides its namespace and dimensions. */
export type Subject =
  | 'service'
  | 'preset'
  | 'edge log'
  | 'api log'
  | 'distribution'
  | 'edge function'
  | 'api'
  | 'function'
  | 'function log'
  | 'purge function'
  | 'purge queue'
  | 'second-pass queue'
  | 'dead-letter queue';

/** `Percentile` stands for p50, p95 and p99. */
export type StatisticKind = 'Sum' | 'Average' | 'Maximum' | 'Percentile';

export interface MetricRow {
  readonly about: Subject;
  readonly name: string;
  readonly statistics: readonly StatisticKind[];
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds' | 'Bytes' | 'Megabytes' | 'Percent';
  readonly meaning: string;
  /** One of CloudFront's additional metrics, which are charged. */
  readonly additional?: boolean;
}
