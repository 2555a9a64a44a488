/** Whether another setting would have been better than ours. Pure. */

/** What is absent was not asked: bytes where no image is made, memory where the decision is not about it. */
export interface Measurement {
  readonly cpuRatio: number;
  readonly bytesRatio?: number;
  /** Likeness to a faultless image, ours taken away. */
  readonly similarityDifference?: number;
  readonly peakRatio?: number;
}

/** The last is a trade: `fewer bytes for more time`. */
export type VariantVerdict = 'better' | 'worse' | 'the same' | 'looks worse' | `${string} for ${string}`;

/** Nobody sees less. */
export const leastSimilarityDifference = 0.002;
/** CPU time comes with noise, bytes do not. The peaks of five processes with one setting lay 14% apart. */
export const leastEffects = { cpu: 0.03, bytes: 0.01, peak: 0.1 };

/**
 * `better` is an advice: less of something, and neither anything else nor the image pays for it. What is smaller but
 * looks worse is no saving: a lower quality would have done the same.
 */
export function judgeVariant(measured: Measurement): VariantVerdict {
  const { cpuRatio, bytesRatio = 1, similarityDifference = 0, peakRatio = 1 } = measured;
  if (similarityDifference < -leastSimilarityDifference) return 'looks worse';
  const costs = [
    { ratio: bytesRatio, effect: leastEffects.bytes, less: 'fewer bytes', more: 'more bytes' },
    { ratio: peakRatio, effect: leastEffects.peak, less: 'less memory', more: 'more memory' },
    { ratio: cpuRatio, effect: leastEffects.cpu, less: 'less time', more: 'more time' },
  ];
  const spared = costs.filter(({ ratio, effect }) => ratio < 1 - effect).map(({ less }) => less);
  const paid = costs.filter(({ ratio, effect }) => ratio > 1 + effect).map(({ more }) => more);
  if (spared.length === 0) return paid.length === 0 ? 'the same' : 'worse';
  if (paid.length === 0) return 'better';
  return `${spared.join(' and ')} for ${paid.join(' and ')}`;
}
