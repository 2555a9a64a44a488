/** What `bundled-calls.ts` is asked to do, and what it says of it. */

export type Clock = 'cpu' | 'wall';

export interface CallsJob {
  readonly preset: string;
  /** A fresh one for each call: of a key whose derivative exists, the early answer would be measured. */
  readonly keys: readonly string[];
  /** So many of the calls come first and are not measured. */
  readonly warmUp: number;
  readonly clock: Clock;
}

export interface CallsProduct {
  readonly startCpuMilliseconds: number;
  /** By the asked clock, one for each call after the warm-up. Empty when there was one key: that call is the first. */
  readonly samples: number[];
  /** The same calls by the other clock. */
  readonly otherClock: number[];
}

export const bundleVariable = 'BUNDLE';

export const clocks: Readonly<Record<Clock, () => number>> = {
  cpu: cpuMilliseconds,
  wall: () => performance.now(),
};

/** Of the whole process, all threads, since it began. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
