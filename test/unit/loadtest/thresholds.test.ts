import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defectCodes } from '../../../loadtest/lib/defects.ts';
import { scenarioNames, scenarios } from '../../../loadtest/scenario-table.ts';
import { thresholdsFor, warmHits } from '../../../loadtest/thresholds.ts';
import { config } from '../../../src/config.ts';
import { planOf } from './summary-fixture.ts';

const of = (scenario: (typeof scenarioNames)[number]) => thresholdsFor(planOf(scenario), config);
/** The metrics that the scripts have; k6 refuses a threshold on any other (exit code 104). */
const metricsFile = readFileSync(join(import.meta.dirname, '../../../loadtest/vu/metrics.ts'), 'utf8');
const known = [...metricsFile.matchAll(/new (?:Counter|Rate|Trend)\('(\w+)'/g)].map(([, name]) => name);

describe('thresholdsFor()', () => {
  for (const scenario of scenarioNames) {
    it(`judge ${scenario} by metrics that the script has, each by one expression once`, () => {
      const rows = of(scenario).map(({ metric, expression }) => `${metric} ${expression}`);
      expect(new Set(rows).size).toBe(rows.length);
      const bases = of(scenario).map(({ metric }) => metric.replace(/\{.*/, ''));
      expect(bases.filter((base) => !known.includes(base) && base !== 'dropped_iterations')).toEqual([]);
    });

    it(`have for ${scenario} every defect, every alarm and a floor for every kind of view`, () => {
      const metrics = of(scenario).map(({ metric }) => metric);
      for (const code of defectCodes) expect(metrics).toContain(`defects{defect:${code}}`);
      const alarms = of(scenario).filter((row) => row.class === 'alarm');
      expect(alarms.map(({ metric, expression }) => `${metric} ${expression}`)).toEqual([
        'redirect_loop rate==0',
        'poisoned_redirect rate==0',
        'bad_image rate==0',
        'iteration_errors rate==0',
      ]);
      const floors = of(scenario).filter((row) => row.class === 'floor');
      for (const kind of scenarios[scenario].kinds) {
        const floor = floors.find(({ metric }) => metric === `chains{kind:${kind}}`);
        expect(Number(/^count>=(\d+)$/.exec(floor?.expression ?? '')?.[1])).toBeGreaterThanOrEqual(1);
      }
      expect(metrics).toContain('dropped_iterations');
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
      'chain_ms{kind:cold,init:no} p(95)<=780',
    ]);
    expect(expressions('warm-hit')).toEqual(['edge_hit rate>=0.95', 'chain_ms{kind:warm} p(95)<=40']);
    expect(warmHits(config)).toBeCloseTo(0.99);
  });

  it('want fewer hits of a catalogue than predicted, and fewer still on AWS', () => {
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
