import { describe, expect, test } from 'vitest';
import {
  comparePairs,
  compareReport,
  holm,
  leastRounds,
  overall,
  type Verdict,
} from '../../../bench/compare/verdict.ts';
import { seededRandom } from '../../../bench/statistics.ts';

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
    [1.005, 'same'],
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

  test('finds a tenth more in nearly every one', () => {
    const verdicts = Array.from({ length: 60 }, (_, seed) => verdictOf(1.1, { noise: 0.04, load: 0.04, seed }));
    expect(verdicts.filter((verdict) => verdict === 'worse').length).toBeGreaterThan(54);
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

test('a tenth more memory is a difference, a twentieth is none', () => {
  const memory = (ratio: number) => ({ ...pair(ratio, { noise: 0.001, load: 0.005 }), unit: 'MB' as const });
  expect(comparePairs([memory(1.12)])[0]?.verdict).toBe('worse');
  expect(comparePairs([memory(1.05)])[0]?.verdict).toBe('same');
});

test('the report has the verdict first, and a row for each comparison', () => {
  const report = compareReport(comparePairs([pair(1.2), pair(1)]), 'v1 (abc1234)');
  expect(report).toMatch(/^\*\*Worse than v1 \(abc1234\)/);
  expect(report).toMatch(/ratio 1\.2 .* \| worse/);
  expect(report).toMatch(/ratio 1 .* \| same/);
});
