import { describe, expect, it } from 'vitest';
import type { ScenarioPlan } from '../../../loadtest/lib/plan.ts';
import { readDemand, secondsOf } from '../../../loadtest/run/demand.ts';

const plan = { scenario: 'cold-miss', catalogue: 0 } as ScenarioPlan;
/** As `k6 inspect --execution-requirements` of version 2.2 prints it, shortened. */
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

describe('readDemand()', () => {
  it('counts what an open model will ask for', () => {
    // 1 to 3 a second in ten seconds are 20 views, 3 a second for a minute are 180; three requests each.
    expect(readDemand(inspected, plan)).toEqual({ requestsPerSecond: 9, seconds: 99, requests: 600 });
  });

  it('counts a herd as one second', () => {
    const herd = {
      scenarios: { herd: { executor: 'per-vu-iterations', vus: 20, iterations: 4 } },
      totalDuration: '40s',
    };
    expect(readDemand(herd, { ...plan, scenario: 'herd' })).toEqual({
      requestsPerSecond: 60,
      seconds: 40,
      requests: 240,
    });
  });

  it('counts the pre-warming', () => {
    const warm = readDemand(inspected, { ...plan, scenario: 'warm-hit', catalogue: 10 });
    expect(warm.requests).toBe(200 + 100);
  });

  it.each([
    ['a closed model', { scenarios: { a: { executor: 'constant-vus', vus: 1000 } }, totalDuration: '1s' }],
    ['two scenarios', { ...inspected, scenarios: { ...inspected.scenarios, more: {} } }],
    ['none', { totalDuration: '1s' }],
    ['a duration that it cannot read', { ...inspected, totalDuration: 'soon' }],
  ])('refuses %s', (_, value) => expect(() => readDemand(value, plan)).toThrow('expected'));
});

describe('secondsOf()', () => {
  it.each([
    ['30s', 30],
    ['1m5s', 65],
    ['1h0m0s', 3600],
    ['300ms', 0.3],
    ['1m30.5s', 90.5],
  ])('reads %s', (text, seconds) => expect(secondsOf(text)).toBeCloseTo(seconds));
  it.each(['', '5', 's', '5 s', '-5s', undefined])('refuses %s', (text) => {
    expect(() => secondsOf(text)).toThrow('expected one like "1m5s"');
  });
});
