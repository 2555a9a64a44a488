import { describe, expect, it } from 'vitest';
import { prices } from '../../../infra/prices.ts';
import type { Load } from '../../../loadtest/lib/load.ts';
import { addUsages, costOf, estimateUsage, totalOf, type Usage } from '../../../loadtest/run/cost.ts';
import { caps, type GuardedRun, refusals } from '../../../loadtest/run/guard.ts';
import { makePlan } from '../../../loadtest/run/make-plan.ts';
import { gate, type ScenarioName, type scenarioNames } from '../../../loadtest/scenario-table.ts';
import { config } from '../../../src/config.ts';
import type { Target } from '../../../src/target.ts';
import { localTarget as local } from './fixtures.ts';

const { s3: _, ...onAws } = {
  ...local,
  target: 'staging',
  imageUrl: 'https://img.example.com',
  apiUrl: 'https://api.example.com/resize',
};
const arrivalsOf = (seconds: number, perMinute = 60) =>
  ({ kind: 'arrivals', fromPerMinute: perMinute, steps: [{ seconds, perMinute }] }) as const;
const planOf = (scenario: ScenarioName, load: Load, throttled = 0) => ({ scenario, load, throttled, catalogue: 0 });
const run = { target: local, confirmed: undefined, dollars: 0.1, plans: [planOf('cold-miss', arrivalsOf(60))] };

describe('refusals()', () => {
  it('let a run on this machine start without asking', () => expect(refusals(run)).toEqual([]));

  it.each<[string, Target, string | undefined]>([
    ['a target on AWS that is not confirmed', onAws, undefined],
    ['a confirmation of another host', onAws, 'img.example.org'],
    ['an image host on AWS behind a local API', { ...local, imageUrl: onAws.imageUrl }, undefined],
    [
      'buckets on AWS behind local entry points',
      { ...onAws, imageUrl: local.imageUrl, apiUrl: local.apiUrl },
      undefined,
    ],
  ])('stop %s', (_, target, confirmed) => {
    expect(refusals({ ...run, target, confirmed })).toEqual([expect.stringContaining('CONFIRM_TARGET')]);
  });

  it('let a target on AWS start whose host was written out', () => {
    expect(refusals({ ...run, target: onAws, confirmed: 'img.example.com' })).toEqual([]);
  });

  // Three requests for each view of cold-miss.
  it.each<[string, Partial<GuardedRun>]>([
    ['requests a second', { plans: [planOf('cold-miss', arrivalsOf(10, (60 * (caps.requestsPerSecond + 3)) / 3))] }],
    ['requests a second', { plans: [planOf('herd', { kind: 'herd', viewers: 300, rounds: 1, secondsApart: 8 })] }],
    ['minutes', { plans: [...run.plans, planOf('cold-miss', arrivalsOf(60 * caps.minutes))] }],
    ['requests', { plans: [planOf('cold-miss', arrivalsOf(1800, 60 * 150)), planOf('mixed', arrivalsOf(1200))] }],
    ['requests', { plans: [{ ...planOf('warm-hit', arrivalsOf(5)), catalogue: caps.requests / 10 }] }],
    ['dollars', { dollars: caps.dollars + 0.01 }],
  ])('stop too many %s, on any target', (what, more) => {
    expect(refusals({ ...run, ...more })).toEqual([expect.stringMatching(`^${what}: `)]);
  });
});

describe('refusals() of an environment with a rate rule', () => {
  const plans = [planOf('cold-miss', arrivalsOf(600, 60))];
  const target = (requestsPerFiveMinutes: number): Target => ({ ...onAws, rateRule: { requestsPerFiveMinutes } });

  it('let a run start that stays below it from its one address, and no other', () => {
    // Three requests a view, one view a second.
    expect(refusals({ ...run, plans, target: target(900), confirmed: 'img.example.com' })).toEqual([]);
    expect(refusals({ ...run, plans, target: target(899), confirmed: 'img.example.com' })).toEqual([
      expect.stringContaining('blocks an address with more than 899 requests'),
    ]);
  });
});

describe('refusals() of loads that set off alarms', () => {
  const onStaging = { ...run, target: onAws, confirmed: 'img.example.com' };
  const plan = (scenario: ScenarioName, throttled: number, seconds: number) =>
    planOf(scenario, arrivalsOf(seconds), throttled);

  it('let one scenario go above the capacity, but not two', () => {
    const one = [plan('cold-miss', 90, 55), plan('warm-hit', 0, 55)];
    expect(refusals({ ...onStaging, plans: one })).toEqual([]);
    const two = [...one, plan('replaced', 40, 55)];
    expect(refusals({ ...onStaging, plans: two })).toEqual([expect.stringContaining('cold-miss and replaced')]);
    expect(refusals({ ...run, plans: two })).toEqual([]);
  });
});

const nothing: Usage = {
  edgeRequests: 0,
  edgeMisses: 0,
  edgeBytes: 0,
  apiCalls: 0,
  apiBytes: 0,
  lambdaSeconds: 0,
  generated: 0,
  seeds: 0,
  invalidations: 0,
};
const million = 1_000_000;
const fixed = totalOf(costOf(nothing, 1769));
const costs = (usage: Partial<Usage>) => totalOf(costOf({ ...nothing, ...usage }, 1769)) - fixed;

describe('costOf()', () => {
  it('charges each thing by its list price', () => {
    expect(costs({ edgeRequests: million })).toBeCloseTo(1 + 2 * 0.1);
    expect(costs({ edgeMisses: million })).toBeCloseTo(0.4);
    expect(costs({ edgeBytes: 1e9 })).toBeCloseTo(prices.cloudFront.gigabyteOut);
    // The call of the API, that of the Lambda, and two reads of S3.
    expect(costs({ apiCalls: million })).toBeCloseTo(1 + 0.2 + 0.8);
    expect(costs({ lambdaSeconds: 1000 })).toBeCloseTo((1769 / 1024) * 1000 * 0.0000166667);
    expect(costs({ generated: 1000 })).toBeCloseTo(0.005);
    expect(costs({ seeds: 1000 })).toBeCloseTo(0.005);
    expect(costs({ invalidations: 1000 })).toBeCloseTo(5);
  });

  it('names the sweep even when nothing took place', () => expect(fixed).toBeGreaterThan(0));
});

describe('addUsages()', () => {
  it('adds every field', () => {
    const one = Object.fromEntries(Object.keys(nothing).map((name, n) => [name, n + 1])) as unknown as Usage;
    const three = addUsages([one, one, one]);
    for (const [name, value] of Object.entries(one)) expect(three[name as keyof Usage]).toBe(3 * value);
    expect(addUsages([])).toEqual(nothing);
  });
});

describe('estimateUsage()', () => {
  const image = { type: 'jpeg', width: 9, height: 9, bytes: new Uint8Array(9), extension: '.jpg' } as const;
  const estimate = (scenario: (typeof scenarioNames)[number], isLoopback: boolean) => {
    const { plan, seeds } = makePlan({
      runId: '20260101-000000-abcd',
      scenario,
      workload: 'average',
      seed: 1,
      imageUrl: 'https://img.example.com',
      apiUrl: 'https://api.example.com/resize',
      isLoopback,
      capacity: config.capacity.staging,
      corpus: [image, image],
    });
    return estimateUsage(plan, seeds.length);
  };

  it('keeps the gate on staging below a dollar', () => {
    const dollars = totalOf(costOf(addUsages(gate.map((scenario) => estimate(scenario, false))), 1769));
    expect(dollars).toBeGreaterThan(0.01);
    expect(dollars).toBeLessThan(1);
  });

  it('counts a resize for every cold view', () => {
    const { generated, apiCalls, edgeRequests } = estimate('cold-miss', false);
    expect(apiCalls).toBe(generated);
    expect(edgeRequests).toBe(2 * generated);
  });
});
