import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingsOf, verdictOf, wasStopped } from '../../../loadtest/report/findings.ts';
import { scenarioNames, scenarios } from '../../../loadtest/scenario-table.ts';
import { thresholdsFor, warmHits } from '../../../loadtest/thresholds.ts';
import { config } from '../../../src/config.ts';
import { hitsOf, planOf, resultOf, type Seen } from './fixtures.ts';

const cold = planOf('cold-miss');
const quick = { count: 8, med: 1, 'p(95)': 2, 'p(99)': 2 };
const metrics = { 'lambda_ms{init:no}': quick, 'view_ms{kind:cold,init:no}': quick, 'view_ms{kind:warm}': quick };
const result = ({ metrics: more, ...seen }: Seen = {}, plan = cold) =>
  resultOf(plan, { ...seen, metrics: { ...metrics, ...more } });
const healthy = result();
const loop = 'checks{check:no redirect-loop}';
const levels = (of: Parameters<typeof findingsOf>[0]) => findingsOf(of).map(({ level, code }) => `${level} ${code}`);

describe('findingsOf()', () => {
  it('finds nothing in a healthy run', () => expect(findingsOf(healthy)).toEqual([]));

  it('names a defect, its number, and the first examples', () => {
    const seen = result({ defects: { 'return-cacheable': 7 }, crossed: ['checks'] });
    const messages = [1, 2, 3, 4].map((n) => ({ code: 'return-cacheable', seen: `example ${n}` }));
    expect(
      findingsOf({ ...seen, run: { ...seen.run, messages: [...messages, { code: 'other', seen: 'x' }] } }),
    ).toEqual([
      {
        level: 'fail',
        scenario: 'cold-miss',
        code: 'return-cacheable',
        says: expect.stringContaining('(7 of 10 views)'),
        examples: ['example 1', 'example 2', 'example 3'],
      },
    ]);
  });

  it.each([107, 108, 104, -1])('reports a failure of k6, by its exit code %i', (exitCode) => {
    const failed = { ...healthy, run: { ...healthy.run, exitCode } };
    expect(findingsOf(failed)).toMatchObject([{ level: 'fail', code: 'k6-failed', examples: ['the last line'] }]);
    expect(wasStopped(failed)).toBe(true);
  });

  it('reports a failure of k6 when there is no summary', () => {
    const { summary: _, ...run } = healthy.run;
    expect(levels({ ...healthy, run })).toEqual(['fail k6-failed']);
  });

  it('fails a run with a threshold that k6 did not judge', () => {
    const { summary } = healthy.run;
    if (!summary) throw new Error('The fixture has a summary');
    const { 'views{kind:cold}': _, ...without } = summary.metrics;
    expect(levels({ ...healthy, run: { ...healthy.run, summary: { ...summary, metrics: without } } })).toEqual([
      'fail not-judged',
    ]);
  });

  it('fails a run with a latency that was not measured, unless the run was stopped', () => {
    const untimed = { 'lambda_ms{init:no}': { count: 0 }, 'view_ms{kind:cold,init:no}': {} };
    expect(levels(result({ metrics: untimed }))).toEqual(['fail not-measured', 'fail not-measured']);
    const stopped = result({ metrics: untimed, defects: { 'redirect-loop': 1 }, crossed: [loop] });
    expect(wasStopped(stopped)).toBe(true);
    expect(levels(stopped)).toEqual(['fail redirect-loop', 'note not-measured', 'note not-measured']);
  });

  it('counts script errors, and views that ended before they were checked', () => {
    expect(levels(result({ defects: { 'script-error': 3 } }))).toEqual(['fail script-error']);
    const lost = result({ metrics: { iterations: { count: 14 } } });
    expect(findingsOf(lost)).toMatchObject([{ level: 'fail', says: expect.stringMatching(/^4 views/) }]);
  });

  it('fails a run with too few views, but not one that was stopped', () => {
    expect(levels(result({ crossed: ['views{kind:cold}'] }))).toEqual(['fail too-few-views']);
    const stopped = result({ defects: { 'redirect-loop': 1 }, crossed: [loop, 'views{kind:cold}'] });
    expect(levels(stopped)).toEqual(['fail redirect-loop', 'note too-few-views']);
  });

  it('calls a run with dropped views invalid', () => {
    const dropped = result({ metrics: { dropped_iterations: { count: 4 } }, crossed: ['dropped_iterations'] });
    expect(findingsOf(dropped)).toMatchObject([
      { level: 'invalid', code: 'load-not-kept', says: expect.stringMatching(/^4 /) },
    ]);
  });

  it('warns of slowness on this machine, fails on AWS, and names the longest phase', () => {
    const slow = {
      metrics: {
        'lambda_ms{init:no}': { count: 10, 'p(95)': 2400 },
        'phase_ms{phase:get}': { count: 10, 'p(95)': 2100 },
        'phase_ms{phase:resize}': { count: 10, 'p(95)': 200 },
        'phase_ms{phase:total}': { count: 10, 'p(95)': 2400 },
      },
      crossed: ['lambda_ms{init:no}'],
    };
    const [finding] = findingsOf(result(slow));
    expect(finding).toMatchObject({ level: 'warn', code: 'slow-cold' });
    expect(finding?.says).toMatch(/2,400 ms.* 1,500 ms.* get with 2,100 ms/);
    const onAws = planOf('cold-miss', { chain: { ...cold.chain, isLoopback: false } });
    expect(levels(result(slow, onAws))).toEqual(['fail slow-cold']);
  });

  it('compares hits with the prediction', () => {
    const few = { metrics: { edge_hit: { passes: 1, fails: 9 } }, crossed: ['edge_hit'] };
    const [finding] = findingsOf(result(few, planOf('mixed', { predictedHits: hitsOf(0.8) })));
    expect(finding).toMatchObject({ level: 'fail', code: 'too-few-hits' });
    expect(finding?.says).toMatch(/10\.0 % of 10 .*80\.0 % predicted/);
  });

  it('expects 429 above the capacity and nowhere else', () => {
    const above = planOf('cold-miss', { throttled: 5 });
    expect(levels(result({ metrics: { throttled: { count: 4 } } }, above))).toEqual(['note over-capacity']);
    expect(levels(result({ crossed: ['throttled'] }, above))).toEqual(['fail not-throttled']);
    expect(levels(result({ defects: { throttled: 2 }, crossed: ['throttled', 'checks'] }))).toEqual(['fail throttled']);
  });

  it('fails a herd whose viewers got different bytes', () => {
    const herd = planOf('herd');
    const same = { count: 8, min: 5, max: 5 };
    const rounds = { 'image_hash{round:0}': same, 'image_hash{round:1}': same };
    expect(levels(result({ metrics: rounds }, herd))).toEqual([]);
    const other = { ...rounds, 'image_hash{round:1}': { count: 8, min: 5, max: 6 } };
    expect(levels(result({ metrics: other }, herd))).toEqual(['fail herd-differs']);
  });
});

describe('verdictOf()', () => {
  const finding = { scenario: 'cold-miss', says: 'it is so' };
  const slow = { ...finding, level: 'warn', code: 'slow-cold' } as const;
  it.each([
    ['PASS', 0, []],
    ['PASS', 0, [{ ...finding, level: 'note', code: 'over-capacity' }]],
    ['WARN', 0, [slow]],
    ['INVALID', 1, [slow, { ...finding, level: 'invalid', code: 'load-not-kept' }]],
    ['FAIL', 1, [slow, { ...finding, level: 'fail', code: 'refused' }]],
  ] as const)('is %s with exit code %i', (word, exitCode, findings) => {
    expect(verdictOf(findings, 'all is well')).toMatchObject({ word, exitCode });
  });

  it('names the cause in its one line, and other defects by their codes', () => {
    const failed = ['refused', 'redirect-loop', 'return-target'].map(
      (code) => ({ ...finding, level: 'fail', code }) as const,
    );
    expect(verdictOf(failed, '').line).toBe('FAIL: return-target in cold-miss: it is so; also redirect-loop, refused');
    expect(verdictOf([], 'all is well').line).toBe('PASS: all is well');
  });
});

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
      const plan = planOf('mixed', { predictedHits: hitsOf(0.9) });
      const rows = thresholdsFor({ ...plan, chain: { ...plan.chain, isLoopback } }, config);
      return Number(rows.find(({ metric }) => metric === 'edge_hit')?.expression.replace('rate>=', ''));
    };
    expect(least(true)).toBeLessThan(0.9);
    expect(least(true)).toBeGreaterThan(0);
    expect(least(false)).toBeLessThan(least(true));
  });
});
