import { describe, expect, it } from 'vitest';
import { findingsOf, wasStopped } from '../../../loadtest/run/findings.ts';
import { judge } from '../../../loadtest/run/verdict.ts';
import { planOf, resultOf } from './summary-fixture.ts';

const cold = planOf('cold-miss');
const quick = { count: 8, med: 1, 'p(95)': 2, 'p(99)': 2 };
const views = {
  iterations: { count: 10 },
  chains: { count: 10 },
  iteration_errors: { passes: 0, fails: 10 },
  'lambda_ms{init:no}': quick,
  'chain_ms{kind:cold,init:no}': quick,
  'chain_ms{kind:warm}': quick,
};
const healthy = resultOf(cold, views);
const levels = (result: Parameters<typeof findingsOf>[0]) =>
  findingsOf(result).map(({ level, code }) => `${level} ${code}`);

describe('findingsOf()', () => {
  it('finds nothing against a healthy run', () => expect(findingsOf(healthy)).toEqual([]));

  it('names a defect with its number, the views and the first examples', () => {
    const result = resultOf(cold, { ...views, 'defects{defect:return-keepable}': { count: 7 } }, [
      'defects{defect:return-keepable}',
      'contract_broken',
    ]);
    const told = [1, 2, 3, 4].map((n) => ({ code: 'return-keepable', seen: `example ${n}` }));
    const [finding, ...others] = findingsOf({
      ...result,
      run: { ...result.run, told: [...told, { code: 'other', seen: 'x' }] },
    });
    expect(others).toEqual([]);
    expect(finding).toEqual({
      level: 'fail',
      scenario: 'cold-miss',
      code: 'return-keepable',
      says: expect.stringContaining('(7 of 10 views)'),
      examples: ['example 1', 'example 2', 'example 3'],
    });
  });

  it.each([107, 108, 104, -1])('says that k6 broke when it ends with %i', (exitCode) => {
    const result = { ...healthy, run: { ...healthy.run, exitCode } };
    expect(findingsOf(result)).toMatchObject([{ level: 'fail', code: 'k6-broke', examples: ['the last line'] }]);
    expect(wasStopped(result)).toBe(true);
  });

  it('says that k6 broke when it left no numbers', () => {
    const { summary: _, ...run } = healthy.run;
    expect(levels({ ...healthy, run })).toEqual(['fail k6-broke']);
  });

  it('does not believe a threshold that k6 did not judge', () => {
    const { summary } = healthy.run as { summary: { metrics: Record<string, unknown> } };
    const { 'chains{kind:cold}': _, ...metrics } = summary.metrics;
    expect(levels({ ...healthy, run: { ...healthy.run, summary: { metrics } } })).toContain('fail threshold-unjudged');
  });

  it('does not believe a limit on times of which there is none, unless the run was stopped before', () => {
    const untimed = { ...views, 'lambda_ms{init:no}': { count: 0 }, 'chain_ms{kind:cold,init:no}': {} };
    expect(findingsOf(resultOf(cold, untimed))).toMatchObject([
      { level: 'fail', code: 'not-measured', says: expect.stringMatching(/^lambda_ms\{init:no\} has no sample/) },
      { level: 'fail', code: 'not-measured' },
    ]);
    const stopped = resultOf(cold, { ...untimed, 'defects{defect:redirect-loop}': { count: 1 } }, ['redirect_loop']);
    expect(levels(stopped)).toEqual(['fail redirect-loop', 'note not-measured', 'note not-measured']);
  });

  it('counts views that broke, and those that broke before they were counted', () => {
    const broken = resultOf(cold, { ...views, iteration_errors: { passes: 3, fails: 7 } }, ['iteration_errors']);
    expect(levels(broken)).toEqual(['fail iteration-error']);
    expect(wasStopped(broken)).toBe(true);
    const lost = resultOf(cold, { ...views, iteration_errors: { passes: 0, fails: 6 } });
    expect(findingsOf(lost)).toMatchObject([{ level: 'fail', says: '4 views broke before they were counted' }]);
  });

  it('fails a run with too few views, but not one that an alarm has cut short', () => {
    expect(levels(resultOf(cold, views, ['chains{kind:cold}']))).toEqual(['fail too-few-views']);
    const stopped = resultOf(cold, { ...views, 'defects{defect:redirect-loop}': { count: 1 } }, [
      'redirect_loop',
      'defects{defect:redirect-loop}',
      'chains{kind:cold}',
    ]);
    expect(levels(stopped)).toEqual(['fail redirect-loop', 'note too-few-views']);
  });

  it('takes a load that was not kept up for no result', () => {
    const result = resultOf(cold, { ...views, dropped_iterations: { count: 4 } }, ['dropped_iterations']);
    expect(findingsOf(result)).toMatchObject([
      { level: 'void', code: 'load-not-kept', says: expect.stringMatching(/^4 /) },
    ]);
  });

  it('warns of slowness on this machine, fails on AWS, and says where the time goes', () => {
    const metrics = {
      ...views,
      'lambda_ms{init:no}': { count: 10, 'p(95)': 2400 },
      'phase_ms{phase:get}': { count: 10, 'p(95)': 2100 },
      'phase_ms{phase:resize}': { count: 10, 'p(95)': 200 },
      'phase_ms{phase:total}': { count: 10, 'p(95)': 2400 },
    };
    const [finding] = findingsOf(resultOf(cold, metrics, ['lambda_ms{init:no}']));
    expect(finding).toMatchObject({ level: 'warn', code: 'slow-cold' });
    expect(finding?.says).toContain('p95 2400 ms, expected at most 1500 ms; the longest part is get with 2100 ms');
    const onAws = planOf('cold-miss', { chain: { ...cold.chain, isLoopback: false } });
    expect(levels(resultOf(onAws, metrics, ['lambda_ms{init:no}']))).toEqual(['fail slow-cold']);
  });

  it('says how many hits there were and how many were predicted', () => {
    const result = resultOf(planOf('mixed', { predictedHits: 0.8 }), { ...views, edge_hit: { passes: 1, fails: 9 } }, [
      'edge_hit',
    ]);
    const [finding] = findingsOf(result);
    expect(finding).toMatchObject({ level: 'fail', code: 'hits-collapsed' });
    expect(finding?.says).toContain('10.0 % of 10 views were hits');
    expect(finding?.says).toContain('80.0 % predicted');
  });

  it('expects 429 above the capacity and nowhere else', () => {
    const above = planOf('cold-miss', { throttled: 5 });
    expect(levels(resultOf(above, { ...views, throttled: { count: 4 } }))).toEqual(['note over-capacity']);
    expect(levels(resultOf(above, views, ['throttled']))).toEqual(['fail not-throttled']);
    const below = resultOf(cold, { ...views, throttled: { count: 2 }, 'defects{defect:throttled}': { count: 2 } }, [
      'throttled',
      'defects{defect:throttled}',
    ]);
    expect(levels(below)).toEqual(['fail throttled']);
  });

  it('wants everybody in a herd to get the same bytes', () => {
    const herd = planOf('herd');
    const same = { count: 8, min: 5, max: 5 };
    const rounds = { 'image_hash{round:0}': same, 'image_hash{round:1}': same };
    expect(levels(resultOf(herd, { ...views, ...rounds }))).toEqual([]);
    const other = { ...rounds, 'image_hash{round:1}': { count: 8, min: 5, max: 6 } };
    expect(levels(resultOf(herd, { ...views, ...other }))).toEqual(['fail herd-differs']);
  });
});

describe('judge()', () => {
  const finding = { scenario: 'cold-miss', says: 'so it is' };
  it.each([
    ['PASS', 0, []],
    ['PASS', 0, [{ ...finding, level: 'note', code: 'over-capacity' }]],
    ['WARN', 0, [{ ...finding, level: 'warn', code: 'slow-cold' }]],
    [
      'VOID',
      1,
      [
        { ...finding, level: 'void', code: 'load-not-kept' },
        { ...finding, level: 'warn', code: 'slow-cold' },
      ],
    ],
    [
      'FAIL',
      1,
      [
        { ...finding, level: 'warn', code: 'slow-cold' },
        { ...finding, level: 'fail', code: 'refused' },
      ],
    ],
  ] as const)('says %s and exits with %i', (word, exitCode, findings) => {
    expect(judge(findings, 'all is well')).toMatchObject({ word, exitCode });
  });

  it('names the cause in its one line, and what else was seen by its code', () => {
    const { line } = judge(
      [
        { ...finding, level: 'fail', code: 'refused' },
        { ...finding, level: 'fail', code: 'redirect-loop' },
        { ...finding, level: 'fail', code: 'return-astray' },
      ],
      'all is well',
    );
    expect(line).toBe('FAIL: return-astray in cold-miss: so it is; also redirect-loop, refused');
    expect(judge([], 'all is well').line).toBe('PASS: all is well');
  });
});
