import { seededRandom } from './random.ts';
import { quantile, sortSamples } from './statistics.ts';

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

const repetitions = 1000;

/**
 * Where a statistic of the samples would lie in 95 of 100 repetitions of the measurement (Efron's percentile bootstrap).
 * The samples come in groups, one for each process: a process has its own luck, so processes are drawn first and then
 * the samples within each. The same samples always give the same interval.
 */
export function bootstrapInterval(
  groups: readonly (readonly number[])[],
  statistic: (samples: readonly number[]) => number,
): Interval {
  const random = seededRandom(groups.length);
  const values = sortSamples(Array.from({ length: repetitions }, () => statistic(drawSamples(groups, random))));
  return { lower: quantile(values, 0.025), upper: quantile(values, 0.975) };
}

/** As many processes as there were, each as often as chance has it, and of each as many samples as it gave. */
function drawSamples(groups: readonly (readonly number[])[], random: () => number): number[] {
  return drawAgain(groups, random).flatMap((group) => drawAgain(group, random));
}

/** As many things as there are, each as often as chance has it. */
export function drawAgain<T>(things: readonly T[], random: () => number): T[] {
  return things.flatMap(() => {
    const index = Math.floor(random() * things.length);
    return things.slice(index, index + 1);
  });
}
