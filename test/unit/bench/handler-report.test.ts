import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderReport } from '../../../bench/handler/report.ts';
import { differenceRow, limitRow, ratioRow, verdictOf } from '../../../bench/handler/rows.ts';
import { measureSizes } from '../../../bench/handler/sizes.ts';

const measured = { goal: 'a', what: 'ours / theirs', unit: 'ms' };

describe('ratioRow()', () => {
  test('judges by the median of the rounds, not by the ratio of the medians', () => {
    // Ratios 1, 2 and 1.1; of the medians 200 / 100 = 2.
    const row = ratioRow({ ...measured, ours: [10, 200, 330], theirs: [10, 100, 300], aim: 1.2 });
    expect(row).toMatchObject({ ours: '200.00 ms', theirs: '100.00 ms', result: '1.100 (1.050 to 1.550)', met: true });
    expect(verdictOf(row)).toBe('met');
  });

  test.each([
    [1.03, true],
    [1.031, false],
  ])('%f against a goal of 1.03: met is %j', (ratio, met) => {
    expect(ratioRow({ ...measured, ours: [ratio], theirs: [1], aim: 1.03 }).met).toBe(met);
  });

  test('without a goal has no verdict', () => {
    const row = ratioRow({ ...measured, ours: [2], theirs: [1] });
    expect(row).not.toHaveProperty('met');
    expect([row.aim, verdictOf(row)]).toEqual(['', '']);
  });
});

test('differenceRow() judges what is added', () => {
  const row = differenceRow({ ...measured, ours: [11, 12, 13], theirs: [10, 10, 10], aim: 1.5 });
  expect(row).toMatchObject({ result: '+2.00 ms (+1.50 to +2.50)', aim: '≤ +1.5 ms', met: false });
  expect(differenceRow({ ...measured, ours: [9], theirs: [10], aim: 1.5 })).toMatchObject({ met: true });
});

test('limitRow() judges a number of ours alone', () => {
  const row = { goal: 'd', what: 'zip', value: 8.61, unit: 'MB' };
  expect(limitRow({ ...row, aim: 8.8 })).toMatchObject({ ours: '8.61 MB', aim: '≤ 8.8 MB', met: true });
  expect(limitRow({ ...row, aim: 8.6 }).met).toBe(false);
  expect(limitRow(row)).not.toHaveProperty('met');
});

test('measureSizes() says which goals are of bytes, so that they can be judged anywhere', () => {
  const dist = mkdtempSync(join(tmpdir(), 'sizes-'));
  writeFileSync(join(dist, 'resize.sizes.json'), JSON.stringify({ arch: 'x64', bytes: 19.6e6, zipBytes: 8.9e6 }));
  expect(measureSizes(dist)).toMatchObject([
    { what: 'code for linux-x64, zipped', ours: '8.90 MB', aim: '≤ 8.8 MB', met: false, bytesMet: false },
    { what: 'code for linux-x64, unzipped', met: true, bytesMet: true },
  ]);
  rmSync(dist, { recursive: true });
});

test('renderReport() orders by goal, counts what is met, and names machine, load and versions', () => {
  const machine = {
    processor: 'Abacus',
    cores: 2,
    memoryGigabytes: 24,
    versions: { node: '24.21.0', sharp: '0.35.5' },
  };
  const rows = [
    limitRow({ goal: 'g', what: 'early', value: 4, unit: 'ms', aim: 3 }),
    limitRow({ goal: 'd', what: 'zip', value: 8.6, unit: 'MB', aim: 8.8 }),
    limitRow({ goal: 'e', what: 'memory', value: 100, unit: 'MB' }),
  ];
  const report = renderReport(rows, machine, { before: 0.42, after: 1.96 }, true);
  const lines = report.split('\n');
  expect(lines.slice(2, 5).map((line) => line.slice(0, 5))).toEqual(['| d  ', '| e  ', '| g  ']);
  expect(new Set(lines.slice(0, 5).map((line) => line.length)).size).toBe(1);
  expect(lines[4]).toMatch(/missed \|$/);
  expect(report).toContain('1 of 2 goals met, in the quick version.');
  expect(report).toContain('Abacus, 2 cores, 24 GB; load 0.4 before, 2.0 after. node 24.21.0, sharp 0.35.5.');
});
