/** How long replaced originals stay visible, simulated batch by batch. */
import type { Purge } from '../../src/config.ts';
import { createRandom } from './random.ts';

export interface PurgeLoad {
  /** When originals are replaced, in seconds, oldest first. */
  readonly replacedAt: readonly number[];
  readonly purge: Purge;
  /** From S3's event to the queue. */
  readonly eventSeconds: number;
  /** From a visible message to its receipt. */
  readonly pollSeconds: number;
  /** Of one original: versions, derivatives, the original, deletes. */
  readonly originalSeconds: number;
  readonly originalsAtOnce: number;
  readonly lookupsOfOriginal: number;
  readonly callSeconds: number;
  /** 95 % of invalidations are effective after it. Times are distributed exponentially. */
  readonly effectiveP95Seconds: number;
  readonly completeSeconds: number;
  /** Invalidations that `dollarsPerDay` allows. */
  readonly invalidationsPerDay: number;
}

export interface PurgeResult {
  /** From the upload until no edge has the old image, of each original that was invalidated. */
  readonly lagSeconds: readonly number[];
  readonly drainedAfterSeconds: number;
  readonly mostLambdasAtOnce: number;
  readonly mostLookupsPerSecond: number;
  readonly mostInProgress: number;
  readonly invalidated: number;
  readonly heldBack: number;
}

interface Run {
  readonly from: number;
  readonly until: number;
  readonly lookingUntil: number;
  readonly originals: number;
}

/**
 * One queue. A batch is full or waits for its window; so many run at a time as the mapping allows. Each run looks its
 * originals up and then waits for its turn at CloudFront, which each environment has at a fixed distance.
 */
export function simulatePurge(load: PurgeLoad, seed = 1): PurgeResult {
  const { purge, completeSeconds } = load;
  const random = createRandom(seed);
  const between = purge.secondsBetweenInvalidations * purge.concurrency;
  const environments = Array.from({ length: purge.concurrency }, () => ({ freeAt: 0, nextCall: 0 }));
  const visibleAt = load.replacedAt.map((at) => at + load.eventSeconds + load.pollSeconds);
  const lagSeconds: number[] = [];
  const runs: Run[] = [];
  const calls: { readonly at: number; readonly items: number }[] = [];
  let invalidated = 0;

  for (let taken = 0; taken < visibleAt.length; ) {
    const environment = environments.reduce((a, b) => (b.freeAt < a.freeAt ? b : a));
    const opens = Math.max(environment.freeAt, visibleAt[taken] ?? 0);
    const full = visibleAt[taken + purge.batchSize - 1] ?? Number.POSITIVE_INFINITY;
    const from = Math.max(opens, Math.min(full, opens + purge.batchSeconds));
    let end = taken;
    while (end < visibleAt.length && end - taken < purge.batchSize && (visibleAt[end] ?? 0) <= from) end += 1;
    const originals = end - taken;

    const lookingUntil = from + Math.ceil(originals / load.originalsAtOnce) * load.originalSeconds;
    const items = Math.min(originals, load.invalidationsPerDay - invalidated);
    const called = items > 0 ? Math.max(lookingUntil, environment.nextCall) + load.callSeconds : lookingUntil;
    if (items > 0) {
      environment.nextCall = called + between - load.callSeconds;
      invalidated += items;
      calls.push({ at: called, items });
      const effective = called + random.exponential(Math.log(20) / load.effectiveP95Seconds);
      for (const at of load.replacedAt.slice(taken, taken + items)) lagSeconds.push(effective - at);
    }
    environment.freeAt = called;
    runs.push({ from, until: called, lookingUntil, originals });
    taken = end;
  }

  const mostAt = (sum: (moment: number) => number) => Math.max(0, ...runs.map(({ from }) => sum(from)));
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    lagSeconds,
    drainedAfterSeconds: (runs.at(-1)?.until ?? 0) - (load.replacedAt[0] ?? 0),
    mostLambdasAtOnce: mostAt((at) => runs.filter(({ from, until }) => from <= at && at < until).length),
    mostLookupsPerSecond: mostAt((at) =>
      total(
        runs
          .filter(({ from, lookingUntil }) => from <= at && at < lookingUntil)
          .map((run) => (run.originals * load.lookupsOfOriginal) / (run.lookingUntil - run.from)),
      ),
    ),
    mostInProgress: Math.max(
      0,
      ...calls.map(({ at }) =>
        total(calls.filter((one) => one.at <= at && at < one.at + completeSeconds).map(({ items }) => items)),
      ),
    ),
    invalidated,
    heldBack: load.replacedAt.length - invalidated,
  };
}
