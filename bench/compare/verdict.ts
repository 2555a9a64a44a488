/** Whether one version is slower than another, or nobody can say. Pure. */
import { bootstrapInterval, type Interval } from '../bootstrap.ts';
import { mannWhitney } from '../mann-whitney.ts';
import { median, pairwiseRatios } from '../statistics.ts';

/** CPU milliseconds, one for each round: of the version that is there already, and of the new one right beside it. */
export interface Pair {
  readonly what: string;
  readonly base: readonly number[];
  readonly ours: readonly number[];
}

/** `same` is a finding: the difference is smaller than anybody would mind. `no conclusion` is none. */
export type Verdict = 'slower' | 'faster' | 'same' | 'no conclusion';

export interface Comparison extends Pair {
  /** Ours through base, the median of the rounds. */
  readonly ratio: number;
  readonly interval: Interval;
  /** Mann and Whitney's, after Holm's correction: of twenty comparisons one would be significant by chance. */
  readonly p: number;
  readonly verdict: Verdict;
}

/** A smaller difference is not worth a word, however certain. */
export const leastEffect = 0.03;
export const significance = 0.05;

export function comparePairs(pairs: readonly Pair[]): Comparison[] {
  const corrected = holm(pairs.map(({ base, ours }) => mannWhitney(ours, base).p));
  return pairs.map((pair, index) => {
    const ratios = pairwiseRatios(pair.ours, pair.base);
    const ratio = median(ratios);
    // A round is a process of its own on either side.
    const interval = bootstrapInterval(
      ratios.map((one) => [one]),
      median,
    );
    const p = corrected[index] ?? 1;
    return { ...pair, ratio, interval, p, verdict: verdictOf(ratio, interval, p) };
  });
}

function verdictOf(ratio: number, { lower, upper }: Interval, p: number): Verdict {
  if (p < significance && lower > 1 && ratio >= 1 + leastEffect) return 'slower';
  if (p < significance && upper < 1 && ratio <= 1 / (1 + leastEffect)) return 'faster';
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

/** Of all comparisons: slower when one is. */
export function overall(comparisons: readonly Comparison[]): Verdict {
  for (const verdict of ['slower', 'no conclusion', 'faster'] as const) {
    if (comparisons.some((one) => one.verdict === verdict)) return verdict;
  }
  return 'same';
}

export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}
