import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivals, loadOf, secondsOf, throttledOf, usersFor, viewsOf } from '../../../loadtest/lib/load.ts';
import { scenarioNames, scenarios } from '../../../loadtest/scenario-table.ts';
import { workloadNames } from '../../../loadtest/workloads.ts';
import { config } from '../../../src/config.ts';

const { staging } = config.capacity;

describe('loadOf()', () => {
  it('gives every scenario under every workload views, users and an end', () => {
    for (const scenario of scenarioNames) {
      for (const workload of workloadNames) {
        for (const isLoopback of [true, false]) {
          const load = loadOf(scenario, workload, staging, isLoopback);
          const about = `${scenario} ${workload} ${isLoopback}`;
          expect(viewsOf(load), about).toBeGreaterThan(0);
          expect(secondsOf(load), about).toBeLessThanOrEqual(1800);
          expect(usersFor(load, scenarios[scenario]), about).toBeGreaterThan(1);
        }
      }
    }
  });

  it('grows with the capacity on AWS and stays small on this machine', () => {
    const twice = { ...staging, apiRate: 2 * staging.apiRate };
    const views = (capacity: typeof staging | typeof twice, isLoopback: boolean) =>
      viewsOf(loadOf('cold-miss', 'average', capacity, isLoopback));
    expect(views(twice, false)).toBe(2 * views(staging, false));
    expect(views(twice, true)).toBe(views(staging, true));
    expect(views(staging, true)).toBeLessThan(200);
  });

  it('lets a spike of viewers go over what the API lets through at once, and an average herd stay under it', () => {
    const viewers = (workload: 'spike' | 'average') => {
      const load = loadOf('herd', workload, staging, false);
      return load.kind === 'herd' ? load.viewers : 0;
    };
    expect(viewers('spike')).toBeGreaterThan(staging.apiBurst);
    expect(viewers('average')).toBeLessThan(staging.apiBurst);
  });
});

describe('arrivals()', () => {
  it('rise evenly between two rates', () => {
    const load = { kind: 'arrivals', fromPerMinute: 60, steps: [{ seconds: 4, perMinute: 300 }] } as const;
    expect(arrivals(load)).toEqual([1.5, 2.5, 3.5, 4.5]);
    expect(viewsOf(load)).toBe(12);
  });

  it('come all at once in a herd', () => {
    expect(arrivals({ kind: 'herd', viewers: 5, rounds: 2, secondsApart: 3 })).toEqual([5, 0, 0, 5, 0, 0]);
  });
});

describe('throttledOf()', () => {
  const capacity = { ...staging, apiRate: 20, apiBurst: 50 };
  it.each([
    ['nobody at the rate', new Array<number>(60).fill(20), 0],
    ['nobody in a burst', [50, 0, 0], 0],
    ['what is over a burst', [75], 25],
    ['what is over the rate, once the burst is used up', new Array<number>(10).fill(40), 170],
    ['nobody without calls', [], 0],
  ])('counts %s', (_, calls, expected) => expect(throttledOf(calls, capacity)).toBe(expected));

  it('never lets more through than burst and rate give', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 60 }), (calls) => {
        const sum = calls.reduce((a, b) => a + b, 0);
        const most = capacity.apiBurst + capacity.apiRate * Math.max(0, calls.length - 1);
        expect(sum - throttledOf(calls, capacity)).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('says that no workload but stress and spike goes over the capacity on AWS', () => {
    for (const workload of ['smoke', 'average', 'soak'] as const) {
      for (const scenario of scenarioNames) {
        const load = loadOf(scenario, workload, staging, false);
        const { catalogue, apiCalls } = scenarios[scenario];
        const calls = catalogue > 0 ? [] : arrivals(load).map((views) => views * apiCalls);
        expect(throttledOf(calls, staging), `${scenario} ${workload}`).toBe(0);
      }
    }
    const stress = arrivals(loadOf('cold-miss', 'stress', staging, false));
    expect(throttledOf(stress, staging)).toBeGreaterThan(0);
  });
});
