/** Whether one version needs more than another, or the measurement does not show it, and the report of it. Pure. */

import { markdownTable } from 'markdown-table';
import { geometricMean, median, permutationTest } from 'simple-statistics';
import { bootstrapInterval, type Interval, ratiosByRound, seededRandom } from '../statistics.ts';

/** One value for each round: of the base, and of the working tree right beside it. */
export interface Pair {
  readonly what: string;
  readonly unit: 'ms' | 'MB';
  readonly base: readonly number[];
  readonly ours: readonly number[];
}

/** `same` is a finding: the difference is smaller than the least effect. `no conclusion` is none. */
export type Verdict = 'worse' | 'better' | 'same' | 'no conclusion';

interface Comparison extends Pair {
  /** Ours / base, the median of the rounds. */
  readonly ratio: number;
  readonly interval: Interval;
  /** Of a permutation test of the logarithms, with Holm's correction for the number of comparisons. */
  readonly p: number;
  readonly verdict: Verdict;
}

/** A smaller difference counts as none. Memory varies more from process to process. */
const leastEffects = { ms: 0.03, MB: 0.1 };
const significance = 0.05;
const permutations = 10_000;

export function comparePairs(pairs: readonly Pair[]): Comparison[] {
  const corrected = holm(pairs.map(({ base, ours }) => pOf(ours, base)));
  return pairs.map((pair, index) => {
    const ratios = ratiosByRound(pair.ours, pair.base);
    const ratio = median(ratios);
    // A round is a process of its own on either side.
    const interval = bootstrapInterval(ratios.map((one) => [one]));
    const p = corrected[index] ?? 1;
    return { ...pair, ratio, interval, p, verdict: verdictOf(ratio, interval, p, leastEffects[pair.unit]) };
  });
}

function pOf(ours: readonly number[], base: readonly number[]): number {
  return permutationTest(ours.map(Math.log), base.map(Math.log), 'two_side', permutations, seededRandom(ours.length));
}

function verdictOf(ratio: number, { lower, upper }: Interval, p: number, leastEffect: number): Verdict {
  if (p < significance && lower > 1 && ratio >= 1 + leastEffect) return 'worse';
  if (p < significance && upper < 1 && ratio <= 1 / (1 + leastEffect)) return 'better';
  if (lower > 1 / (1 + leastEffect) && upper < 1 + leastEffect) return 'same';
  return 'no conclusion';
}

/** Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979. */
export function holm(values: readonly number[]): number[] {
  const order = values.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const corrected = new Map<number, number>();
  let least = 0;
  for (const [rank, { p, index }] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (values.length - rank)));
    corrected.set(index, least);
  }
  return values.map((_, index) => corrected.get(index) ?? 1);
}

/** Of all comparisons: worse when one is. */
export function overall(comparisons: readonly Comparison[]): Verdict {
  for (const verdict of ['worse', 'no conclusion', 'better'] as const) {
    if (comparisons.some((one) => one.verdict === verdict)) return verdict;
  }
  return 'same';
}

/**
 * With fewer not even a difference in every round is significant among the 27 comparisons of the whole mix: the rarest order
 * of n and n values has p = 2 / C(2n, n), which Holm's correction multiplies.
 */
export const leastRounds = 7;

export function compareReport(comparisons: readonly Comparison[], base: string): string {
  const rows = comparisons.map(({ what, unit, base: theirs, ours, ratio, interval, p, verdict }) => [
    what,
    `${median(theirs).toFixed(1)} ${unit}`,
    `${median(ours).toFixed(1)} ${unit}`,
    ratio.toFixed(3),
    `${interval.lower.toFixed(3)} to ${interval.upper.toFixed(3)}`,
    p < 0.001 ? '< 0.001' : p.toFixed(3),
    verdict,
  ]);
  const head = ['CPU time, memory', base, 'ours', 'ratio', '95% interval', 'p', ''];
  const mean = geometricMean(comparisons.map(({ ratio }) => ratio));
  return [
    `**${sentence(overall(comparisons), base)}**`,
    '',
    markdownTable([head, ...rows]),
    '',
    `Geometric mean of the ratios: ${mean.toFixed(3)}. A difference counts from ${100 * leastEffects.ms}% of time and ${100 * leastEffects.MB}% of memory, when a permutation test, corrected for ${comparisons.length} comparisons, has p < 0.05 and the bootstrap interval of the ratio excludes 1.`,
  ].join('\n');
}

function sentence(verdict: ReturnType<typeof overall>, base: string): string {
  return {
    worse: `Worse than ${base}.`,
    better: `Better than ${base}, and nowhere worse.`,
    same: `The same as ${base}.`,
    'no conclusion': `No conclusion: not shown to be worse than ${base}, nor to be the same everywhere. More rounds or a machine with less load would help.`,
  }[verdict];
}
