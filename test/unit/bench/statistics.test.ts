import { describe, expect, test } from 'vitest';
import {
  median,
  pairwiseDifferences,
  pairwiseRatios,
  quantile,
  sortSamples,
  spread,
} from '../../../bench/statistics.ts';

describe('quantile()', () => {
  // R: quantile(c(15, 20, 35, 40, 50), type = 7)
  const five = sortSamples([40, 15, 50, 20, 35]);
  test.each([
    [0, 15],
    [0.25, 20],
    [0.4, 29],
    [0.5, 35],
    [0.95, 48],
    [1, 50],
  ])('%f of 15, 20, 35, 40, 50 is %f', (part, expected) => {
    expect(quantile(five, part)).toBeCloseTo(expected, 12);
  });

  test('of one sample is that sample', () => {
    expect(quantile(sortSamples([7]), 0.95)).toBe(7);
  });

  test.each([-0.1, 1.1, Number.NaN])('refuses the part %f', (part) => {
    expect(() => quantile(five, part)).toThrow('expected 0 to 1');
  });
});

test('median() takes the middle, or lies between the two middle ones', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  // Sorted as numbers, not as texts.
  expect(median([10, 9, 100])).toBe(10);
});

test('spread() gives the middle half', () => {
  expect(spread([1, 2, 3, 4, 5])).toEqual({ median: 3, lower: 2, upper: 4, count: 5 });
});

test('sortSamples() leaves the given list as it is, and refuses what cannot be ordered', () => {
  const given = [3, 1, 2];
  expect(sortSamples(given)).toEqual([1, 2, 3]);
  expect(given).toEqual([3, 1, 2]);
  expect(() => sortSamples([])).toThrow('no samples');
  expect(() => sortSamples([1, Number.NaN])).toThrow('is NaN: expected finite numbers');
});

describe('pairwise comparison', () => {
  test('goes round by round, so that a slow round weighs on both sides', () => {
    // The machine was ten times slower in the second round; ours took 1.1 times theirs in each.
    const theirs = [100, 1000, 100];
    const ours = [110, 1100, 110];
    for (const ratio of pairwiseRatios(ours, theirs)) expect(ratio).toBeCloseTo(1.1, 12);
    expect(pairwiseDifferences(ours, theirs)).toEqual([10, 100, 10]);
  });

  test('refuses rounds without a partner', () => {
    expect(() => pairwiseRatios([1, 2], [1])).toThrow('2 and 1 samples were given: expected as many of each');
  });
});
