import { describe, expect, it } from 'vitest';
import { caps, durationSeconds, readDemand, refusals } from '../../../loadtest/run/guard.ts';
import type { ScenarioName } from '../../../loadtest/scenario-table.ts';
import type { Target } from '../../../src/target.ts';
import { localTarget as local } from './chain-fixture.ts';

const { s3: _, ...onAws } = {
  ...local,
  target: 'staging',
  imageUrl: 'https://img.example.com',
  apiUrl: 'https://api.example.com/resize',
};
const demand = { requestsPerSecond: 10, seconds: 60, requests: 600 };
const run = { target: local, confirmed: undefined, demands: [demand], dollars: 0.1, plans: [] };

describe('refusals()', () => {
  it('let a run on this machine start without asking', () => expect(refusals(run)).toEqual([]));

  it.each<[string, Target, string | undefined]>([
    ['a target on AWS that is not confirmed', onAws, undefined],
    ['a confirmation of another host', onAws, 'img.example.org'],
    ['a confirmation by the name of the target', onAws, 'staging'],
    ['an image host on AWS behind a local API', { ...local, imageUrl: onAws.imageUrl }, undefined],
    ['an API on AWS behind a local image host', { ...local, apiUrl: onAws.apiUrl }, undefined],
    [
      'buckets on AWS behind local entry points',
      { ...onAws, imageUrl: local.imageUrl, apiUrl: local.apiUrl },
      undefined,
    ],
    ['an address of the same network', { ...local, imageUrl: 'http://192.168.1.4:8080' }, undefined],
  ])('stop %s', (_, target, confirmed) => {
    expect(refusals({ ...run, target, confirmed })).toEqual([expect.stringContaining('CONFIRM_TARGET')]);
  });

  it('let a target on AWS start whose host was written out', () => {
    expect(refusals({ ...run, target: onAws, confirmed: 'img.example.com' })).toEqual([]);
  });

  it.each<[string, Partial<typeof run>]>([
    ['requests a second', { demands: [demand, { ...demand, requestsPerSecond: caps.requestsPerSecond + 1 }] }],
    ['minutes', { demands: [demand, { ...demand, seconds: 60 * caps.minutes }] }],
    ['requests', { demands: [demand, { ...demand, requests: caps.requests }] }],
    ['dollars', { dollars: caps.dollars + 0.01 }],
  ])('stop too many %s, on any target', (what, more) => {
    expect(refusals({ ...run, ...more })).toEqual([expect.stringMatching(`^${what}: `)]);
  });
});

const arrivalsOf = (seconds: number) =>
  ({ kind: 'arrivals', fromPerMinute: 60, steps: [{ seconds, perMinute: 60 }] }) as const;

describe('refusals() of loads that set off alarms', () => {
  const onStaging = { ...run, target: onAws, confirmed: 'img.example.com' };
  const plan = (scenario: ScenarioName, throttled: number, seconds: number) => ({
    scenario,
    throttled,
    load: arrivalsOf(seconds),
  });

  it('let one scenario go above the capacity, but not two', () => {
    const one = [plan('cold-miss', 90, 55), plan('warm-hit', 0, 55)];
    expect(refusals({ ...onStaging, plans: one })).toEqual([]);
    const two = [...one, plan('replaced', 40, 55)];
    expect(refusals({ ...onStaging, plans: two })).toEqual([expect.stringContaining('cold-miss and replaced')]);
    expect(refusals({ ...run, plans: two })).toEqual([]);
  });

  it('let invalid requests come for two minutes, but not for longer', () => {
    expect(refusals({ ...onStaging, plans: [plan('invalid', 0, 120)] })).toEqual([]);
    expect(refusals({ ...onStaging, plans: [plan('invalid', 0, 1800)] })).toEqual([expect.stringContaining('1800 s')]);
  });
});

/** What `k6 inspect --execution-requirements` of version 2.2 prints, shortened. */
const inspected = {
  scenarios: {
    'cold-miss': {
      executor: 'ramping-arrival-rate',
      startRate: 60,
      timeUnit: '1m0s',
      stages: [
        { duration: '10s', target: 180 },
        { duration: '1m0s', target: 180 },
      ],
      preAllocatedVUs: 8,
    },
  },
  totalDuration: '1m39s',
  maxVUs: 8,
};
const cold = { scenario: 'cold-miss', catalogue: 0 } as const;

describe('readDemand()', () => {
  it('counts the requests of an open model', () => {
    // 1 to 3 a second in ten seconds are 20 views, 3 a second for a minute are 180; three requests each.
    expect(readDemand(inspected, cold)).toEqual({ requestsPerSecond: 9, seconds: 99, requests: 600 });
  });

  it('counts a herd as one second', () => {
    const herd = {
      scenarios: { herd: { executor: 'per-vu-iterations', vus: 20, iterations: 4 } },
      totalDuration: '40s',
    };
    const expected = { requestsPerSecond: 60, seconds: 40, requests: 240 };
    expect(readDemand(herd, { scenario: 'herd', catalogue: 0 })).toEqual(expected);
  });

  it('counts the pre-warming', () => {
    expect(readDemand(inspected, { scenario: 'warm-hit', catalogue: 10 }).requests).toBe(200 + 100);
  });

  it.each([
    ['a closed model', { scenarios: { a: { executor: 'constant-vus', vus: 1000 } }, totalDuration: '1s' }],
    ['two scenarios', { ...inspected, scenarios: { ...inspected.scenarios, more: {} } }],
    ['none', { totalDuration: '1s' }],
    ['a duration that it cannot read', { ...inspected, totalDuration: 'soon' }],
  ])('refuses %s', (_, value) => expect(() => readDemand(value, cold)).toThrow('expected'));
});

describe('durationSeconds()', () => {
  it.each([
    ['30s', 30],
    ['1m5s', 65],
    ['1h0m0s', 3600],
    ['300ms', 0.3],
    ['1m30.5s', 90.5],
  ])('reads %s', (text, seconds) => expect(durationSeconds(text)).toBeCloseTo(seconds));
  it.each(['', '5', 's', '5 s', '-5s', undefined])('refuses %s', (text) => {
    expect(() => durationSeconds(text)).toThrow('expected one like "1m5s"');
  });
});
