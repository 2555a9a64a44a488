/** How far the model is from what a quota of the operating system gives. Pure. */
import { callMilliseconds, neededMegabytes, shareOf } from '../lambda-model.ts';
import { median, quantile, sortSamples } from '../statistics.ts';
import { type Measured, mostMemory } from './measured.ts';

/** Calls of one case in processes that have no quota at that time. */
export interface FreeCalls {
  readonly photo: string;
  readonly preset: string;
  readonly wallMilliseconds: readonly number[];
  /** CPU time of the same calls. */
  readonly cpuMilliseconds: readonly number[];
}

/** Calls of the same processes while they may use only so much of a CPU. */
export interface QuotaCalls extends FreeCalls {
  readonly memoryMegabytes: number;
}

/** An image at a limit, in a process that may have no more memory than such a Lambda leaves it. */
export interface MemoryTrial {
  readonly photo: string;
  readonly preset: string;
  readonly memoryMegabytes: number;
  /** `killed` by the kernel for its memory; `late`: it looked for memory until its deadline had passed. */
  readonly outcome: 'fits' | 'killed' | 'late';
}

export type Verification =
  /** The operating system did not let us: the model stands alone. */
  | { readonly skipped: string }
  | {
      readonly method: string;
      readonly free: readonly FreeCalls[];
      readonly limited: readonly QuotaCalls[];
      readonly trials: readonly MemoryTrial[];
    };

export interface Comparison {
  readonly photo: string;
  readonly preset: string;
  readonly memoryMegabytes: number;
  readonly predictedMilliseconds: number;
  readonly measuredMilliseconds: number;
  /** Measured through predicted, less one. */
  readonly error: number;
  /** The same against their own CPU time through the share: how exactly the quota deals out its slices. */
  readonly errorByOwnCpu: number;
  /** Why it does not count, if it does not. */
  readonly unjudged: 'short' | 'whole' | undefined;
}

export interface ModelError {
  readonly comparisons: readonly Comparison[];
  readonly median: number;
  readonly worst: number;
  readonly medianByOwnCpu: number;
}

export interface JudgedTrial extends MemoryTrial {
  readonly isPredictedToFit: boolean;
  readonly isAsPredicted: boolean;
}

/** What the model says of the same images in the same memory. */
export function judgeTrials({ trials }: Pick<Verified, 'trials'>, { extremes }: Measured): JudgedTrial[] {
  return trials.flatMap((trial): JudgedTrial[] => {
    const measured = extremes.find(({ photo, preset }) => photo === trial.photo && preset === trial.preset);
    if (!measured) return [];
    const isPredictedToFit = neededMegabytes(mostMemory(measured)) <= trial.memoryMegabytes;
    return [{ ...trial, isPredictedToFit, isAsPredicted: isPredictedToFit === (trial.outcome === 'fits') }];
  });
}

/** Less is a job of about one slice of the quota, which escapes most of it. */
const shortestJudged = 50;

export type Verified = Extract<Verification, { method: string }>;

export function modelError({ free, limited }: Pick<Verified, 'free' | 'limited'>): ModelError {
  const comparisons = limited.flatMap(({ wallMilliseconds, cpuMilliseconds, ...one }): Comparison[] => {
    const alone = free.find(({ photo, preset }) => photo === one.photo && preset === one.preset);
    if (!alone) return [];
    const cpu = median(alone.cpuMilliseconds);
    // The store answers outside of the quota: waiting for it takes as long as without one.
    const waiting = Math.max(0, median(alone.wallMilliseconds) - cpu);
    const predicted = callMilliseconds(cpu, one.memoryMegabytes) + waiting;
    const byOwnCpu = median(cpuMilliseconds) / shareOf(one.memoryMegabytes) + waiting;
    const measured = median(wallMilliseconds);
    return [
      {
        photo: one.photo,
        preset: one.preset,
        memoryMegabytes: one.memoryMegabytes,
        predictedMilliseconds: predicted,
        measuredMilliseconds: measured,
        error: measured / predicted - 1,
        errorByOwnCpu: measured / byOwnCpu - 1,
        unjudged: cpu < shortestJudged ? 'short' : shareOf(one.memoryMegabytes) < 1 ? undefined : 'whole',
      },
    ];
  });
  const judged = comparisons.filter(({ unjudged }) => unjudged === undefined);
  if (judged.length === 0) return { comparisons, median: Number.NaN, worst: Number.NaN, medianByOwnCpu: Number.NaN };
  const errors = sortSamples(judged.map(({ error }) => Math.abs(error)));
  return {
    comparisons,
    median: quantile(errors, 0.5),
    worst: quantile(errors, 1),
    medianByOwnCpu: median(judged.map(({ errorByOwnCpu }) => Math.abs(errorByOwnCpu))),
  };
}
