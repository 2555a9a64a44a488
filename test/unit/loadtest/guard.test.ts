import { describe, expect, it } from 'vitest';
import type { Load } from '../../../loadtest/lib/load.ts';
import { caps, type GuardedRun, refusals } from '../../../loadtest/run/guard.ts';
import type { ScenarioName } from '../../../loadtest/scenario-table.ts';
import type { Target } from '../../../src/target.ts';
import { localTarget as local } from './chain-fixture.ts';

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

  it('let invalid requests come for two minutes, but not for longer', () => {
    expect(refusals({ ...onStaging, plans: [plan('invalid', 0, 120)] })).toEqual([]);
    expect(refusals({ ...onStaging, plans: [plan('invalid', 0, 1800)] })).toEqual([expect.stringContaining('1800 s')]);
  });
});
