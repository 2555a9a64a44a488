/** What `k6 run --summary-export` writes, as far as it is read here. */
import { checkName, type DefectCode } from '../lib/defects.ts';
import type { Usage } from '../run/cost.ts';
import type { Threshold } from '../thresholds.ts';

export interface Summary {
  readonly metrics: Readonly<Record<string, SummaryMetric | undefined>>;
  readonly root_group: {
    readonly checks: Readonly<Record<string, { readonly passes: number; readonly fails: number }>>;
  };
}

export type SummaryMetric = Readonly<Record<string, number>> & {
  /** `true` where the threshold is crossed. */
  readonly thresholds?: Readonly<Record<string, boolean>>;
};

/** The summary of a scenario without a view. */
export const emptySummary: Summary = { metrics: {}, root_group: { checks: {} } };

/** Milliseconds. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Returns `undefined` when there was no sample. */
export function percentiles({ metrics }: Summary, metric: string): Percentiles | undefined {
  const { count = 0, med = 0, 'p(95)': p95 = 0, 'p(99)': p99 = 0 } = metrics[metric] ?? {};
  return count === 0 ? undefined : { count, p50: med, p95, p99 };
}

export function countOf({ metrics }: Summary, metric: string): number {
  return metrics[metric]?.count ?? 0;
}

/** The samples of a rate, and how many of them were true. */
export function rateOf({ metrics }: Summary, metric: string): { readonly of: number; readonly passes: number } {
  const { passes = 0, fails = 0 } = metrics[metric] ?? {};
  return { of: passes + fails, passes };
}

/** How many views had a defect, of those that were checked for it. */
export function defectCount(
  { root_group }: Summary,
  code: DefectCode,
): { readonly of: number; readonly fails: number } {
  const { passes = 0, fails = 0 } = root_group.checks[checkName(code)] ?? {};
  return { of: passes + fails, fails };
}

/** Returns `undefined` when k6 did not judge the threshold. */
export function isCrossed({ metrics }: Summary, { metric, expression }: Threshold): boolean | undefined {
  return metrics[metric]?.thresholds?.[expression];
}

export function usageOf(summary: Summary, seeds: number): Usage {
  const count = (metric: string) => countOf(summary, metric);
  return {
    edgeRequests: count('edge_requests'),
    edgeMisses: count('edge_misses'),
    edgeBytes: count('edge_bytes'),
    apiCalls: count('api_calls'),
    apiBytes: count('api_bytes'),
    lambdaSeconds: count('lambda_billed_ms') / 1000,
    generated: count('generated'),
    seeds,
    invalidations: count('renewed'),
  };
}

export function milliseconds(value: number | undefined): string {
  if (value === undefined) return 'unknown';
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} ms`;
}

export function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

export function dollars(value: number): string {
  return value === 0 ? '$0' : `$${value.toFixed(value < 0.01 ? 5 : 2)}`;
}
