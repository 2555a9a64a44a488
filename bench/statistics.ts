/** Statistics of measurements, where simple-statistics needs a word of ours. Pure. */
import { median, quantile, sampleWithReplacement, shuffle } from 'simple-statistics';

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** The middle half of the samples. */
export function middleHalf(samples: readonly number[]): Interval {
  return { lower: quantile(samples, 0.25), upper: quantile(samples, 0.75) };
}

/**
 * Samples outside of Tukey's fences: further from the middle half than one and a half times its width. They are reported
 * and never dropped, since an objective for the p95 is about slow calls.
 */
export function findOutliers(samples: readonly number[]): number[] {
  const { lower, upper } = middleHalf(samples);
  const reach = 1.5 * (upper - lower);
  return samples.filter((one) => one < lower - reach || one > upper + reach).sort((a, b) => a - b);
}

/** Ratios of the same round: both sides shared what else the machine did, so these vary less than the medians. */
export function ratiosByRound(ours: readonly number[], theirs: readonly number[]): number[] {
  return byRound(ours, theirs, (our, their) => our / their);
}

export function differencesByRound(ours: readonly number[], theirs: readonly number[]): number[] {
  return byRound(ours, theirs, (our, their) => our - their);
}

function byRound(ours: readonly number[], theirs: readonly number[], of: (our: number, their: number) => number) {
  if (ours.length !== theirs.length) {
    throw new Error(`${ours.length} and ${theirs.length} rounds were given: expected as many of each`);
  }
  return ours.map((our, round) => of(our, theirs[round] ?? Number.NaN));
}

const repetitions = 1000;

/**
 * The 95% interval of a statistic by Efron's percentile bootstrap. The samples come in groups, one for each process:
 * processes are drawn first and then the samples within each, because processes differ more than calls do. The same
 * samples always give the same interval.
 */
export function bootstrapInterval(
  groups: readonly (readonly number[])[],
  statistic: (samples: readonly number[]) => number = median,
): Interval {
  const random = seededRandom(groups.length);
  const values = Array.from({ length: repetitions }, () =>
    statistic(drawAgain(groups, random).flatMap((group) => drawAgain(group, random))),
  );
  return { lower: quantile(values, 0.025), upper: quantile(values, 0.975) };
}

/** Draws as many things as there are, with replacement. */
export function drawAgain<T>(things: readonly T[], random: () => number): T[] {
  return sampleWithReplacement([...things], things.length, random);
}

export function shuffled<T>(things: readonly T[], random: () => number): T[] {
  return shuffle([...things], random);
}

/** A generator of numbers from 0 up to 1 that repeats for the same seed: Tommy Ettinger's mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
