/** How much is called under a quota. */
import { shareOf } from '../lambda-model.ts';
import type { BenchCase } from './cases.ts';
import { stepsOfExtreme } from './measure.ts';

export interface VerifyEffort {
  /** Megabytes at which the time of calls is compared. */
  readonly sizes: readonly number[];
  readonly mostCases: number;
  readonly processes: number;
  /** No round of processes begins after this, from the beginning of the run; two there are always. */
  readonly mostSeconds: number;
  /** How often a process goes through all sizes, in another order each time. */
  readonly turns: number;
  /** At each size; two at least. */
  readonly calls: number;
  /** Megabytes at which the images at a limit are tried. */
  readonly trialSizes: readonly number[];
}

export const fullVerify: VerifyEffort = {
  sizes: [256, 512, 1024, 1769],
  mostCases: 4,
  processes: 6,
  mostSeconds: 720,
  turns: 3,
  calls: 2,
  trialSizes: [256, 512, 768],
};
export const quickVerify: VerifyEffort = {
  sizes: [512, 1024],
  mostCases: 2,
  processes: 2,
  mostSeconds: 110,
  turns: 2,
  calls: 2,
  trialSizes: [512],
};

/** For the round under way then, and what is tried at the end. */
export const lastSeconds = 120;

/** How long calls without a quota take, against one process of a case that is measured: for the time left. */
const stepsOfFreeCalls = 1 / 7;

export function stepsOfCalls(memoryMegabytes?: number): number {
  return stepsOfFreeCalls / (memoryMegabytes === undefined ? 1 : shareOf(memoryMegabytes));
}

export function stepsOfVerifying(effort: VerifyEffort, extremes: readonly BenchCase[]): number {
  const { sizes, mostCases, processes, turns, trialSizes } = effort;
  // Twice without a quota.
  const ofTurn = sizes.reduce((sum, size) => sum + stepsOfCalls(size), 2 * stepsOfCalls());
  return mostCases * processes * turns * ofTurn + trialSizes.length * extremes.length * stepsOfExtreme;
}
