import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Baseline, compare, keepReport, keepRun, readBaseline } from '../../../loadtest/report/baseline.ts';
import { toHtml } from '../../../loadtest/report/html.ts';
import { toMarkdown } from '../../../loadtest/report/markdown.ts';
import type { Report } from '../../../loadtest/report/report.ts';
import { type ScenarioReport, scenarioReport } from '../../../loadtest/report/scenario-report.ts';
import { planOf, resultOf } from './summary-fixture.ts';

const trend = (p95: number, count = 40) => ({
  count,
  min: 1,
  med: p95 / 2,
  'p(95)': p95,
  'p(99)': p95 * 1.5,
  max: p95 * 2,
});
const mixed = scenarioReport(
  resultOf(planOf('mixed', { predictedHits: 0.8 }), {
    iterations: { count: 38 },
    'chain_ms{kind:cold}': trend(820),
    'chain_ms{kind:warm}': trend(9),
    'hop_ms{kind:cold,hop:1}': trend(20),
    'hop_ms{kind:cold,hop:2}': trend(780),
    'hop_ms{kind:cold,hop:3}': trend(18),
    'phase_ms{phase:get}': trend(300),
    edge_hit: { passes: 30, fails: 8 },
    lambda_init: { passes: 1, fails: 7 },
  }),
);
const report: Report = {
  runId: '20260101-000000-abcd',
  started: '2026-01-01T00:00:00.000Z',
  target: 'local',
  host: '127.0.0.1:8080',
  machine: 'a <machine> & more',
  workload: 'smoke',
  verdict: { word: 'FAIL', line: 'FAIL: refused in mixed: a view <was> refused', exitCode: 1 },
  findings: [
    {
      level: 'fail',
      scenario: 'mixed',
      code: 'refused',
      says: 'a view <was> refused',
      examples: ['307 → 404 `x` <b>'],
    },
  ],
  scenarios: [mixed],
  cost: { dated: '2026-11', lines: [{ what: 'Lambda', estimated: 0.02, actual: 0.004 }] },
  swept: { originals: 5, derivatives: 7 },
  comparison: { kept: [], rows: [] },
};

describe('scenarioReport()', () => {
  it('has a row for each kind of view, for its hops and for the phases of the Lambda', () => {
    expect(mixed.rows.map(({ name }) => name)).toEqual([
      'cold view',
      'cold, hop 1: edge',
      'cold, hop 2: API',
      'cold, hop 3: edge',
      'warm view',
      'Lambda, get',
    ]);
    expect(mixed.rows[0]).toMatchObject({ count: 40, p50: 410, p95: 820, p99: 1230 });
  });

  it('puts the measured hits beside the predicted ones', () => {
    expect(mixed.hits).toEqual({ measured: 30 / 38, of: 38, predicted: 0.8 });
    expect(mixed.notes).toEqual(['1 of 8 calls met a Lambda that had just started.']);
  });

  it('tells what the pre-warming has seen', () => {
    const result = resultOf(planOf('warm-hit'));
    const told = [{ prewarm: { images: 25, hits: [0, 25, 25] } }];
    const { notes } = scenarioReport({ ...result, run: { ...result.run, told } });
    expect(notes).toEqual(['25 images were shown to the edge beforehand; hits in each pass: 0, 25, 25.']);
  });

  it('is there also when k6 broke', () => {
    const result = resultOf(planOf('mixed'));
    expect(scenarioReport({ ...result, run: { ...result.run, exitCode: 107 } })).toMatchObject({ views: 0, rows: [] });
  });
});

describe('toMarkdown()', () => {
  const text = toMarkdown(report);
  it('begins with the verdict', () =>
    expect(text.split('\n')[0]).toBe('# FAIL: refused in mixed: a view <was> refused'));
  it.each([
    'Edge hits: 78.9 % of 38 views, 80.0 % predicted.',
    '| mixed: cold view | 40 | 410 ms | 820 ms | 1,230 ms | 78.9 % (80.0 %) |',
    '- **fail** `refused` in mixed',
    '| **in all** | $0.02 | $0.00400 |',
    'Swept 5 originals and 7 derivatives; nothing is left.',
    'None is kept for this target, workload and machine',
  ])('says: %s', (line) => expect(text).toContain(line));
  it('keeps what was seen within its marks', () => expect(text).toContain("`307 → 404 'x' <b>`"));
  it('says when something was left', () => {
    expect(toMarkdown({ ...report, swept: { error: '3 originals are left' } })).toContain(
      '**The sweep failed**: 3 originals',
    );
  });
});

describe('toHtml()', () => {
  const page = toHtml(report);
  it('has the verdict as its heading, and escapes what was seen', () => {
    expect(page).toContain('<h1>FAIL: refused in mixed: a view &lt;was&gt; refused</h1>');
    expect(page).toContain('307 → 404 `x` &lt;b&gt;');
    expect(page).toContain('a &lt;machine&gt; &amp; more');
  });
  it('needs nothing beside it', () => {
    expect(page).not.toMatch(/\b(?:src|href)=|@import|url\(|<script/);
  });
});

describe('the baseline', () => {
  const passed = { ...report, verdict: { word: 'PASS', line: '', exitCode: 0 } } as const;
  const of = (p95: number, count?: number): ScenarioReport => ({
    ...mixed,
    rows: [{ name: 'cold view', count: count ?? 40, p50: 1, p95, p99: p95 }],
  });
  const baseline = [800, 900, 820].reduce<Baseline>(
    (kept, p95, n) => keepRun(kept, { ...passed, runId: `run-${n}`, scenarios: [of(p95)] }),
    { runs: [] },
  );

  it('keeps the last three runs and compares with their median', () => {
    const four = keepRun(baseline, { ...passed, runId: 'run-3', scenarios: [of(500)] });
    expect(four.runs.map(({ runId }) => runId)).toEqual(['run-1', 'run-2', 'run-3']);
    expect(compare([of(830)], baseline).rows).toEqual([
      { scenario: 'mixed', name: 'cold view', before: 820, now: 830, isSlower: false },
    ]);
  });

  it.each([
    ['a fifth more', 990, 40, true],
    ['less than a fifth more', 970, 40, false],
    ['of so few views that p95 is one of them', 990, 12, false],
    ['faster', 100, 40, false],
  ])('judges %s', (_, now, count, isSlower) => {
    expect(compare([of(now, count)], baseline).rows[0]?.isSlower).toBe(isSlower);
  });

  it('does not call a few milliseconds slower', () => {
    const fast = keepRun({ runs: [] }, { ...passed, scenarios: [of(4)] });
    expect(compare([of(9)], fast).rows[0]?.isSlower).toBe(false);
    expect(compare([of(40)], fast).rows[0]?.isSlower).toBe(true);
  });

  it('compares with nothing where nothing was kept', () => {
    expect(compare([mixed], { runs: [] }).rows).toEqual([]);
  });
});

describe('keepReport()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baselines-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const name = { target: 'local', machine: 'abcd', workload: 'smoke' };

  it('writes what passed, and says where', () => {
    const file = join(folder, 'new folder/passed.json');
    const warned = { ...report, verdict: { word: 'WARN', line: '', exitCode: 0 } } as const;
    expect(keepReport(name, warned, file)).toBe(`kept in ${file}`);
    expect(readBaseline(name, file).runs).toMatchObject([{ runId: report.runId, p95: { 'mixed: cold view': 820 } }]);
  });

  it('leaves the baseline as it is after a run that failed, whose verdict is what matters', () => {
    const file = join(folder, 'failed.json');
    expect(keepReport(name, report, file)).toMatch(/^not kept, since only a run that passed/);
    expect(existsSync(file)).toBe(false);
  });
});
