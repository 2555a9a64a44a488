import type { Capacity } from '../../src/config.ts';
import { type Scenario, type ScenarioName, scenarios } from '../scenario-table.ts';
import { type WorkloadName, workloads } from '../workloads.ts';

/** A scenario under a workload on one target, in numbers. */
export type Load =
  | {
      readonly kind: 'arrivals';
      /** Views a minute: k6 takes whole numbers only, and small rates stay exact this way. */
      readonly fromPerMinute: number;
      readonly steps: readonly { readonly seconds: number; readonly perMinute: number }[];
    }
  | { readonly kind: 'herd'; readonly viewers: number; readonly rounds: number; readonly secondsApart: number };

/** Long enough for the slowest viewer of one herd to end before the next herd. */
const herdSecondsApart = 8;

export function loadOf(name: ScenarioName, workload: WorkloadName, capacity: Capacity, isLoopback: boolean): Load {
  const { from, steps, herd } = workloads[workload];
  if (name === 'herd') {
    const viewers = Math.max(2, Math.round(capacity.apiBurst * herd.burstPart));
    return { kind: 'herd', viewers, rounds: herd.rounds, secondsApart: herdSecondsApart };
  }
  const { perSecond } = scenarios[name];
  const perMinute = 60 * (isLoopback ? perSecond.loopback : perSecond.ofApiRate * capacity.apiRate);
  const times = (multiple: number) => Math.max(1, Math.round(perMinute * multiple));
  return {
    kind: 'arrivals',
    fromPerMinute: times(from),
    steps: steps.map(({ seconds, multiple }) => ({ seconds, perMinute: times(multiple) })),
  };
}

/** Returns the number of views that start in each second. */
export function arrivals(load: Load): number[] {
  if (load.kind === 'herd') {
    const gap = new Array<number>(load.secondsApart - 1).fill(0);
    return Array.from({ length: load.rounds }, () => [load.viewers, ...gap]).flat();
  }
  let from = load.fromPerMinute;
  return load.steps.flatMap(({ seconds, perMinute }) => {
    const start = from;
    from = perMinute;
    return Array.from({ length: seconds }, (_, n) => (start + ((perMinute - start) * (n + 0.5)) / seconds) / 60);
  });
}

export function viewsOf(load: Load): number {
  return Math.round(arrivals(load).reduce((sum, views) => sum + views, 0));
}

export function secondsOf(load: Load): number {
  return arrivals(load).length;
}

/** Returns how many virtual users are needed, so that no view waits for another one to end. */
export function usersFor(load: Load, { secondsEach }: Pick<Scenario, 'secondsEach'>): number {
  if (load.kind === 'herd') return load.viewers;
  const peak = Math.max(load.fromPerMinute, ...load.steps.map(({ perMinute }) => perMinute)) / 60;
  return Math.ceil(peak * secondsEach) + 2;
}

/**
 * Forecasts the calls that the API answers 429 by its token bucket: `apiBurst` tokens at first, `apiRate` more each
 * second (API Gateway developer guide, "Throttle requests to your HTTP APIs"). AWS applies it on a best-effort basis.
 */
export function throttledOf(callsEachSecond: readonly number[], { apiRate, apiBurst }: Capacity): number {
  let tokens = apiBurst;
  let throttled = 0;
  for (const calls of callsEachSecond) {
    const passed = Math.min(calls, tokens);
    throttled += calls - passed;
    tokens = Math.min(apiBurst, tokens - passed + apiRate);
  }
  return Math.round(throttled);
}
