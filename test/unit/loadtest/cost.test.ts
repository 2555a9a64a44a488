import { describe, expect, it } from 'vitest';
import { prices } from '../../../infra/prices.ts';
import { addUsages, costOf, estimateUsage, totalOf, type Usage } from '../../../loadtest/run/cost.ts';
import { makePlan } from '../../../loadtest/run/make-plan.ts';
import { gate, type scenarioNames } from '../../../loadtest/scenario-table.ts';
import { config } from '../../../src/config.ts';

const nothing: Usage = {
  edgeRequests: 0,
  edgeMisses: 0,
  edgeBytes: 0,
  apiCalls: 0,
  apiBytes: 0,
  lambdaSeconds: 0,
  generated: 0,
  seeds: 0,
};
const million = 1_000_000;
const fixed = totalOf(costOf(nothing, 1769));
const costs = (usage: Partial<Usage>) => totalOf(costOf({ ...nothing, ...usage }, 1769)) - fixed;

describe('costOf()', () => {
  it('charges each thing by its list price', () => {
    expect(costs({ edgeRequests: million })).toBeCloseTo(1 + 0.1);
    expect(costs({ edgeMisses: million })).toBeCloseTo(0.4);
    expect(costs({ edgeBytes: 1e9 })).toBeCloseTo(prices.cloudFront.gigabyteOut);
    // The call of the API, that of the Lambda, and two reads of S3.
    expect(costs({ apiCalls: million })).toBeCloseTo(1 + 0.2 + 0.8);
    expect(costs({ lambdaSeconds: 1000 })).toBeCloseTo((1769 / 1024) * 1000 * 0.0000166667);
    expect(costs({ generated: 1000 })).toBeCloseTo(0.005);
    expect(costs({ seeds: 1000 })).toBeCloseTo(0.005);
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
