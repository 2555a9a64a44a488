/** What a run must not do: judged before anything is sent. */
import { isLocal, type Target } from '../../src/target.ts';
import { secondsOf } from '../lib/load.ts';
import type { ScenarioPlan } from '../lib/plan.ts';
import { scenarios } from '../scenario-table.ts';

/** The limits of one run. To exceed them is a change of this file, which a review sees. */
export const caps = {
  requestsPerSecond: 600,
  minutes: 60,
  requests: 200_000,
  /** By the estimate. */
  dollars: 5,
} as const;

export interface GuardedRun {
  readonly target: Target;
  /** CONFIRM_TARGET. */
  readonly confirmed: string | undefined;
  /** One for each scenario. */
  readonly demands: readonly Demand[];
  readonly dollars: number;
  readonly plans: readonly Pick<ScenarioPlan, 'scenario' | 'throttled' | 'load'>[];
}

/**
 * CloudFront answers some invalid requests with 403, and the alarm edge-forbidden goes off when four of seven minutes
 * have them (docs/alarms.md). A load of this length touches three minutes.
 */
const invalidSeconds = 120;

/** Returns the reasons why a run must not start; an empty list when it may. */
export function refusals({ target, confirmed, demands, dollars, plans }: GuardedRun): string[] {
  const sum = (of: (demand: Demand) => number) => demands.reduce((total, demand) => total + of(demand), 0);
  const over = (what: string, planned: number, most: number) =>
    planned <= most
      ? []
      : [`${what}: ${Number(planned.toFixed(2))} planned, expected at most ${most} (loadtest/run/guard.ts)`];
  return [
    ...confirmation(target, confirmed),
    ...(isLocal(target) ? [] : alarming(plans)),
    ...over(
      'requests a second',
      Math.max(0, ...demands.map((demand) => demand.requestsPerSecond)),
      caps.requestsPerSecond,
    ),
    ...over('minutes', sum(({ seconds }) => seconds) / 60, caps.minutes),
    ...over(
      'requests',
      sum(({ requests }) => requests),
      caps.requests,
    ),
    ...over('dollars', dollars, caps.dollars),
  ];
}

/** A chain on AWS is loaded or swept only when its image host is written out. */
export function confirmation(target: Target, confirmed: string | undefined): string[] {
  const { host } = new URL(target.imageUrl);
  if (isLocal(target) || confirmed === host) return [];
  const given = confirmed === undefined ? 'is not set' : `is ${JSON.stringify(confirmed)}`;
  return [`${target.target} is not on this machine: CONFIRM_TARGET ${given}, expected ${JSON.stringify(host)}`];
}

/** Loads that would set off alarms of the environment under test. */
function alarming(plans: GuardedRun['plans']): string[] {
  const above = plans.filter(({ throttled }) => throttled > 0).map(({ scenario }) => scenario);
  const long = plans.filter(({ scenario, load }) => scenario === 'invalid' && secondsOf(load) > invalidSeconds);
  return [
    // api-throttled goes off in three minutes of five; one scenario touches two.
    ...(above.length > 1
      ? [`${above.join(' and ')} exceed the capacity, which sets off api-throttled: expected one of them in a run`]
      : []),
    ...long.map(
      ({ load }) =>
        `invalid takes ${secondsOf(load)} s, which sets off edge-forbidden: expected at most ${invalidSeconds} s`,
    ),
  ];
}

/** The most that a script will do. */
export interface Demand {
  readonly requestsPerSecond: number;
  readonly seconds: number;
  readonly requests: number;
}

/** Passes of the pre-warming at most; each requests all images. */
const prewarmPasses = 8;

/** Reads what `k6 inspect --execution-requirements` prints: k6 has then read the script, and sent nothing. */
export function readDemand(inspected: unknown, plan: Pick<ScenarioPlan, 'scenario' | 'catalogue'>): Demand {
  const { scenarios: found = {}, totalDuration } = inspected as {
    readonly scenarios?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly totalDuration?: string;
  };
  const [executor, ...others] = Object.values(found);
  if (!executor || others.length > 0) {
    throw new Error(`k6 sees ${Object.keys(found).length} scenarios in ${plan.scenario}: expected one`);
  }
  const each = scenarios[plan.scenario].requests;
  const { views, perSecond } = viewsOf(executor);
  const before = plan.scenario === 'warm-hit' ? plan.catalogue * (prewarmPasses + 2) : 0;
  return {
    requestsPerSecond: perSecond * each,
    seconds: durationSeconds(totalDuration),
    requests: Math.ceil(views * each) + before,
  };
}

function viewsOf(executor: Readonly<Record<string, unknown>>): { views: number; perSecond: number } {
  if (executor.executor === 'per-vu-iterations') {
    const users = Number(executor.vus);
    // All viewers of a herd come within one second.
    return { views: users * Number(executor.iterations), perSecond: users };
  }
  if (executor.executor !== 'ramping-arrival-rate') {
    throw new Error(`k6 sees the executor ${JSON.stringify(executor.executor)}: expected one of an open model`);
  }
  const unit = durationSeconds(executor.timeUnit);
  const stages = executor.stages as readonly { readonly duration: string; readonly target: number }[];
  let [from, views] = [Number(executor.startRate) / unit, 0];
  let peak = from;
  for (const { duration, target } of stages) {
    const to = target / unit;
    views += ((from + to) / 2) * durationSeconds(duration);
    peak = Math.max(peak, to);
    from = to;
  }
  return { views, perSecond: peak };
}

/** Reads a duration as Go writes it: `1m5s`, `300ms`. */
export function durationSeconds(duration: unknown): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  const parts = [...String(duration).matchAll(/([\d.]+)(ms|h|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== String(duration)) {
    throw new Error(`k6 gives the duration ${JSON.stringify(duration)}: expected one like "1m5s"`);
  }
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * (units[unit ?? ''] ?? 0), 0);
}
