import { quantile } from 'simple-statistics';
import { expect, test } from 'vitest';
import { type PurgeLoad, simulatePurge } from '../../../infra/scale/purge.ts';
import { config } from '../../../src/config.ts';

const load: PurgeLoad = {
  replacedAt: [0],
  purge: { ...config.purge, batchSeconds: 2, batchSize: 100, concurrency: 2, secondsBetweenInvalidations: 2 },
  eventSeconds: 1,
  pollSeconds: 0.2,
  originalSeconds: 0.3,
  originalsAtOnce: 3,
  lookupsOfOriginal: 30,
  callSeconds: 1,
  effectiveP95Seconds: 5,
  completeSeconds: 25,
  invalidationsPerDay: 1_000_000,
};
const steady = (perSecond: number, seconds: number) =>
  Array.from({ length: perSecond * seconds }, (_, at) => at / perSecond);
const backlog = { ...load, replacedAt: Array<number>(100_000).fill(0) };

test('one original waits for its event, its batch and CloudFront', () => {
  const { lagSeconds, drainedAfterSeconds } = simulatePurge(load);
  expect(drainedAfterSeconds).toBeCloseTo(1.2 + 2 + 0.3 + 1);
  expect(lagSeconds).toHaveLength(1);
  expect(lagSeconds[0]).toBeGreaterThan(drainedAfterSeconds);
});

test('95 % of the replaced originals are gone within the objective at 5 replaces a second', () => {
  const { lagSeconds } = simulatePurge({ ...load, replacedAt: steady(5, 3600) });
  expect(lagSeconds).toHaveLength(18_000);
  expect(quantile([...lagSeconds], 0.95)).toBeLessThanOrEqual(config.objectives.purgeSeconds);
});

test('a backlog never takes more Lambdas than two queues allow, and keeps to the quota of invalidations', () => {
  const { mostLambdasAtOnce, mostInProgress, invalidated, drainedAfterSeconds } = simulatePurge(backlog);
  expect(mostLambdasAtOnce).toBe(2);
  expect(mostInProgress).toBeLessThanOrEqual(3000);
  expect(invalidated).toBe(100_000);
  // Two runs of 100 originals: ten seconds of look-ups each.
  expect(drainedAfterSeconds).toBeGreaterThan((100_000 / 200) * 10);
});

test('holds invalidations back when the money of the day is spent, and goes on with its deletes', () => {
  const limited = simulatePurge({ ...backlog, invalidationsPerDay: 5000 });
  expect(limited).toMatchObject({ invalidated: 5000, heldBack: 95_000 });
  expect(limited.drainedAfterSeconds).toBeLessThan(simulatePurge(backlog).drainedAfterSeconds);
});
