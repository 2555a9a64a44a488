import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type Assumptions,
  attackCost,
  type CostLine,
  dollars,
  dollarsAfterFree,
  edgeCost,
  monthlyCost,
  refusedCallsCost,
} from '../../infra/cost.ts';
import { countMonitoring } from '../../infra/count-monitoring.ts';
import type { MonitoringPart } from '../../infra/environments.ts';
import { prices } from '../../infra/prices.ts';
import { config } from '../../src/config.ts';
import { plainStaging, resourcesOf, type Tree, templateOf } from './synthesized.ts';

/** Round numbers, so that the bill can be checked by hand. */
const round: Assumptions = {
  coldShare: 0.1,
  hitShare: 0.8,
  shieldHitShare: 0,
  shieldShare: 0,
  derivativeBytes: 100_000,
  lambdaMilliseconds: 1_000,
  memoryMegabytes: 1_024,
  architecture: 'x64',
  apiOn: 'own-host',
  derivativeDays: 90,
  logDays: 60,
  lambdaLogBytes: 8_000,
  apiLogBytes: 1_000,
  edgeLogBytes: 1_000,
  accessLogBytes: 100,
  presets: 10,
  countsEdgeRedirects: true,
  alarmMetrics: 20,
  compositeAlarms: 2,
  dashboards: 4,
  canaryViews: 1_000,
  canaryMilliseconds: 4_000,
  secrets: 2,
  purges: true,
  uploadShare: 0.01,
  replaceShare: 0.002,
  purgeMilliseconds: 500,
  purgeMegabytes: 512,
};

/** A million views: 100,000 cold, 200,000 that CloudFront does not hold, 1,100,000 requests. */
const worked: readonly [part: string, what: RegExp, units: number, dollars: number][] = [
  ['CloudFront', /^requests/, 1_100_000, 1.1],
  ['CloudFront', /^GB to viewers/, 100, 8.5],
  ['CloudFront', /^function calls/, 2_200_000, 0.22],
  ['S3', /^GET and HEAD/, 500_000, 0.2],
  ['S3', /^PUT/, 100_000, 0.5],
  ['S3', /^GB of derivatives/, 30, 0.69],
  ['S3', /^GB of CloudFront's logs/, 0.33, 0.00759],
  ['API', /^requests/, 100_000, 0.1],
  ['API', /^GB of redirects/, 0.1, 0.009],
  ['Lambda', /^requests/, 100_000, 0.02],
  ['Lambda', /^GB-seconds on x64/, 100_000, 1.66667],
  ['Logs', /^GB written/, 1, 0.5],
  ['Logs', /^GB kept/, 2, 0.06],
  ['Metrics', /^of the Lambda/, 23, 6.9],
  ['Metrics', /^of each preset/, 10, 3],
  ['Metrics', /^of CloudFront/, 8, 2.4],
  ['Metrics', /^counted in logs/, 2, 0.6],
  ['Alarms', /^metrics of alarms/, 20, 2],
  ['Alarms', /^composite alarms/, 2, 1],
  ['Dashboards', /^dashboards/, 4, 12],
  // Of one image, in millionths: CloudFront 3, API 1, Lambda 0.2 + 16.6667, S3 10 + 1.6.
  ['Canary', /^images loaded/, 1_000, 0.0324667],
  ['Canary', /^GB-seconds of the canary/, 1_000, 0.0166667],
  ['Canary', /^metrics/, 2, 0.6],
  // 10,000 uploads and 2,000 replaced originals, each by two queues. An original has eleven possible objects.
  ['Purge', /^events/, 12_000, 0.012],
  ['Purge', /^SQS requests/, 72_000, 0.0288],
  ['Purge', /^Lambda requests/, 24_000, 0.0048],
  ['Purge', /^GB-seconds/, 1_000, 0.0166667],
  ['Purge', /^LIST/, 12_000, 0.06],
  ['Purge', /^HEAD/, 44_000, 0.0176],
  ['Purge', /^invalidated tags/, 2_000, 10],
  // Two queues, five polls in 20 seconds.
  ['Purge', /^SQS polls/, 1_296_000, 0.5184],
  ['Purge', /^metrics/, 6, 1.8],
  ['Secret', /^generations/, 2, 0.8],
];

function find(lines: readonly CostLine[], part: string, what: RegExp): CostLine {
  const line = lines.find((candidate) => candidate.part === part && what.test(candidate.what));
  if (!line) throw new Error(`no line ${part} ${what}`);
  return line;
}

test.each(worked)('a million views cost for %s %s: %d units, $%d', (part, what, units, expected) => {
  const line = find(monthlyCost(1e6, round, prices), part, what);
  expect(line.units).toBeCloseTo(units, 6);
  expect(dollars(line)).toBeCloseTo(expected, 6);
});

test('Origin Shield is charged for what other regions ask, and saves reads of S3', () => {
  const bill = monthlyCost(1e6, { ...round, shieldShare: 0.5, shieldHitShare: 0.25 }, prices);
  // 200,000 misses and 100,000 images after a cold view, of which half come from other regions.
  expect(find(bill, 'CloudFront', /Origin Shield/).units).toBeCloseTo(150_000, 6);
  expect(find(bill, 'S3', /^GET/).units).toBeCloseTo(450_000, 6);
  expect(monthlyCost(1e6, round, prices).some(({ what }) => what.includes('Origin Shield'))).toBe(false);
});

test('a thousand invalidations of a month are free, and without purges there is no part of them', () => {
  const bill = monthlyCost(1e6, round, prices);
  expect(dollarsAfterFree(find(bill, 'Purge', /^invalidated/))).toBeCloseTo(5, 6);
  expect(monthlyCost(1e6, { ...round, purges: false }, prices).some(({ part }) => part === 'Purge')).toBe(false);
});

test('the bill has no line that was not worked out', () => {
  expect(monthlyCost(1e6, round, prices)).toHaveLength(worked.length);
});

test('what is free for ever is taken off, and never more than there is', () => {
  const lines = monthlyCost(1e8, round, prices);
  // 110,000,000 requests, 10,000,000 of them free.
  expect(dollarsAfterFree(find(lines, 'CloudFront', /^requests/))).toBeCloseTo(100, 6);
  expect(dollarsAfterFree(find(monthlyCost(1e4, round, prices), 'CloudFront', /^requests/))).toBe(0);
  expect(dollarsAfterFree(find(lines, 'Alarms', /^metrics/))).toBeCloseTo(1, 6);
  expect(dollarsAfterFree(find(lines, 'Dashboards', /^dashboards/))).toBeCloseTo(3, 6);
});

test('without counting redirects at the edge its log and its metric cost nothing', () => {
  const lines = monthlyCost(1e6, { ...round, countsEdgeRedirects: false }, prices);
  expect(find(lines, 'Logs', /^GB written/).units).toBeCloseTo(0.9, 6);
  expect(find(lines, 'Metrics', /^counted in logs/).units).toBe(1);
});

test('on the image host a cold view is three requests to CloudFront, and the API sends nothing to the internet', () => {
  const lines = monthlyCost(1e6, { ...round, apiOn: 'image-host' }, prices);
  expect(find(lines, 'CloudFront', /^requests/).units).toBe(1_200_000);
  expect(lines.some(({ what }) => what.startsWith('GB of redirects'))).toBe(false);
});

test.each([[[]], [['alarms']], [['dashboards', 'canary']]] as [MonitoringPart[]][])(
  'what is counted for the bill is what the template has, without %j',
  (withoutMonitoring) => {
    const template = templateOf({ withoutMonitoring });
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    const looked = alarms.map(({ Metrics }) => Metrics?.filter((row: Tree) => row.MetricStat).length ?? 1);
    const rules = resourcesOf(template, 'AWS::Events::Rule');
    expect(countMonitoring({ ...plainStaging, withoutMonitoring }, config)).toEqual({
      alarmMetrics: looked.reduce((total, count) => total + count, 0),
      compositeAlarms: resourcesOf(template, 'AWS::CloudWatch::CompositeAlarm').length,
      dashboards: resourcesOf(template, 'AWS::CloudWatch::Dashboard').length,
      // Every five minutes of thirty days, 34 names of nine presets in turn.
      canaryViews: rules.length * 32_640,
    });
  },
);

test('shares that contradict each other are refused', () => {
  expect(() => monthlyCost(1e6, { ...round, coldShare: 0.3 }, prices)).toThrow(
    'coldShare is 0.3, expected at most 0.2',
  );
});

const print = (...args: string[]) =>
  execFileSync(process.execPath, [join(import.meta.dirname, '../../infra/print-cost.ts'), ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  });

test('make cost prints a table for three sizes, its arithmetic, and what it assumed', () => {
  const output = print();
  expect(output).toMatch(/^\| views a month +\| +10,000 \| +1,000,000 \| +100,000,000 \|$/m);
  const parts = ['CloudFront', 'S3', 'API', 'Lambda', 'Logs', 'Metrics', 'Alarms', 'Dashboards', 'Canary', 'Secret'];
  for (const part of [...parts, 'all', 'after the free tiers', 'for a million views']) {
    expect(output).toMatch(new RegExp(`^\\| ${part} +\\| +[\\d.,]+ \\| +[\\d.,]+ \\| +[\\d.,]+ \\|$`, 'm'));
  }
  expect(output).toContain('1,040,000 x $0.000001     =       1.04   requests');
  expect(output).toContain('--cold-share 0.02');
});

test('an attack is bounded by the rate of the API, in both environments', () => {
  const cost = (apiRate: number, change: Partial<Assumptions> = {}) =>
    attackCost({ apiRate, apiBurst: 1e6, reservedConcurrency: 1e6 }, { ...round, ...change }, prices);
  // 2,592,000 requests at one a second: $2.592 for the API alone.
  const free = { lambdaMilliseconds: 0, lambdaLogBytes: 0, apiLogBytes: 0, derivativeBytes: 0 };
  expect(cost(1, free)).toBeCloseTo(2_592_000 * (1e-6 + 0.2e-6 + 3 * 0.4e-6), 6);
  expect(cost(100)).toBeCloseTo(100 * cost(1), 6);
  // Through CloudFront each call is one of its requests and runs two functions.
  expect(cost(1, { ...free, apiOn: 'image-host' }) - cost(1, free)).toBeCloseTo(2_592_000 * (1e-6 + 2 * 0.1e-6), 6);
  // A refused call reads nothing: API, Lambda and its 2 ms of a gigabyte.
  const capacity = { apiRate: 1, apiBurst: 1, reservedConcurrency: 1 };
  expect(refusedCallsCost(capacity, { ...round, ...free }, prices)).toBeCloseTo(
    2_592_000 * (1.2e-6 + 0.002 * 16.6667e-6),
    6,
  );
});

test('make cost takes other views and assumptions, and refuses what is no number', () => {
  expect(print('--views', '5000000', '--cold-share', '0.05')).toContain('--cold-share 0.05');
  expect(() => print('--views', 'many')).toThrow('--views is many, expected a number');
  expect(() => print('--architecture', 'x86')).toThrow('expected x64 or arm64');
});

test.each([
  ['fit the free plan', 900_000, 'Free'],
  ['are more than it holds, with their redirects', 950_000, 'Pro'],
  ['fill the largest plan', 450_000_000, 'Premium'],
  ['are more than any plan holds', 600_000_000, undefined],
])('of flat-rate plans the cheapest that holds the traffic is named: views that %s', (_, views, plan) => {
  const bill = monthlyCost(views, { ...round, derivativeBytes: 10_000 }, prices);
  expect(edgeCost(bill, prices).plan?.name).toBe(plan);
});

test('bytes alone can be too many for a plan', () => {
  const bill = monthlyCost(500_000, { ...round, derivativeBytes: 1_000_000 }, prices);
  expect(edgeCost(bill, prices)).toMatchObject({ plan: { name: 'Pro' }, payAsYouGo: 0 });
  // A WAF for 550,000 requests: $5, $1 and $0.33.
  expect(edgeCost(bill, prices).withWaf).toBeCloseTo(6.33);
});
