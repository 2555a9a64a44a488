/** What `bundled-calls.ts` is asked to do, and what it says of it. */

export interface CallsJob {
  readonly preset: string;
  /** A fresh one for each call: of a key whose derivative exists, the early answer would be measured. */
  readonly keys: readonly string[];
  /** So many of the calls come first and are not measured. */
  readonly warmUp: number;
  readonly clock: 'cpu' | 'wall';
}

export interface CallsProduct {
  readonly startCpuMilliseconds: number;
  /** By the asked clock, one for each call after the warm-up. Empty when there was one key: that call is the first. */
  readonly samples: number[];
  readonly wallMilliseconds: number[];
}

export const bundleVariable = 'BUNDLE';

/** Of the whole process, all threads, since it began. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
