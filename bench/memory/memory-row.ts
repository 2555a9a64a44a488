/** From what was measured to what each memory size would give: one line of the table. Pure. */
import { prices } from '../../infra/prices.ts';
import { callMilliseconds, firstCallMilliseconds, neededMegabytes, vcpusOf } from '../lambda-model.ts';
import { caseName } from '../mix.ts';
import { type LambdaUse, millionViewsDollars, resizeDollars } from '../resize-cost.ts';
import { type S3Assumptions, s3Milliseconds } from '../s3-time.ts';
import { type Weighted, weightedMean, weightedQuantiles } from '../weighted-quantile.ts';
import type { Assumptions, Objective } from './assumptions.ts';
import { type Fault, findFaults } from './fault.ts';
import { type Measured, type MeasuredCase, warmSamples } from './measured.ts';

/** What a pick is made of. */
export interface Judgement {
  readonly memoryMegabytes: number;
  /** p95 of what the objective speaks of, warm. */
  readonly objectiveP95: number;
  /** The highest that any process of the mix needed, Lambda's own runtime included. */
  readonly neededMegabytes: number;
  /** Mean of what is billed for one resize, first calls in their proportion. */
  readonly billedMilliseconds: number;
  readonly dollarsOfThousandResizes: number;
  readonly dollarsOfMillionViews: number;
  readonly faults: readonly Fault[];
}

export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Milliseconds from event to reply, over the whole mix, S3 included. */
export interface MemoryRow extends Judgement {
  readonly vcpus: number;
  readonly warm: Quantiles;
  /** First calls only, the start of the process included. */
  readonly first: Quantiles;
  /** Both, in the proportion of `coldShare`. */
  readonly all: Quantiles;
}

export function judgeMemory(memoryMegabytes: number, measured: Measured, assumed: Assumptions): Judgement {
  const { architecture, hitRate } = assumed;
  const calls = callsAt(memoryMegabytes, measured, assumed);
  // Each call is rounded up.
  const billedMilliseconds = weightedMean(calls.all.map(({ value, weight }) => ({ value: Math.ceil(value), weight })));
  const use: LambdaUse = { billedMilliseconds, memoryMegabytes, architecture };
  const peaks = measured.cases.flatMap(({ processes }) => processes.map(({ peakRssBytes }) => peakRssBytes));
  const judgement = {
    memoryMegabytes,
    objectiveP95: objectiveP95(memoryMegabytes, measured, assumed),
    neededMegabytes: neededMegabytes(Math.max(...peaks, ...measured.mixedPeakRssBytes)),
    billedMilliseconds,
    dollarsOfThousandResizes: 1000 * resizeDollars(use, prices),
    dollarsOfMillionViews: millionViewsDollars(hitRate, use, prices),
  };
  return { ...judgement, faults: findFaults(judgement, measured, assumed) };
}

export function memoryRow(memoryMegabytes: number, measured: Measured, assumed: Assumptions): MemoryRow {
  const { warm, first, all } = callsAt(memoryMegabytes, measured, assumed);
  return {
    ...judgeMemory(memoryMegabytes, measured, assumed),
    vcpus: vcpusOf(memoryMegabytes),
    warm: quantilesOf(warm),
    first: quantilesOf(first),
    all: quantilesOf(all),
  };
}

export function objectiveP95(memoryMegabytes: number, { cases }: Measured, { objective, s3 }: Assumptions): number {
  const aimedAt = cases.filter((one) => isAimedAt(objective, one));
  const calls = aimedAt.flatMap((one) => warmCalls(one, memoryMegabytes, s3));
  return weightedQuantiles(calls, [0.95])[0] ?? Number.NaN;
}

export function isAimedAt({ benchCase }: Objective, one: Pick<MeasuredCase, 'photo' | 'preset'>): boolean {
  return benchCase === undefined || benchCase === caseName(one);
}

function callsAt(memoryMegabytes: number, { cases }: Measured, { s3, coldShare }: Assumptions) {
  const warm = cases.flatMap((one) => warmCalls(one, memoryMegabytes, s3));
  const first = cases.flatMap((one) => firstCalls(one, memoryMegabytes, s3));
  return { warm, first, all: [...scaled(warm, 1 - coldShare), ...scaled(first, coldShare)] };
}

/** Every call as it was measured with every time that S3 may take. */
function warmCalls(one: MeasuredCase, memoryMegabytes: number, s3: S3Assumptions): Weighted[] {
  return withS3(
    one,
    warmSamples(one).map((cpu) => callMilliseconds(cpu, memoryMegabytes)),
    s3,
  );
}

function firstCalls(one: MeasuredCase, memoryMegabytes: number, s3: S3Assumptions): Weighted[] {
  const milliseconds = one.processes.map(({ startCpuMilliseconds: startCpu, firstCpuMilliseconds: firstCpu }) =>
    firstCallMilliseconds({ startCpu, firstCpu }, memoryMegabytes),
  );
  return withS3(one, milliseconds, s3);
}

function withS3({ bytesIn, bytesOut, weight }: MeasuredCase, milliseconds: readonly number[], s3: S3Assumptions) {
  const waits = s3Milliseconds(bytesIn, bytesOut, s3);
  const each = weight / milliseconds.length / waits.length;
  return milliseconds.flatMap((took) => waits.map((wait): Weighted => ({ value: took + wait, weight: each })));
}

function scaled(calls: readonly Weighted[], factor: number): Weighted[] {
  return calls.map(({ value, weight }) => ({ value, weight: weight * factor }));
}

export function quantilesOf(calls: readonly Weighted[]): Quantiles {
  const [p50 = Number.NaN, p95 = Number.NaN, p99 = Number.NaN] = weightedQuantiles(calls, [0.5, 0.95, 0.99]);
  return { p50, p95, p99 };
}
