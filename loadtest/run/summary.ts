import type { Usage } from './cost.ts';

/** What k6 hands to `handleSummary`, as far as it is read here. */
export interface Summary {
  readonly metrics: Readonly<Record<string, SummaryMetric>>;
}

export interface SummaryMetric {
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

/** The percentiles of a trend, in milliseconds, and the number of its samples. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** `undefined` when there was no sample. */
export function percentiles({ metrics }: Summary, metric: string): Percentiles | undefined {
  const values = metrics[metric]?.values;
  const count = values?.count ?? 0;
  if (!values || count === 0) return undefined;
  return { count, p50: values.med ?? 0, p95: values['p(95)'] ?? 0, p99: values['p(99)'] ?? 0 };
}

export function countOf({ metrics }: Summary, metric: string): number {
  return metrics[metric]?.values.count ?? 0;
}

/** Of a rate: how many samples there were, and how many of them were true. */
export function rateOf({ metrics }: Summary, metric: string): { readonly of: number; readonly passes: number } {
  const { passes = 0, fails = 0 } = metrics[metric]?.values ?? {};
  return { of: passes + fails, passes };
}

/** What AWS was, or would have been, asked to do. */
export function usageIn(summary: Summary, seeds: number): Usage {
  const count = (metric: string) => countOf(summary, metric);
  return {
    edgeRequests: count('edge_requests'),
    edgeMisses: count('edge_misses'),
    edgeBytes: count('edge_bytes'),
    apiCalls: count('api_calls'),
    apiBytes: count('api_bytes'),
    lambdaSeconds: count('lambda_billed_ms') / 1000,
    made: count('made'),
    seeds,
  };
}
