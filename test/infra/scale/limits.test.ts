import { expect, test } from 'vitest';
import { dollars, monthlyCost } from '../../../infra/cost.ts';
import { prices } from '../../../infra/prices.ts';
import { assumed } from '../../../infra/print-cost.ts';
import { quotas } from '../../../infra/quotas.ts';
import { assumptionsOf, billOf, type Load, limitsOf, mostAtOnce, type Settings } from '../../../infra/scale/limits.ts';
import { readOptions } from '../../../infra/scale/main.ts';

/** 1,000 views a second: 20 cold, 30 more that S3 answers, 50 that Origin Shield answers. */
const load: Load = {
  viewsPerSecond: 1000,
  simulated: { views: 1000, edge: 0.7, regional: 0.2, shield: 0.05, s3: 0.03, cold: 0.02, shieldCharged: 0.096 },
};
const settings: Settings = {
  capacity: { apiRate: 100, apiBurst: 100, reservedConcurrency: 100 },
  capacityPath: 'capacity.prod',
  assumptions: { ...assumed, lambdaMilliseconds: 500, derivativeBytes: 25_000, apiOn: 'image-host' },
  busiestPresetShare: 0.5,
};

test('what is used of each limit', () => {
  const used = Object.fromEntries(limitsOf(load, settings, quotas).map(({ name, use }) => [name, use]));
  const lambdas = mostAtOnce(10);
  expect(Object.values(used).toSorted((a, b) => a - b)).toEqual(
    // Bytes; puts and reads of one preset; API twice, originals; Lambdas twice; CloudFront.
    [0.2, 10, lambdas, lambdas, 20, 20, 20, 45, 1040]
      .toSorted((a, b) => a - b)
      .map((value) => expect.closeTo(value, 6)),
  );
});

test.each([
  ['apiRate', { apiRate: 1 }, {}],
  ['reservedConcurrency', { reservedConcurrency: 2 }, {}],
  ['originShield', {}, { s3: { ...quotas.s3, getsPerSecond: 25 } }],
  ['Concurrent executions', {}, { lambda: { ...quotas.lambda, concurrency: 10 } }],
  ['Requests per second per distribution', {}, { cloudFront: { ...quotas.cloudFront, requestsPerSecond: 500 } }],
  ['Data transfer rate per distribution', {}, { cloudFront: { ...quotas.cloudFront, gigabitsPerSecond: 0.1 } }],
  ['Throttle rate', {}, { httpApi: { ...quotas.httpApi, requestsPerSecond: 5 } }],
])('%s lifts the first limit where capacity has %j and the quotas %j', (lift, capacity, quota) => {
  const changed = { ...settings, capacity: { ...settings.capacity, ...capacity } };
  const [first] = limitsOf(load, changed, { ...quotas, ...quota } as unknown as typeof quotas);
  expect(first?.lift).toContain(lift);
  expect(first?.use).toBeGreaterThan(first?.limit ?? 0);
});

test('the bill is that of make cost with the simulated shares', () => {
  const assumptions = assumptionsOf(load, settings.assumptions);
  expect(assumptions).toMatchObject({ coldShare: 0.02, hitShare: expect.closeTo(0.9, 12), shieldHitShare: 0.5 });
  expect(assumptions.shieldShare).toBeCloseTo(0.096 / 0.12, 12);
  const bill = billOf(load, settings.assumptions, prices);
  const lines = monthlyCost(1000 * 2_592_000, assumptions, prices);
  expect(bill.dollars).toBeCloseTo(
    lines.reduce((sum, line) => sum + dollars(line), 0),
    6,
  );
  // 96 requests a second to Origin Shield; 50 reads that it leaves for S3 and three for each cold view.
  expect(bill.readDollars / 2_592_000).toBeCloseTo(96 * 0.75e-6 + (50 + 60) * 0.4e-6, 9);
  expect(bill.accessLogGigabytesPerDay).toBeCloseTo((1040 * 86_400 * assumed.accessLogBytes) / 1e9, 9);
});

test('make scale takes other loads and refuses what it cannot simulate', () => {
  expect(readOptions([])).toMatchObject({ isOwn: false, loads: { length: 3 } });
  expect(readOptions(['--views', '5000', '--derivatives', '2000000'])).toMatchObject({
    isOwn: true,
    loads: [{ viewsPerSecond: 5000, derivatives: 2_000_000 }],
  });
  expect(readOptions(['--help'])).toBeUndefined();
  for (const [args, fault] of [
    [['--views', '5000'], 'together'],
    [['--zipf', 'none'], '--zipf is none'],
    [['--edge-locations', '2.5'], 'expected a whole number'],
    [['--crowd', '0'], '--crowd is 0'],
    [['--veiws', '1'], '--veiws'],
  ] as const) {
    expect(() => readOptions(args)).toThrow(fault);
  }
});
