/** What a run must not do: judged before anything is sent. */
import { isLocal, type Target } from '../../src/target.ts';
import { arrivals, secondsOf, viewsOf } from '../lib/load.ts';
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
  readonly dollars: number;
  readonly plans: readonly Pick<ScenarioPlan, 'scenario' | 'throttled' | 'load' | 'catalogue'>[];
}

/** Returns the reasons why a run must not start; an empty list when it may. */
export function refusals({ target, confirmed, dollars, plans }: GuardedRun): string[] {
  const demands = plans.map(demandOf);
  const sum = (of: (demand: Demand) => number) => demands.reduce((total, demand) => total + of(demand), 0);
  const over = (what: string, planned: number, most: number) =>
    planned <= most
      ? []
      : [`${what}: ${Number(planned.toFixed(2))} planned, expected at most ${most} (loadtest/run/guard.ts)`];
  return [
    ...confirmation(target, confirmed),
    ...(isLocal(target) ? [] : alarming(plans)),
    ...blocked(target, demands),
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
  return [
    // api-throttled goes off in three minutes of five; one scenario touches two.
    ...(above.length > 1
      ? [`${above.join(' and ')} exceed the capacity, which sets off api-throttled: expected one of them in a run`]
      : []),
  ];
}

/** All virtual users have one address, so a WAF rule would block the run, and the report would be of the block. */
function blocked({ rateRule }: Target, demands: readonly Demand[]): string[] {
  if (!rateRule) return [];
  const most = Math.max(
    0,
    ...demands.map(({ requestsPerSecond, requests }) => Math.min(requests, 300 * requestsPerSecond)),
  );
  return most <= rateRule.requestsPerFiveMinutes
    ? []
    : [
        `the rate rule of the environment blocks an address with more than ${rateRule.requestsPerFiveMinutes} requests in five ` +
          `minutes, and k6 sends ${Math.round(most)} from one: expected fewer, or an environment without rateRule`,
      ];
}

/** The most that a scenario does. */
interface Demand {
  readonly requestsPerSecond: number;
  readonly seconds: number;
  readonly requests: number;
}

/** Passes of the pre-warming at most; each requests all images. The first one generates them: three hops each. */
const prewarmPasses = 8;

function demandOf({ scenario, load, catalogue }: GuardedRun['plans'][number]): Demand {
  const each = scenarios[scenario].requests;
  const prewarm = scenario === 'warm-hit' ? catalogue * (prewarmPasses + 2) : 0;
  return {
    requestsPerSecond: each * Math.max(...arrivals(load)),
    seconds: secondsOf(load),
    requests: each * viewsOf(load) + prewarm,
  };
}
