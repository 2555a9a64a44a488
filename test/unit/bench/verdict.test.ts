import { describe, expect, test } from 'vitest';
import { compareReport } from '../../../bench/compare/report.ts';
import { leastRounds, readRounds } from '../../../bench/compare/rounds.ts';
import { comparePairs, geometricMean, holm, overall, type Verdict } from '../../../bench/compare/verdict.ts';
import { seededRandom } from '../../../bench/random.ts';

/** Rounds in which the machine's mood weighs on both sides alike, and each process has some luck of its own. */
function pair(ratio: number, { rounds = 12, luck = 0.02, mood = 0.1, seed = 1 } = {}) {
  const random = seededRandom(seed);
  const about = (value: number, part: number) => value * (1 + part * (2 * random() - 1));
  const base: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const now = about(100, mood);
    base.push(about(now, luck));
    ours.push(about(now * ratio, luck));
  }
  return { what: `ratio ${ratio}`, base, ours };
}

const verdictOf = (...given: Parameters<typeof pair>) => comparePairs([pair(...given)])[0]?.verdict;

describe('comparePairs()', () => {
  test.each<[number, Verdict]>([
    [1.2, 'slower'],
    [0.8, 'faster'],
    [1, 'same'],
    [1.005, 'same'],
  ])('calls %f of the time %s', (ratio, verdict) => {
    expect(verdictOf(ratio)).toBe(verdict);
  });

  test('makes nothing of a certain difference that nobody would mind', () => {
    const [one] = comparePairs([pair(1.02, { luck: 0.001, mood: 0.005 })]);
    expect(one?.p).toBeLessThan(0.001);
    expect(one?.verdict).toBe('same');
  });

  test('comes to no conclusion where the rounds disagree', () => {
    expect(verdictOf(1.05, { luck: 0.3 })).toBe('no conclusion');
    expect(verdictOf(1, { luck: 0.3 })).toBe('no conclusion');
  });

  test('comes to no conclusion from so few rounds that no order of them is rare', () => {
    expect(verdictOf(1.2, { rounds: 3, mood: 0 })).toBe('no conclusion');
  });

  test('finds two equal versions different in less than one comparison of twenty', () => {
    const verdicts = Array.from({ length: 60 }, (_, seed) => verdictOf(1, { luck: 0.06, mood: 0.02, seed }));
    const wrong = verdicts.filter((verdict) => verdict === 'slower' || verdict === 'faster');
    expect(wrong.length).toBeLessThanOrEqual(3);
  });

  test('finds a tenth more in nearly every one', () => {
    const verdicts = Array.from({ length: 60 }, (_, seed) => verdictOf(1.1, { luck: 0.04, mood: 0.04, seed }));
    expect(verdicts.filter((verdict) => verdict === 'slower').length).toBeGreaterThan(54);
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

describe('leastRounds()', () => {
  test.each([
    [1, 4],
    [6, 5],
    [7, 6],
    [14, 6],
    [100, 8],
  ])('of %i comparisons are %i', (comparisons, rounds) => expect(leastRounds(comparisons)).toBe(rounds));

  test('are just enough for a difference in every comparison to be found', () => {
    const found = (rounds: number) => {
      const pairs = Array.from({ length: 14 }, (_, seed) => pair(1.5, { rounds, mood: 0, seed }));
      return comparePairs(pairs).filter(({ verdict }) => verdict === 'slower').length;
    };
    expect([found(leastRounds(14) - 1), found(leastRounds(14))]).toEqual([0, 14]);
  });
});

describe('readRounds()', () => {
  test('takes the usual', () => expect(readRounds('12', 6)).toBe(12));

  test.each(['4', '5.5', 'Infinity', 'many', '', '-8'])('refuses %j', (given) => {
    expect(() => readRounds(given, 6)).toThrow(
      `--rounds is ${given}: expected a whole number, 5 or more; with fewer no case alone could be significant`,
    );
  });

  test('asks for more where more is compared', () => {
    expect(() => readRounds('5', 14)).toThrow('expected a whole number, 6 or more');
  });
});

test('overall() is slower as soon as one is', () => {
  const of = (...verdicts: Verdict[]) =>
    overall(verdicts.map((verdict) => ({ ...pair(1), ratio: 1, p: 1, interval: { lower: 1, upper: 1 }, verdict })));
  expect(of('faster', 'slower', 'no conclusion')).toBe('slower');
  expect(of('faster', 'no conclusion')).toBe('no conclusion');
  expect(of('same', 'faster')).toBe('faster');
  expect(of('same', 'same')).toBe('same');
});

test('geometricMean() lets twice and half cancel', () => {
  expect(geometricMean([2, 0.5, 1])).toBeCloseTo(1, 12);
});

test('the report draws each interval around the middle, and says what counts', () => {
  const report = compareReport(comparePairs([pair(1.2), pair(1)]), 'v1 (abc1234)');
  expect(report).toMatch(/ratio 1\.2 .* \| slower/);
  expect(report).toMatch(/ratio 1 .* \| same/);
  const [slower, same] = report.match(/\| [ │├─●┤]{24} \|/g) ?? [];
  expect(slower?.indexOf('●')).toBeGreaterThan(slower?.indexOf('│', 3) ?? 0);
  expect(same).toContain('●');
  expect(report).toContain('Slower than v1 (abc1234).');
  expect(report).toContain('A difference counts from 3%');
});
