import type { Value } from './metrics/series.ts';

/**
 * In the order of page 1: pages first, and causes before their effects, so that the first red one leads to the cause. The canary
 * sees every effect, and so do the error budgets.
 */
export const alarmNames = [
  'edge-forbidden',
  'routing-rules-lost',
  'cached-redirects',
  'redirect-loop',
  'edge-errors',
  'api-throttled',
  'lambda-throttled',
  'error-budget-burn-fast',
  'error-budget-burn-slow',
  'purge-stuck',
  'canary-failing',
  'lambda-errors',
  'lambda-memory',
  'lambda-concurrency',
  'error-budget-burn-creeping',
  'lost-redirects',
  'loop-suspects',
  'missing-originals',
  'broken-originals',
  'look-ups-failing',
  'edge-not-found',
  'hit-rate',
  'cold-latency',
  'purge-failing',
  'purge-dead-letters',
  'purge-budget',
  'metrics-rejected',
  'cost-runaway',
] as const;

export type AlarmName = (typeof alarmNames)[number];

/** The composite alarm that pages: it is red while any alarm with the severity page is red. */
export const pageAlarm = 'service-unhealthy';

/** Also the names of the runbooks. */
export type RunbookName = AlarmName | typeof pageAlarm;

/** A page: viewers are affected now. A ticket can wait until morning. */
export type Severity = 'page' | 'ticket';

/** When a value is bad: in `count` of the latest `of` periods. */
export interface Condition {
  readonly value: Value;
  readonly is: 'over' | 'at least' | 'under';
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly datapoints: { readonly count: number; readonly of: number };
  readonly missing: MissingData;
}

/** How an alarm treats a period without data, and why. */
interface MissingData {
  readonly as: 'notBreaching' | 'breaching' | 'ignore' | 'missing';
  readonly because: string;
}

export interface Alarm {
  readonly severity: Severity;
  /** What is wrong when it is red, in one sentence. */
  readonly says: string;
  /** Why this threshold and this time. */
  readonly because: string;
  /** Two conditions must hold at once: a long window for certainty, and a short one that ends the alarm soon. */
  readonly when: Condition | readonly [long: Condition, short: Condition];
}

export function conditionsOf({ when }: Alarm): readonly Condition[] {
  return 'value' in when ? [when] : when;
}

/** Returns a condition for a table: `over 1 in 2 of 3 x 1 min`. */
export function inWords({ is, threshold, datapoints: { count, of }, periodSeconds }: Condition): string {
  const period = periodSeconds < 3600 ? `${periodSeconds / 60} min` : `${periodSeconds / 3600} h`;
  const span = of === 1 ? period : `${count} of ${of} x ${period}`;
  return `${is} ${Number(threshold.toFixed(3))} in ${span}`;
}

/** Most metrics have no data without traffic. */
export const quietIsGood: MissingData = {
  as: 'notBreaching',
  because: 'without traffic there is no data and nothing is wrong; the canary notices when traffic stops',
};
