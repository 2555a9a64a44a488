import type { MetricName, MetricWith } from './catalogue.ts';

export type Statistic = 'Sum' | 'Average' | 'Maximum' | 'p50' | 'p95' | 'p99';

/** One metric by one statistic: one line of a graph. */
export interface Series {
  readonly metric: MetricName;
  readonly statistic: Statistic;
  /** For a metric with the dimension `preset`. */
  readonly preset?: string;
}

/** A calculated line. Ids are names of series or steps; docs/metrics.md explains each. */
export interface Formula {
  readonly of: Readonly<Record<string, Series>>;
  /** Named parts of the result, in order. */
  readonly steps?: Readonly<Record<string, string>>;
  readonly result: string;
}

export type Value = Series | Formula;

export function isFormula(value: Value): value is Formula {
  return 'result' in value;
}

export function sum(metric: MetricWith<'Sum'>): Series {
  return { metric, statistic: 'Sum' };
}

export function average(metric: MetricWith<'Average'>): Series {
  return { metric, statistic: 'Average' };
}

export function maximum(metric: MetricWith<'Maximum'>): Series {
  return { metric, statistic: 'Maximum' };
}

export function percentile(metric: MetricWith<'Percentile'>, percent: 50 | 95 | 99): Series {
  return { metric, statistic: `p${percent}` };
}

export function presetSum(preset: string): Series {
  return { metric: 'PresetRequests', statistic: 'Sum', preset };
}

/** The metrics that a value uses. */
export function metricsOf(value: Value): readonly MetricName[] {
  return isFormula(value) ? Object.values(value.of).map(({ metric }) => metric) : [value.metric];
}
