import type { Value } from './metrics/series.ts';

/** In the order in which page 1 shows them: whoever is paged reads from the top. */
export const alarmNames = [
  'canary-failing',
  'edge-forbidden',
  'routing-rules-lost',
  'edge-errors',
  'error-budget-burn-fast',
  'error-budget-burn-slow',
  'redirect-loop',
  'api-throttled',
  'lambda-throttled',
  'error-budget-burn-creeping',
  'lambda-errors',
  'lambda-memory',
  'lambda-concurrency',
  'cold-latency',
  'loop-suspects',
  'lost-redirects',
  'hit-rate',
  'edge-not-found',
  'missing-originals',
  'broken-originals',
  'look-ups-failing',
  'metrics-rejected',
  'cost-runaway',
] as const;

export type AlarmName = (typeof alarmNames)[number];

/** The one alarm that tells somebody: red while any page is. */
export const pageAlarm = 'service-unhealthy';

/** What its runbook is called by, too. */
export type RunbookName = AlarmName | typeof pageAlarm;

/** A page wakes somebody, for viewers are hurt now. A ticket is read in the morning. */
export type Severity = 'page' | 'ticket';

/** When a value is bad: `count` of the latest `of` periods. */
export interface Condition {
  readonly value: Value;
  readonly is: 'over' | 'at least' | 'under';
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly datapoints: { readonly count: number; readonly of: number };
  readonly missing: MissingData;
}

/** What an alarm takes a period without data for, and why that is right. */
export interface MissingData {
  readonly as: 'notBreaching' | 'breaching' | 'ignore' | 'missing';
  readonly because: string;
}

export interface Alarm {
  readonly severity: Severity;
  /** What it says when it is red, in one sentence. */
  readonly says: string;
  /** Why this threshold and this time. */
  readonly because: string;
  /** Two conditions must hold at once: a long window that is sure, and a short one that knows when it is over. */
  readonly when: Condition | readonly [long: Condition, short: Condition];
}

export function conditionsOf({ when }: Alarm): readonly Condition[] {
  return 'value' in when ? [when] : when;
}

/** How a condition reads in a table: `over 1 in 2 of 3 x 1 min`. */
export function inWords({ is, threshold, datapoints: { count, of }, periodSeconds }: Condition): string {
  const period = periodSeconds < 3600 ? `${periodSeconds / 60} min` : `${periodSeconds / 3600} h`;
  const span = of === 1 ? period : `${count} of ${of} x ${period}`;
  return `${is} ${Number(threshold.toFixed(3))} in ${span}`;
}
