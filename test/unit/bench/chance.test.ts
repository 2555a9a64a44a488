import { describe, expect, test } from 'vitest';
import { bootstrapInterval, drawAgain } from '../../../bench/bootstrap.ts';
import { normalBelow, normalQuantile } from '../../../bench/normal.ts';
import { findOutliers } from '../../../bench/outliers.ts';
import { seededRandom, shuffle } from '../../../bench/random.ts';
import { median } from '../../../bench/statistics.ts';
import { weightedMean, weightedQuantiles } from '../../../bench/weighted-quantile.ts';

describe('the normal distribution', () => {
  // Any printed table.
  test.each([
    [-1.959964, 0.025],
    [0, 0.5],
    [1, 0.841345],
    [1.644854, 0.95],
    [2.326348, 0.99],
  ])('has %f above %f of all', (z, part) => {
    expect(normalBelow(z)).toBeCloseTo(part, 6);
    expect(normalQuantile(part)).toBeCloseTo(z, 4);
  });

  test.each([0, 1, Number.NaN])('has no quantile at %f', (part) => {
    expect(() => normalQuantile(part)).toThrow('expected between 0 and 1');
  });
});

describe('weightedQuantiles()', () => {
  const values = [
    { value: 30, weight: 1 },
    { value: 10, weight: 7 },
    { value: 20, weight: 2 },
  ];

  test('goes up by weight, not by count', () => {
    expect(weightedQuantiles(values, [0, 0.5, 0.7, 0.71, 0.9, 0.95, 1])).toEqual([10, 10, 10, 20, 20, 30, 30]);
  });

  test('gives the largest for 1, whatever the roundings of the weights add up to', () => {
    const tenths = Array.from({ length: 10 }, (_, value) => ({ value, weight: 0.1 }));
    expect(weightedQuantiles(tenths, [0.3, 1])).toEqual([2, 9]);
  });

  test('refuses what weighs nothing', () => {
    expect(() => weightedQuantiles([], [0.5])).toThrow('add up to 0');
  });

  test('has its mean beside it', () => {
    expect(weightedMean(values)).toBeCloseTo((30 + 70 + 40) / 10, 12);
  });
});

describe('findOutliers()', () => {
  test('takes Tukey’s fences', () => {
    // Quartiles 12 and 16, so the fences are 6 and 22.
    expect(findOutliers([10, 12, 12, 14, 16, 16, 22])).toEqual([]);
    expect(findOutliers([5, 12, 12, 14, 16, 16, 23])).toEqual([5, 23]);
  });
});

describe('seededRandom()', () => {
  test('gives the same numbers for the same seed, spread evenly', () => {
    const [one, other] = [seededRandom(7), seededRandom(7)];
    const numbers = Array.from({ length: 4000 }, one);
    expect(Array.from({ length: 4000 }, other)).toEqual(numbers);
    for (const tenth of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const count = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
      expect(count).toBeGreaterThan(320);
      expect(count).toBeLessThan(480);
    }
  });

  test('shuffles without losing anything', () => {
    const given = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = shuffle(given, seededRandom(3));
    expect(shuffled).not.toEqual(given);
    expect(shuffled.toSorted()).toEqual(given);
  });
});

describe('bootstrapInterval()', () => {
  test('is a point when nothing varies', () => {
    expect(bootstrapInterval([[5, 5], [5]], median)).toEqual({ lower: 5, upper: 5 });
  });

  test('covers the true mean in about 95 of 100 measurements', () => {
    const random = seededRandom(99);
    const mean = (samples: readonly number[]) => samples.reduce((sum, one) => sum + one, 0) / samples.length;
    let covered = 0;
    for (let measurement = 0; measurement < 100; measurement++) {
      // One process for each sample, so that drawing twice adds nothing: uniform from 0 to 1, mean 0.5.
      const groups = Array.from({ length: 30 }, () => [random()]);
      const { lower, upper } = bootstrapInterval(groups, mean);
      if (lower <= 0.5 && 0.5 <= upper) covered++;
    }
    expect(covered).toBeGreaterThan(84);
    expect(covered).toBeLessThan(100);
  });

  test('is wider when processes differ than when samples do', () => {
    const samplesDiffer = [
      [10, 20],
      [10, 20],
      [10, 20],
      [10, 20],
    ];
    const processesDiffer = [
      [10, 10],
      [20, 20],
      [10, 10],
      [20, 20],
    ];
    const width = (groups: readonly (readonly number[])[]) => {
      const { lower, upper } = bootstrapInterval(groups, (all) => all.reduce((sum, one) => sum + one, 0) / all.length);
      return upper - lower;
    };
    expect(width(processesDiffer)).toBeGreaterThan(1.1 * width(samplesDiffer));
  });

  test('draws as many as there are, out of them', () => {
    const drawn = drawAgain(['a', 'b', 'c'], seededRandom(1));
    expect(drawn).toHaveLength(3);
    expect(['a', 'b', 'c']).toEqual(expect.arrayContaining(drawn));
  });
});
