/** Whether another setting would have been better than ours. Pure. */

export interface Measurement {
  readonly cpuRatio: number;
  readonly bytesRatio: number;
  /** Likeness to a faultless picture, ours taken away: 0 where it cannot change. */
  readonly similarityDifference: number;
}

/** Nobody sees less. */
export const leastSimilarityDifference = 0.002;
/** CPU time comes with noise, bytes do not. */
const leastCpuEffect = 0.03;
const leastBytesEffect = 0.01;

/**
 * `better` is an advice: less time or fewer bytes, and neither the other nor the picture pays for it. What is smaller but
 * looks worse is no saving: a lower quality would have done the same.
 */
export function judgeVariant({ cpuRatio, bytesRatio, similarityDifference }: Measurement) {
  if (similarityDifference < -leastSimilarityDifference) return 'looks worse';
  const [faster, slower] = [cpuRatio < 1 - leastCpuEffect, cpuRatio > 1 + leastCpuEffect];
  const [smaller, larger] = [bytesRatio < 1 - leastBytesEffect, bytesRatio > 1 + leastBytesEffect];
  if ((faster && !larger) || (smaller && !slower)) return 'better';
  if ((slower && !smaller) || (larger && !faster)) return 'worse';
  if (smaller && slower) return 'smaller for more time';
  if (larger && faster) return 'larger for less time';
  return 'the same';
}
