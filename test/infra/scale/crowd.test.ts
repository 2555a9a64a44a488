import { expect, test } from 'vitest';
import { type Crowd, simulateCrowd } from '../../../infra/scale/flash-crowd.ts';

const crowd: Crowd = {
  viewsPerSecond: 2000,
  seconds: 3,
  edgeLocations: 20,
  capacity: { apiRate: 100, apiBurst: 400, reservedConcurrency: 500 },
  lambdaMilliseconds: 500,
  originMilliseconds: 40,
  viewerMilliseconds: 30,
  existingMilliseconds: 80,
  errorSeconds: 5,
};
const withCapacity = (change: Partial<Crowd['capacity']>) =>
  simulateCrowd({ ...crowd, capacity: { ...crowd.capacity, ...change } });

test('every viewer gets one answer, and one put wins', () => {
  const { viewers, lambdaCalls, resizes, lostPuts, outcomes } = simulateCrowd(crowd);
  expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(viewers);
  // One request of each edge location is under way while the derivative does not exist.
  expect([resizes, lostPuts]).toEqual([20, 19]);
  // Only the winner is redirected; all others that reached the Lambda have the bytes.
  expect(outcomes.imageFromApi).toBe(lambdaCalls - 1);
});

test('the API accepts its burst and its rate, and refuses the others', () => {
  const { lambdaCalls, outcomes } = simulateCrowd(crowd);
  expect(outcomes.throttled).toBeGreaterThan(0);
  expect(lambdaCalls).toBeGreaterThanOrEqual(400);
  expect(lambdaCalls).toBeLessThanOrEqual(400 + 100 * 2);
  expect(withCapacity({ apiBurst: 10_000, reservedConcurrency: 10_000 }).outcomes).toMatchObject({
    throttled: 0,
    unavailable: 0,
  });
});

test('with too few Lambdas viewers get 503, also from the edge that keeps it', () => {
  const { outcomes, mostLambdasAtOnce } = withCapacity({ apiBurst: 10_000, reservedConcurrency: 100 });
  expect(mostLambdasAtOnce).toBe(100);
  expect(outcomes.unavailable).toBeGreaterThan(0);
  expect(outcomes.throttled).toBe(0);
});

test('at one edge location one request makes the image, and nobody races', () => {
  expect(simulateCrowd({ ...crowd, edgeLocations: 1 })).toMatchObject({ resizes: 1, lostPuts: 0 });
});
