/** What the measuring gives and everything else works on. It is what the JSON file holds. */

/** One fresh process: started, called once, warmed, called again. */
export interface MeasuredProcess {
  /** From the start of the process until the handler can be called. */
  readonly startCpuMilliseconds: number;
  readonly firstCpuMilliseconds: number;
  /** One for each call after the warm-up. */
  readonly warmCpuMilliseconds: readonly number[];
  /** Of the same calls by the clock: more, where S3 or another process was waited for. */
  readonly warmWallMilliseconds: readonly number[];
  readonly peakRssBytes: number;
}

export interface MeasuredCase {
  readonly photo: string;
  readonly preset: string;
  readonly weight: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly pixels: number;
  readonly processes: readonly MeasuredProcess[];
}

/** An original at a limit of the config: does it still fit, and is it done in time? */
export interface MeasuredExtreme {
  readonly photo: string;
  readonly preset: string;
  readonly bytesIn: number;
  readonly pixels: number;
  /** Of every call, first ones included. */
  readonly cpuMilliseconds: readonly number[];
  /** Of every process. */
  readonly peakRssBytes: readonly number[];
}

export interface Measured {
  readonly cases: readonly MeasuredCase[];
  readonly extremes: readonly MeasuredExtreme[];
  /** Peaks of processes that went through all cases in turn. */
  readonly mixedPeakRssBytes: readonly number[];
}

/** What other processes do can only add to it. */
export const leastCpu = ({ cpuMilliseconds }: MeasuredExtreme) => Math.min(...cpuMilliseconds);

/** What it needed once it may need again. */
export const mostMemory = ({ peakRssBytes }: MeasuredExtreme) => Math.max(...peakRssBytes);

export const warmSamples = ({ processes }: MeasuredCase) =>
  processes.flatMap(({ warmCpuMilliseconds }) => warmCpuMilliseconds);
