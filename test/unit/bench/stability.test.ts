import { describe, expect, test } from 'vitest';
import { areStable, type Run, stabilityReport } from '../../../bench/stability/runs.ts';

const run = (found: string | undefined, isBusy = false): Run => ({
  isBusy,
  found,
  seconds: 71.4,
  loadBefore: 1.25,
  certainty: { margin: 0.031, samePick: 0.98 },
});

describe('areStable()', () => {
  test.each([
    [['768 MB', '768 MB', '768 MB'], true],
    [['none qualifies', 'none qualifies'], true],
    [['768 MB', '1,024 MB', '768 MB'], false],
    [['768 MB', undefined], false],
    [[undefined, undefined], false],
    [[], false],
  ])('of %j is %j', (found, expected) => {
    expect(areStable(found.map((one) => run(one)))).toBe(expected);
  });
});

test('stabilityReport() has a line for each run and counts the picks of both scenes', () => {
  const report = stabilityReport([run('768 MB'), run('768 MB'), run(undefined), run('1,024 MB', true)]);
  expect(report).toMatch(/^\| 2 +\| +\| 768 MB +\| ± 3\.1% \| 98% +\| 71 s +\| 1\.3 +\|$/m);
  expect(report).toMatch(/^\| 4 +\| busy +\| 1,024 MB/m);
  expect(report).toContain('Alone: 768 MB in 2, no conclusion in 1 of 3.');
  expect(report).toContain('Beside a busy process: 1,024 MB in 1 of 1.');
});
