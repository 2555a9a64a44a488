import { secondsOf } from '../lib/load.ts';
import type { ScenarioPlan } from '../lib/plan.ts';
import { caps } from './caps.ts';
import type { Demand } from './demand.ts';
import { hostOf, isLocal, type Target } from './target.ts';

export interface GuardedRun {
  readonly target: Target;
  /** The host that somebody has written out by hand: CONFIRM_TARGET. */
  readonly confirmed: string | undefined;
  /** One for each scenario, as k6 itself understands its script. */
  readonly demands: readonly Demand[];
  readonly dollars: number;
  readonly plans: readonly Pick<ScenarioPlan, 'scenario' | 'throttled' | 'load'>[];
}

/**
 * Of hostile requests CloudFront answers some with 403, and edge-forbidden pages when four of seven minutes have them
 * (docs/alarms.md). So long a load touches three minutes at most.
 */
const hostileSeconds = 120;

/** Why a run must not start; an empty list lets it. Judged before a byte is sent. */
export function refusals({ target, confirmed, demands, dollars, plans }: GuardedRun): string[] {
  const sum = (of: (demand: Demand) => number) => demands.reduce((total, demand) => total + of(demand), 0);
  const peak = Math.max(0, ...demands.map(({ requestsPerSecond }) => requestsPerSecond));
  const minutes = sum(({ seconds }) => seconds) / 60;
  const requests = sum((demand) => demand.requests);
  const over = (what: string, given: number, most: number) =>
    given <= most
      ? []
      : [`${what}: ${Number(given.toFixed(2))} planned, expected at most ${most} (loadtest/run/caps.ts)`];
  return [
    ...confirmation(target, confirmed),
    ...(isLocal(target) ? [] : pages(plans)),
    ...over('requests a second', peak, caps.requestsPerSecond),
    ...over('minutes', minutes, caps.minutes),
    ...over('requests', requests, caps.requests),
    ...over('dollars', dollars, caps.dollars),
  ];
}

/** Nobody loads or sweeps a chain on AWS by a slip: its host has to be written out. */
export function confirmation(target: Target, confirmed: string | undefined): string[] {
  const host = hostOf(target);
  if (isLocal(target) || confirmed === host) return [];
  const given = confirmed === undefined ? 'is not set' : `is ${JSON.stringify(confirmed)}`;
  return [`${target.target} is not on this machine: CONFIRM_TARGET ${given}, expected ${JSON.stringify(host)}`];
}

/** What would wake somebody up: a load test of staging is no incident. */
function pages(plans: GuardedRun['plans']): string[] {
  const above = plans.filter(({ throttled }) => throttled > 0).map(({ scenario }) => scenario);
  const long = plans.filter(({ scenario, load }) => scenario === 'hostile' && secondsOf(load) > hostileSeconds);
  return [
    // Three minutes of five with throttled calls page: one scenario of them touches two.
    ...(above.length > 1
      ? [
          `${above.join(' and ')} go above the capacity, which would page (api-throttled): expected one of them in a run`,
        ]
      : []),
    ...long.map(
      ({ load }) =>
        `hostile lasts ${secondsOf(load)} s, which would page (edge-forbidden): expected at most ${hostileSeconds}`,
    ),
  ];
}
