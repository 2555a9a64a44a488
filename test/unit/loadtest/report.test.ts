import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { takesOf } from '../../../loadtest/lib/clients.ts';
import { type Baseline, compare, keepRun, readBaseline } from '../../../loadtest/report/baseline.ts';
import { findingsOf } from '../../../loadtest/report/findings.ts';
import { type Latency, latenciesOf } from '../../../loadtest/report/latency.ts';
import { toHtml, toMarkdown } from '../../../loadtest/report/page.ts';
import { checksOf, makeReport } from '../../../loadtest/report/report.ts';
import { hitsOf, localTarget, planOf, resultOf } from './fixtures.ts';

const trend = (p95: number) => ({ count: 40, min: 1, med: p95 / 2, 'p(95)': p95, 'p(99)': p95 * 1.5, max: p95 * 2 });
const mixed = resultOf(planOf('mixed', { predictedHits: hitsOf(0.8) }), {
  views: 38,
  metrics: {
    'view_ms{kind:cold}': trend(820),
    'view_ms{kind:cold,init:no}': trend(700),
    'view_ms{kind:warm}': trend(9),
    'lambda_ms{init:no}': trend(600),
    'hop_ms{kind:cold,hop:1}': trend(20),
    'hop_ms{kind:cold,hop:2}': trend(780),
    'hop_ms{kind:cold,hop:3}': trend(18),
    'phase_ms{phase:get}': trend(300),
    edge_hit: { passes: 30, fails: 8 },
    ...Object.fromEntries(takesOf.map((takes) => [`edge_hit{takes:${takes}}`, { passes: 10, fails: 2 }])),
    lambda_init: { passes: 1, fails: 7 },
  },
});
const looping = resultOf(planOf('cold-miss'), {
  defects: { 'redirect-loop': 3 },
  crossed: ['checks{check:no redirect-loop}', 'views{kind:cold}'],
});
const row = (results: Parameters<typeof checksOf>[0], name: string) =>
  checksOf(results, results.flatMap(findingsOf)).find(({ check }) => check === name);

describe('checksOf()', () => {
  it('passes a healthy run, each check with its limit and what was measured', () => {
    const checks = checksOf([mixed], findingsOf(mixed));
    expect(checks.map(({ verdict }) => verdict)).toEqual(checks.map(() => 'PASS'));
    expect(row([mixed], 'redirect loops')).toMatchObject({ limit: '0', measured: '0 in 38 views' });
    expect(row([mixed], 'mixed: edge hit rate')).toMatchObject({
      limit: expect.stringContaining('80.0 % predicted'),
      measured: '78.9 %',
    });
    expect(row([mixed], 'mixed: p95 of warm view')).toMatchObject({ limit: '≤ 100 ms', measured: '9.0 ms' });
  });

  it('sums what must be 0 over all scenarios, and judges nothing that a stopped scenario did not measure', () => {
    expect(row([mixed, looping], 'redirect loops')).toMatchObject({ measured: '3 in 48 views', verdict: 'FAIL' });
    expect(row([mixed, looping], 'wrong images')?.verdict).toBe('PASS');
    expect(row([mixed, looping], 'cold-miss: views')?.verdict).toBe('STOPPED');
    expect(row([mixed, looping], 'cold-miss: p95 of Lambda, warm')?.verdict).toBe('STOPPED');
  });

  it.each([
    ['a latency on this machine', 'view_ms{kind:warm}', 'mixed: p95 of warm view', 'WARN'],
    ['the hit rate', 'edge_hit', 'mixed: edge hit rate', 'FAIL'],
    ['the number of views', 'views{kind:cold}', 'mixed: views', 'FAIL'],
  ])('judges %s', (_, metric, check, verdict) => {
    const { summary } = mixed.run;
    const crossed = resultOf(mixed.plan, { metrics: summary?.metrics as never, crossed: [metric], views: 38 });
    expect(row([crossed], check)?.verdict).toBe(verdict);
  });
});

describe('latenciesOf()', () => {
  it('has a row for each kind of view, for its hops and for the phases of the Lambda', () => {
    expect(latenciesOf(mixed).map(({ name }) => name)).toEqual([
      'cold view',
      'cold view, warm Lambda',
      'cold view, hop 1 (edge)',
      'cold view, hop 2 (API)',
      'cold view, hop 3 (edge)',
      'warm view',
      'Lambda, get',
    ]);
    expect(latenciesOf(mixed)[0]).toMatchObject({ scenario: 'mixed', count: 40, p50: 410, p95: 820, p99: 1230 });
  });
});

describe('the page', () => {
  const prewarmed = resultOf(planOf('warm-hit'));
  const prewarm = { images: 25, hits: [0, 25, 25] };
  const failed = resultOf(planOf('invalid'), { defects: { 'wrong-answer': 1 }, crossed: ['checks'] });
  const messages = [{ code: 'wrong-answer', seen: '307 → 404 `x` <b>' }];
  const report = makeReport(
    {
      options: { target: localTarget, workload: 'smoke' },
      runId: '20260101-000000-abcd',
      started: new Date(0),
      estimate: [],
    },
    {
      results: [
        mixed,
        { ...prewarmed, run: { ...prewarmed.run, messages: [{ prewarm }] } },
        { ...failed, run: { ...failed.run, messages } },
      ],
      leftOut: ['herd'],
      swept: { originals: 5, derivatives: 7 },
    },
  );

  it('begins with the verdict, and has the checks before anything else', () => {
    const markdown = toMarkdown(report);
    expect(markdown.split('\n')[0]).toBe(`# ${report.verdict.line}`);
    expect(report.verdict).toMatchObject({ word: 'FAIL', exitCode: 1 });
    expect(markdown.indexOf('| redirect loops')).toBeLessThan(markdown.indexOf('## '));
  });

  it('shows findings, notes and scenarios that were left out', () => {
    expect(report.findings).toContainEqual(
      expect.objectContaining({ level: 'note', code: 'left-out', scenario: 'herd' }),
    );
    expect(report.notes).toContain('warm-hit: pre-warmed 25 images; hits of each pass: 0, 25, 25');
    expect(toMarkdown(report)).toContain("`307 → 404 'x' <b>`");
  });

  it('escapes what was seen', () => {
    expect(toHtml(report)).toContain('&lt;b&gt;');
    expect(toHtml(report)).not.toContain('<b>`');
  });

  it('has no script and loads nothing; its links lead to the reports of k6 beside it', () => {
    const html = toHtml(report);
    expect(html).not.toMatch(/\bsrc=|@import|url\(|<script/);
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link);
    expect(links).toEqual(['mixed', 'warm-hit', 'invalid'].map((name) => `${name}/dashboard.html`));
  });
});

describe('the baseline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baselines-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const name = { target: 'local', machine: 'a machine', workload: 'smoke' };
  const of = (p95: number, count = 40): Latency[] => [
    { scenario: 'mixed', name: 'cold view', count, p50: 1, p95, p99: p95 },
  ];
  const keptIn = (file: string, ...p95s: number[]): Baseline => {
    for (const [n, p95] of p95s.entries()) keepRun(name, `run-${n}`, of(p95), join(folder, file));
    return readBaseline(name, join(folder, file));
  };

  it('keeps the last three runs, in a file that git can show', () => {
    expect(keptIn('four.json', 700, 800, 900, 820).runs.map(({ runId }) => runId)).toEqual(['run-1', 'run-2', 'run-3']);
    expect(readFileSync(join(folder, 'four.json'), 'utf8')).toContain('"mixed: cold view": 820\n');
  });

  it.each([
    ['a fifth more', 990, 40, true],
    ['of so few views that p95 is one of them', 990, 12, false],
  ])('compares with the median: %s', (_, now, count, isSlower) => {
    const baseline = keptIn('three.json', 800, 900, 820);
    expect(compare(of(now, count), baseline)).toMatchObject([{ before: 820, p95: now, isSlower }]);
  });
});
