import { describe, expect, test } from 'vitest';
import { differenceRow, handlerReport, limitRow, ratioRow } from '../../../bench/handler/report.ts';

const what = 'ours / theirs';

describe('ratioRow()', () => {
  test('judges the median of the rounds, not the ratio of the medians', () => {
    // Ratios 1, 2 and 1.1; of the medians 200 / 100 = 2.
    const row = ratioRow({ what, ours: [10, 200, 330], theirs: [10, 100, 300], goal: 1.2 });
    expect(row).toMatchObject({
      ours: '200.00 ms',
      theirs: '100.00 ms',
      result: '1.100 (1.050 to 1.550)',
      isMet: true,
    });
  });

  test.each([
    [1.03, true],
    [1.031, false],
  ])('%f against a goal of 1.03: met is %j', (ratio, isMet) => {
    expect(ratioRow({ what, ours: [ratio], theirs: [1], goal: 1.03 }).isMet).toBe(isMet);
  });
});

test('differenceRow() judges what is added', () => {
  const row = differenceRow({ what, ours: [11, 12, 13], theirs: [10, 10, 10], goal: 1.5 });
  expect(row).toMatchObject({ result: '+2.00 ms (+1.50 to +2.50)', goal: '≤ +1.5 ms', isMet: false });
  expect(differenceRow({ what, ours: [9], theirs: [10], goal: 1.5 }).isMet).toBe(true);
});

test('limitRow() judges ours alone, and the report counts the goals', () => {
  const rows = [limitRow({ what, ours: [2, 4, 3], goal: 3 }), limitRow({ what, ours: [4], goal: 3 })];
  expect(rows.map(({ ours, isMet }) => [ours, isMet])).toEqual([
    ['3.00 ms', true],
    ['4.00 ms', false],
  ]);
  expect(handlerReport(rows)).toContain('1 of 2 goals met');
});
