/** What a list of measurements says. Pure. */

declare const sorted: unique symbol;

/** Only `sortSamples` makes one, so that no quantile is ever taken of a list that is out of order. */
export type SortedSamples = readonly number[] & { readonly [sorted]: true };

export function sortSamples(samples: readonly number[]): SortedSamples {
  const bad = samples.find((sample) => !Number.isFinite(sample));
  if (bad !== undefined) throw new Error(`A sample is ${bad}: expected finite numbers`);
  if (samples.length === 0) throw new Error('There are no samples: expected at least one');
  return [...samples].sort((a, b) => a - b) as readonly number[] as SortedSamples;
}

/** Between the two nearest samples, in proportion: type 7 of Hyndman and Fan, as R, NumPy and Excel have it. */
export function quantile(samples: SortedSamples, part: number): number {
  if (!(part >= 0 && part <= 1)) throw new Error(`The quantile ${part} was asked for: expected 0 to 1`);
  const position = part * (samples.length - 1);
  const lower = samples[Math.floor(position)] ?? Number.NaN;
  const upper = samples[Math.ceil(position)] ?? Number.NaN;
  return lower + (upper - lower) * (position - Math.floor(position));
}

export function median(samples: readonly number[]): number {
  return quantile(sortSamples(samples), 0.5);
}

export interface Spread {
  readonly median: number;
  /** The middle half of the samples lies between these two. */
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

export function spread(samples: readonly number[]): Spread {
  const ordered = sortSamples(samples);
  return {
    median: quantile(ordered, 0.5),
    lower: quantile(ordered, 0.25),
    upper: quantile(ordered, 0.75),
    count: ordered.length,
  };
}

/**
 * Ours through theirs, round by round. Two measurements of one round shared the machine's mood, so their ratio is
 * steadier than the ratio of two medians.
 */
export function pairwiseRatios(ours: readonly number[], theirs: readonly number[]): number[] {
  return pairs(ours, theirs).map(([our, their]) => our / their);
}

export function pairwiseDifferences(ours: readonly number[], theirs: readonly number[]): number[] {
  return pairs(ours, theirs).map(([our, their]) => our - their);
}

function pairs(ours: readonly number[], theirs: readonly number[]): [number, number][] {
  if (ours.length !== theirs.length) {
    throw new Error(`${ours.length} and ${theirs.length} samples were given: expected as many of each`);
  }
  return ours.map((our, round) => [our, theirs[round] ?? Number.NaN]);
}
