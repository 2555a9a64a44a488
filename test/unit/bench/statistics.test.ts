import { mean } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import {
  bootstrapInterval,
  differencesByRound,
  drawAgain,
  findOutliers,
  middleHalf,
  ratiosByRound,
  seededRandom,
  shuffled,
} from '../../../bench/statistics.ts';

test('middleHalf() and findOutliers() use the quartiles and Tukey’s fences', () => {
  expect(middleHalf([5, 4, 3, 2, 1])).toEqual({ lower: 2, upper: 4 });
  // Quartiles 12 and 16, so the fences are 6 and 22.
  expect(findOutliers([10, 12, 12, 14, 16, 16, 22])).toEqual([]);
  expect(findOutliers([23, 12, 12, 14, 16, 16, 5])).toEqual([5, 23]);
});

test('ratios and differences are of the same round', () => {
  // The machine was ten times slower in the second round.
  expect(ratiosByRound([110, 1100, 110], [100, 1000, 100])).toEqual([1.1, 1.1, 1.1]);
  expect(differencesByRound([110, 1100, 110], [100, 1000, 100])).toEqual([10, 100, 10]);
  expect(() => ratiosByRound([1, 2], [1])).toThrow('2 and 1 rounds');
});

describe('seededRandom()', () => {
  test('repeats for the same seed, and is uniform', () => {
    const numbers = Array.from({ length: 4000 }, seededRandom(7));
    expect(Array.from({ length: 4000 }, seededRandom(7))).toEqual(numbers);
    for (const tenth of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const count = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
      expect(count).toBeGreaterThan(320);
      expect(count).toBeLessThan(480);
    }
  });

  test('shuffles and draws without changing what it was given', () => {
    const given = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(shuffled(given, seededRandom(3)).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(drawAgain(given, seededRandom(3))).toHaveLength(8);
    expect(given).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('bootstrapInterval()', () => {
  test('is a point when nothing varies', () => {
    expect(bootstrapInterval([[5, 5], [5]])).toEqual({ lower: 5, upper: 5 });
  });

  test('covers the true mean in about 95% of the measurements', () => {
    const random = seededRandom(99);
    let [covered, width] = [0, 0];
    for (let measurement = 0; measurement < 40; measurement++) {
      // One process for each sample, so that drawing twice adds nothing. Uniform from 0 to 1: mean 0.5.
      const groups = Array.from({ length: 30 }, () => [random()]);
      const { lower, upper } = bootstrapInterval(groups, (samples) => mean([...samples]));
      if (lower <= 0.5 && 0.5 <= upper) covered++;
      width += (upper - lower) / 40;
    }
    expect(covered).toBeGreaterThanOrEqual(34);
    // 2 x 1.96 standard errors of 30 uniform numbers.
    expect(width).toBeCloseTo((2 * 1.96) / Math.sqrt(12 * 30), 1);
  });

  test('is wider when processes differ than when samples do', () => {
    const width = (...groups: number[][]) => {
      const { lower, upper } = bootstrapInterval(groups, (samples) => mean([...samples]));
      return upper - lower;
    };
    const processesDiffer = width([10, 10], [20, 20], [10, 10], [20, 20]);
    expect(processesDiffer).toBeGreaterThan(1.1 * width([10, 20], [10, 20], [10, 20], [10, 20]));
  });
});
