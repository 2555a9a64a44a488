import { quantile, sortSamples } from './statistics.ts';

/**
 * Samples that lie further from the middle half than one and a half times its width (Tukey's fences). They are shown
 * and never dropped: a slow call is what an objective for the p95 is about.
 */
export function findOutliers(samples: readonly number[]): number[] {
  const sorted = sortSamples(samples);
  const [lower, upper] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const reach = 1.5 * (upper - lower);
  return sorted.filter((sample) => sample < lower - reach || sample > upper + reach);
}
