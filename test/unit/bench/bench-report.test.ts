import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { applyPick } from '../../../bench/memory/apply.ts';
import { costAndSpeedChart } from '../../../bench/memory/chart.ts';
import { conclude } from '../../../bench/memory/conclude.ts';
import { chartFile, docsParts } from '../../../bench/memory/docs.ts';
import { readOptions } from '../../../bench/memory/options.ts';
import { report, verdict } from '../../../bench/memory/report.ts';
import type { BenchResult } from '../../../bench/memory/result.ts';
import { readPart } from '../../../docs/generated.ts';
import { resultOf } from './bench-result.ts';

const verdictOf = (result: BenchResult) => verdict(result, conclude(result));

describe('the report', () => {
  const result = resultOf();
  const conclusion = conclude(result);

  test('begins with the verdict: pick, why, cost, certainty, and what would make the next smaller size do', () => {
    const text = report(result, conclusion);
    expect(text).toMatch(
      /^\*\*Take 768 MB on x64\.\*\* A million resizes cost .*\n\n- Why: .*\n- Not 512 MB: .*\n- How sure: /,
    );
    // 535 MB of at most 512, above the 120 MB of a small image: 23.6 of 25 megapixels.
    expect(text).toContain('It would qualify with maxOriginalPixels 23,000,000 (now ');
    expect(text).toMatch(/make cost COST="--lambda-milliseconds \d+ --memory-megabytes 768"/);
    expect(text.indexOf('| MB')).toBeGreaterThan(text.indexOf('- Not 512 MB'));
  });

  test('marks the sizes of the table', () => {
    const text = report(result, conclusion);
    expect(text).toMatch(/^\| 768 .* \| cheapest/m);
    expect(text).toMatch(/^\| 512 .* \| out of memory: avif-25mp 400x400/m);
    expect(text).toMatch(/^\| 1,769 .* \| fastest/m);
    // 95 once in each of three processes.
    expect(text).toMatch(/^\| <script> 400x400 .* \| 95 95 95/m);
  });

  test('says what was tried under a memory limit, or why nothing was', () => {
    expect(verdictOf(result)).toContain('no limit could be set: no cgroups');
    const trials = [768, 512].map((memoryMegabytes) => ({
      case: 'avif-25mp 400x400',
      memoryMegabytes,
      outcome: memoryMegabytes === 768 ? ('fits' as const) : ('killed' as const),
    }));
    expect(verdictOf({ ...result, memory: { trials } })).toContain(
      'avif-25mp 400x400 did not fit into 512 MB; avif-25mp 400x400 fit into 768 MB',
    );
  });

  test('names the case when no size qualifies, and has no pick when the samples are too noisy', () => {
    expect(verdictOf(resultOf({ warm: [1200, 1210, 1220, 1230, 1240] }))).toMatch(
      /^\*\*No size qualifies\. 1,769 MB comes nearest, but jpeg-12mp 400x400 has a p95 of 1\d\d\d ms/,
    );
    expect(verdictOf(resultOf({ warm: [50, 100, 150, 250, 600] }))).toMatch(/^\*\*No conclusion: /);
  });

  test('has a chart with a point for every size, and the curve of the objective in front', () => {
    const chart = costAndSpeedChart(result, conclusion);
    expect(chart.match(/<circle/g)).toHaveLength(4 * 11);
    expect(chart.match(/>×</g)).toHaveLength(3);
    expect(chart).toContain('font-weight="700">768</text>');
    expect(chart).not.toMatch(/NaN|undefined|<script/);
    const widths = [...chart.matchAll(/fill="none" stroke="[^"]+" stroke-width="([\d.]+)"/g)].map(([, one]) =>
      Number(one),
    );
    expect(widths.at(-1)).toBeGreaterThan(2 * Math.max(...widths.slice(0, -1)));
  });

  // CPU time of the objective's case, and the objective.
  test.each([
    ['far above the rest of the mix', 1000, 1200],
    ['all above what is allowed', 2000, 20],
  ])('the chart draws an objective %s in its place', (_, took, p95Milliseconds) => {
    const { assumed, measured, ...rest } = resultOf({ warm: [took, took, took, took, took] });
    const cases = measured.cases.map((one) => ({ ...one, weight: one.photo === 'jpeg-12mp' ? 0.01 : 100 }));
    const objective = { ...assumed.objective, p95Milliseconds };
    const result = { ...rest, assumed: { ...assumed, objective }, measured: { ...measured, cases } };
    const chart = costAndSpeedChart(result, conclude(result));
    const heights = [...chart.matchAll(/<circle cx="[\d.]+" cy="(-?[\d.]+)"/g)].map(([, y]) => Number(y));
    const dotted = Number(/<path d="M76 ([\d.]+)H896"[^>]*stroke-dasharray="2 4"/.exec(chart)?.[1]);
    expect(heights).toHaveLength(4 * 11);
    for (const y of [...heights, dotted]) {
      expect(y).toBeGreaterThan(58);
      expect(y).toBeLessThan(300);
    }
  });
});

describe('applyPick()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pick-'));
  const file = join(folder, 'function-memory.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('writes the pick and why', () => {
    const result = resultOf();
    applyPick(result, conclude(result), file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      memoryMegabytes: 768,
      why: expect.stringMatching(/^make bench, 2026-11-25, x64 .*; at 512 MB avif-25mp 400x400 /),
    });
  });

  test.each([
    ['is too noisy', [50, 100, 150, 250, 600]],
    ['finds nothing', [1200, 1210, 1220, 1230, 1240]],
  ])('refuses where the measurement %s', (_, warm) => {
    const result = resultOf({ warm });
    const before = readFileSync(file, 'utf8');
    expect(() => applyPick(result, conclude(result), file)).toThrow('was not changed');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('the options', () => {
  test('have defaults that are said in the help', () => {
    expect(readOptions([])).toMatchObject({
      isQuick: false,
      coldShare: 0.05,
      hitRate: 0.9,
      headroom: 0.2,
      s3: { latencyMilliseconds: 60, spread: 2.5, megabytesPerSecond: 70 },
    });
    expect(readOptions(['--help'])).toBeUndefined();
  });

  test.each([
    [['--cold-share', '5'], '--cold-share is 5: expected a number from 0 to 1'],
    [['--s3-spread', '0.5'], '--s3-spread is 0.5: expected a number from 1 to 100'],
    [['--quik'], "Unknown option '--quik'"],
  ])('refuse %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe('what make bench-docs writes is up to date', () => {
  const { pages, chart } = docsParts();
  const parts = Object.entries(pages).flatMap(([file, ofFile]) =>
    Object.entries(ofFile).map(([name, text]) => [file, name, text] as const),
  );

  test.each(parts)('%s, %s', (file, name, text) => {
    expect(readPart(file, name)).toBe(text);
  });

  test('the chart', () => {
    expect(readFileSync(join(import.meta.dirname, '../../..', chartFile), 'utf8')).toBe(chart);
  });
});
