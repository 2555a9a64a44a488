import { mean } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { comparePairs, holm, leastRounds, overall, type Verdict } from '../../../bench/compare/verdict.ts';
import { type Luma, similarity } from '../../../bench/ssim.ts';
import {
  bootstrapInterval,
  differencesByRound,
  findOutliers,
  middleHalf,
  ratiosByRound,
  seededRandom,
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
});

describe('bootstrapInterval()', () => {
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

const image = (width: number, height: number, at: (x: number, y: number) => number): Luma => ({
  data: Uint8Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
  width,
  height,
});
const even = (value: number) => image(16, 16, () => value);
/** Columns 100 and 200 in turn: mean 150, and of 64 samples the variance 64 x 50² / 63. */
const stripes = (amplitude: number) => image(16, 16, (x) => 150 + (x % 2 ? amplitude : -amplitude));

describe('similarity()', () => {
  test('of an image with itself is 1', () => {
    expect(similarity(stripes(50), stripes(50))).toBe(1);
    expect(similarity(even(0), even(0))).toBe(1);
  });

  test('of two even images is the luminance term alone', () => {
    // (2 · 100 · 150 + 6.5025) / (100² + 150² + 6.5025)
    expect(similarity(even(100), even(150))).toBeCloseTo(30_006.5025 / 32_506.5025, 12);
    // Black and white: C1 / (255² + C1)
    expect(similarity(even(0), even(255))).toBeCloseTo(0.000_099_99, 8);
  });

  test('falls with contrast by the structure term alone', () => {
    const [wide, narrow] = [(64 * 50 ** 2) / 63, (64 * 25 ** 2) / 63];
    const covariance = (64 * 50 * 25) / 63;
    expect(similarity(stripes(50), stripes(25))).toBeCloseTo(
      (2 * covariance + 58.5225) / (wide + narrow + 58.5225),
      12,
    );
  });

  test('averages over the windows', () => {
    // Of three windows across, the first is equal, the last is black against white, the middle half of each.
    const left = image(16, 8, () => 0);
    const right = image(16, 8, (x) => (x < 8 ? 0 : 255));
    const apart = 6.5025 / (255 ** 2 + 6.5025);
    const variance = (64 * 127.5 ** 2) / 63;
    const between = (6.5025 / (127.5 ** 2 + 6.5025)) * (58.5225 / (variance + 58.5225));
    expect(similarity(left, right)).toBeCloseTo((1 + between + apart) / 3, 12);
  });

  test('refuses images of two sizes, and too small ones', () => {
    expect(() =>
      similarity(
        even(1),
        image(16, 8, () => 1),
      ),
    ).toThrow('is 16 x 8: expected 16 x 16');
    expect(() =>
      similarity(
        image(7, 9, () => 1),
        image(7, 9, () => 1),
      ),
    ).toThrow('expected at least 8 x 8');
  });
});

/** Rounds in which the machine slows both sides alike, and each process varies by itself. */
function pair(ratio: number, { rounds = 12, noise = 0.02, load = 0.1, seed = 1 } = {}) {
  const random = seededRandom(seed);
  const about = (value: number, part: number) => value * (1 + part * (2 * random() - 1));
  const base: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const now = about(100, load);
    base.push(about(now, noise));
    ours.push(about(now * ratio, noise));
  }
  return { what: `ratio ${ratio}`, unit: 'ms', base, ours } as const;
}

const verdictOf = (...given: Parameters<typeof pair>) => comparePairs([pair(...given)])[0]?.verdict;

describe('comparePairs()', () => {
  test.each<[number, Verdict]>([
    [1.2, 'worse'],
    [0.8, 'better'],
    [1, 'same'],
  ])('calls %f of the time %s', (ratio, verdict) => {
    expect(verdictOf(ratio)).toBe(verdict);
  });

  test('calls a certain difference below the least effect the same', () => {
    const [one] = comparePairs([pair(1.02, { noise: 0.001, load: 0.005 })]);
    expect(one?.p).toBeLessThan(0.001);
    expect(one?.verdict).toBe('same');
  });

  test('comes to no conclusion where the rounds disagree', () => {
    expect(verdictOf(1.05, { noise: 0.3 })).toBe('no conclusion');
    expect(verdictOf(1, { noise: 0.3 })).toBe('no conclusion');
  });

  test('comes to no conclusion from so few rounds that no order of them is rare', () => {
    expect(verdictOf(1.2, { rounds: 3, load: 0 })).toBe('no conclusion');
  });

  test('finds two equal versions different in less than one comparison of twenty', () => {
    const verdicts = Array.from({ length: 60 }, (_, seed) => verdictOf(1, { noise: 0.06, load: 0.02, seed }));
    const wrong = verdicts.filter((verdict) => verdict === 'worse' || verdict === 'better');
    expect(wrong.length).toBeLessThanOrEqual(3);
  });
});

test('holm() multiplies the least by the count, the next by one less, and keeps the order', () => {
  // Textbook: 0.01, 0.02, 0.03, 0.04 become 0.04, 0.06, 0.06, 0.06.
  const corrected = holm([0.04, 0.01, 0.03, 0.02]);
  for (const [index, expected] of [0.06, 0.04, 0.06, 0.06].entries())
    expect(corrected[index]).toBeCloseTo(expected, 12);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

test('leastRounds are just enough for a difference in each of 27 comparisons to be found', () => {
  const found = (rounds: number) => {
    const pairs = Array.from({ length: 27 }, (_, seed) => pair(1.5, { rounds, load: 0, seed }));
    return comparePairs(pairs).filter(({ verdict }) => verdict === 'worse').length;
  };
  expect([found(leastRounds - 1), found(leastRounds)]).toEqual([0, 27]);
});

test('overall() is worse as soon as one is', () => {
  const of = (...verdicts: Verdict[]) =>
    overall(verdicts.map((verdict) => ({ ...pair(1), ratio: 1, p: 1, interval: { lower: 1, upper: 1 }, verdict })));
  expect(of('better', 'worse', 'no conclusion')).toBe('worse');
  expect(of('better', 'no conclusion')).toBe('no conclusion');
  expect(of('same', 'better')).toBe('better');
  expect(of('same', 'same')).toBe('same');
});
