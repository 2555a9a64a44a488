import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scenarioNames, scenarios } from '../../../loadtest/scenario-table.ts';
import { thresholdsFor, warmHits } from '../../../loadtest/thresholds.ts';
import { config } from '../../../src/config.ts';
import { planOf } from './summary-fixture.ts';

const of = (scenario: (typeof scenarioNames)[number]) => thresholdsFor(planOf(scenario), config);
/** The metrics that the scripts have; k6 refuses a threshold on any other (exit code 104). */
const metricsFile = readFileSync(join(import.meta.dirname, '../../../loadtest/vu/record.ts'), 'utf8');
const own = [...metricsFile.matchAll(/new (?:Counter|Rate|Trend)\('(\w+)'/g)].map(([, name]) => name);
const known = [...own, 'checks', 'dropped_iterations'];

describe('thresholdsFor()', () => {
  for (const scenario of scenarioNames) {
    it(`judge ${scenario} by metrics that the script has, each by one expression once`, () => {
      const rows = of(scenario).map(({ metric, expression }) => `${metric} ${expression}`);
      expect(new Set(rows).size).toBe(rows.length);
      const bases = of(scenario).map(({ metric }) => metric.replace(/\{.*/, ''));
      expect(bases.filter((base) => !known.includes(base))).toEqual([]);
    });

    it(`stop ${scenario} at the defects that would only grow, and have a floor for every kind of view`, () => {
      const stops = of(scenario).filter((row) => row.class === 'stop');
      expect(stops.map(({ code }) => code)).toEqual([
        'script-error',
        'redirect-cached',
        'redirect-loop',
        'image-invalid',
        'image-cut-short',
        'image-type',
        'image-size',
        'image-bytes',
      ]);
      const floors = of(scenario).filter((row) => row.class === 'views');
      for (const kind of scenarios[scenario].kinds) {
        const floor = floors.find(({ metric }) => metric === `views{kind:${kind}}`);
        expect(Number(/^count>=(\d+)$/.exec(floor?.expression ?? '')?.[1])).toBeGreaterThanOrEqual(1);
      }
      expect(of(scenario)).toContainEqual(expect.objectContaining({ metric: 'checks', expression: 'rate==1' }));
    });
  }

  it('take their limits from the objectives', () => {
    const objectives = {
      ...config.objectives,
      cold: { ...config.objectives.cold, p95Milliseconds: 700 },
      warmP95Milliseconds: 40,
      hitRate: 0.5,
    };
    const expressions = (scenario: 'cold-miss' | 'warm-hit') =>
      thresholdsFor(planOf(scenario), { ...config, objectives })
        .filter((row) => row.class === 'latency' || row.class === 'hits')
        .map(({ metric, expression }) => `${metric} ${expression}`);
    expect(expressions('cold-miss')).toEqual([
      'lambda_ms{init:no} p(95)<=700',
      'view_ms{kind:cold,init:no} p(95)<=780',
    ]);
    expect(expressions('warm-hit')).toEqual(['edge_hit rate>=0.9500', 'view_ms{kind:warm} p(95)<=40']);
    expect(warmHits(config)).toBeCloseTo(0.99);
  });

  it('require fewer hits of a catalogue than predicted, and fewer still on AWS', () => {
    const least = (isLoopback: boolean) => {
      const plan = planOf('mixed', { predictedHits: 0.9 });
      const rows = thresholdsFor({ ...plan, chain: { ...plan.chain, isLoopback } }, config);
      return Number(rows.find(({ metric }) => metric === 'edge_hit')?.expression.replace('rate>=', ''));
    };
    expect(least(true)).toBeLessThan(0.9);
    expect(least(true)).toBeGreaterThan(0);
    expect(least(false)).toBeLessThan(least(true));
  });
});
