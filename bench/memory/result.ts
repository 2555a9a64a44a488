/** What a run of `make bench` keeps, as JSON. Everything that is reported is computed from it. */
import { readFileSync } from 'node:fs';
import { config } from '../../src/config.ts';
import type { Circumstances } from '../machine.ts';
import { caseName, type MixEntry } from '../mix.ts';
import { type Architecture, assumedS3, type S3Assumptions } from '../model.ts';

/** One fresh process: started, called once, warmed up, called again. */
export interface MeasuredProcess {
  /** From the start of the process until the handler can be called. */
  readonly startCpuMilliseconds: number;
  readonly firstCpuMilliseconds: number;
  /** One for each call after the warm-up. */
  readonly warmCpuMilliseconds: readonly number[];
  readonly peakRssBytes: number;
}

export interface MeasuredCase extends MixEntry {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly pixels: number;
  readonly processes: readonly MeasuredProcess[];
}

/** An original at a limit of the config. */
export interface MeasuredLimitCase {
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
  readonly limitCases: readonly MeasuredLimitCase[];
  /** Peaks of processes that were called for all cases in turn. */
  readonly mixedPeakRssBytes: readonly number[];
}

/** A limit case in a process that had no more memory than a Lambda of this size leaves it. */
export interface MemoryTrial {
  readonly case: string;
  readonly memoryMegabytes: number;
  /** `late`: the process looked for memory until its deadline. */
  readonly outcome: 'fits' | 'killed' | 'late';
}

export interface MemoryTrials {
  readonly trials: readonly MemoryTrial[];
  /** Why there could be none. */
  readonly unavailable?: string;
}

export interface Objective {
  /** The case that it is about. Absent: all of them, by their weight. */
  readonly benchCase: string | undefined;
  readonly p95Milliseconds: number;
}

/** What a pick depends on besides the measurement. The report states all of it. */
export interface Assumptions {
  /** Of the machine that measured. The pick is for this one. */
  readonly architecture: Architecture;
  readonly s3: S3Assumptions;
  /** Share of the resizes that are the first call of their process. */
  readonly coldShare: number;
  /** Share of the views that CloudFront holds. */
  readonly hitRate: number;
  /** Share of the objective, and of the memory, that has to stay free. */
  readonly headroom: number;
  readonly objective: Objective;
  readonly decodeMilliseconds: number;
  readonly requestMilliseconds: number;
}

/** The assumptions that are options. */
export type AssumedByOption = Pick<Assumptions, 's3' | 'coldShare' | 'hitRate' | 'headroom'>;

export const defaultAssumptions: AssumedByOption = {
  s3: assumedS3,
  coldShare: 0.05,
  hitRate: config.objectives.hitRate,
  headroom: 0.2,
};

export interface BenchResult extends Circumstances {
  /** Measured on the user's own images. */
  readonly hasOwnPhotos: boolean;
  readonly assumed: Assumptions;
  readonly measured: Measured;
  readonly memory: MemoryTrials;
}

/** What a size is judged by. */
export type Judged = Pick<BenchResult, 'measured' | 'assumed' | 'memory'>;

/** The least of all calls: other processes can only add to it. */
export const leastCpu = ({ cpuMilliseconds }: MeasuredLimitCase) => Math.min(...cpuMilliseconds);

export const mostMemory = ({ peakRssBytes }: MeasuredLimitCase) => Math.max(...peakRssBytes);

export const warmSamples = ({ processes }: MeasuredCase) =>
  processes.flatMap(({ warmCpuMilliseconds }) => warmCpuMilliseconds);

export function isObjectiveCase({ benchCase }: Objective, one: Pick<MixEntry, 'photo' | 'preset'>): boolean {
  return benchCase === undefined || benchCase === caseName(one);
}

export function readResult(file: string): BenchResult {
  let result: Partial<BenchResult> | undefined;
  let cause: unknown;
  try {
    result = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    cause = error;
  }
  const { measured, assumed, memory } = result ?? {};
  if (Array.isArray(measured?.cases) && Array.isArray(measured.limitCases) && assumed && memory) {
    return result as BenchResult;
  }
  throw new Error(`${file} is not a result of this make bench`, { cause });
}
