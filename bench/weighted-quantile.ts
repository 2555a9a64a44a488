export interface Weighted {
  readonly value: number;
  /** How much of the traffic it stands for. */
  readonly weight: number;
}

/** The least value that at least the given part of the weight does not exceed, for each of the parts. */
export function weightedQuantiles(values: readonly Weighted[], parts: readonly number[]): number[] {
  const ordered = [...values].sort((a, b) => a.value - b.value);
  const total = ordered.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) throw new Error(`The weights add up to ${total}: expected more than 0`);
  return parts.map((part) => {
    let below = 0;
    for (const { value, weight } of ordered) {
      below += weight;
      // A whole made of parts may miss the part by a rounding.
      if (below >= part * total * (1 - 1e-12)) return value;
    }
    return ordered.at(-1)?.value ?? Number.NaN;
  });
}

export function weightedMean(values: readonly Weighted[]): number {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  return values.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;
}
