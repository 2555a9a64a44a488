/** What each memory size makes of the measurement: one line of the table. Pure. */
import { mean, quantile, weightedMean, weightedQuantile } from 'simple-statistics';
import { prices } from '../../infra/prices.ts';
import {
  callMilliseconds,
  firstCallMilliseconds,
  type LambdaUse,
  lambdaDollars,
  millionViewsDollars,
  neededMegabytes,
  resizeDollars,
  type S3Assumptions,
  s3Milliseconds,
  vcpusOf,
} from '../model.ts';
import { type Fault, findFaults } from './faults.ts';
import {
  type Assumptions,
  isObjectiveCase,
  type Judged,
  type Measured,
  type MeasuredCase,
  warmSamples,
} from './result.ts';

/** What the pick is made from. */
export interface Judgement {
  readonly memoryMegabytes: number;
  /** p95 of the objective's case, warm. */
  readonly objectiveP95: number;
  /** The most that a process of the mix needed, with Lambda's own runtime. */
  readonly neededMegabytes: number;
  /** Mean of what is billed for one resize, first calls in their proportion. */
  readonly billedMilliseconds: number;
  readonly dollarsOfThousandResizes: number;
  readonly faults: readonly Fault[];
}

export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Milliseconds from event to reply, of the whole mix, S3 included. */
export interface SizeRow extends Judgement {
  readonly vcpus: number;
  readonly warm: Quantiles;
  /** First calls only, with the start of the process. */
  readonly first: Quantiles;
  /** Both, in the proportion of `coldShare`. */
  readonly all: Quantiles;
  /** The Lambda's part of `dollarsOfThousandResizes`. */
  readonly lambdaDollarsOfThousand: number;
  readonly dollarsOfMillionViews: number;
}

export function judgeSize(memoryMegabytes: number, result: Judged): Judgement {
  const { measured, assumed } = result;
  const use = useOf(memoryMegabytes, measured, assumed);
  const peaks = measured.cases.flatMap(({ processes }) => processes.map(({ peakRssBytes }) => peakRssBytes));
  const judgement = {
    memoryMegabytes,
    objectiveP95: objectiveP95(memoryMegabytes, measured, assumed),
    neededMegabytes: neededMegabytes(Math.max(...peaks, ...measured.mixedPeakRssBytes)),
    billedMilliseconds: use.billedMilliseconds,
    dollarsOfThousandResizes: 1000 * resizeDollars(use, prices),
  };
  return { ...judgement, faults: findFaults(judgement, result) };
}

export function sizeRow(memoryMegabytes: number, result: Judged): SizeRow {
  const { measured, assumed } = result;
  const { warm, first, all } = callsAt(memoryMegabytes, measured, assumed);
  const use = useOf(memoryMegabytes, measured, assumed);
  return {
    ...judgeSize(memoryMegabytes, result),
    vcpus: vcpusOf(memoryMegabytes),
    warm: quantilesOf(warm),
    first: quantilesOf(first),
    all: quantilesOf(all),
    lambdaDollarsOfThousand: 1000 * lambdaDollars(use, prices),
    dollarsOfMillionViews: millionViewsDollars(assumed.hitRate, use, prices),
  };
}

/** `factor`: the time of a processor relative to the measured one. */
export function dollarsOfThousand(size: number, measured: Measured, assumed: Assumptions, factor = 1): number {
  return 1000 * resizeDollars(useOf(size, measured, assumed, factor), prices);
}

function useOf(memoryMegabytes: number, { cases }: Measured, assumed: Assumptions, factor = 1): LambdaUse {
  const { s3, coldShare, architecture } = assumed;
  const billed = ({ values }: Calls) => mean(values.map(Math.ceil));
  const ofCase = (one: MeasuredCase) =>
    (1 - coldShare) * billed(warmCalls(one, memoryMegabytes, s3, factor)) +
    coldShare * billed(firstCalls(one, memoryMegabytes, s3, factor));
  const billedMilliseconds = weightedMean(
    cases.map(ofCase),
    cases.map(({ weight }) => weight),
  );
  return { billedMilliseconds, memoryMegabytes, architecture };
}

function objectiveP95(memoryMegabytes: number, { cases }: Measured, { objective, s3 }: Assumptions): number {
  const calls = cases
    .filter((one) => isObjectiveCase(objective, one))
    .map((one) => warmCalls(one, memoryMegabytes, s3));
  const [first, ...others] = calls;
  // Of one case all weights are equal, and the certainty asks several hundred times.
  return first && others.length === 0 ? quantile(first.values, 0.95) : quantilesOf(joined(calls)).p95;
}

/** Milliseconds, each with its weight. */
export interface Calls {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

function callsAt(memoryMegabytes: number, { cases }: Measured, { s3, coldShare }: Assumptions) {
  const warm = joined(cases.map((one) => warmCalls(one, memoryMegabytes, s3)));
  const first = joined(cases.map((one) => firstCalls(one, memoryMegabytes, s3)));
  const scaled = ({ values, weights }: Calls, factor: number) => ({
    values,
    weights: weights.map((one) => one * factor),
  });
  return { warm, first, all: joined([scaled(warm, 1 - coldShare), scaled(first, coldShare)]) };
}

function joined(calls: readonly Calls[]): Calls {
  return { values: calls.flatMap(({ values }) => values), weights: calls.flatMap(({ weights }) => weights) };
}

/** Every measured call with every time that S3 may take. */
function warmCalls(one: MeasuredCase, memoryMegabytes: number, s3: S3Assumptions, factor = 1): Calls {
  const milliseconds = warmSamples(one).map((cpu) => callMilliseconds(cpu * factor, memoryMegabytes));
  return withS3(one, milliseconds, s3);
}

function firstCalls(one: MeasuredCase, memoryMegabytes: number, s3: S3Assumptions, factor = 1): Calls {
  const milliseconds = one.processes.map(({ startCpuMilliseconds: start, firstCpuMilliseconds: first }) =>
    firstCallMilliseconds({ startCpu: start * factor, firstCpu: first * factor }, memoryMegabytes),
  );
  return withS3(one, milliseconds, s3);
}

function withS3(
  { bytesIn, bytesOut, weight }: MeasuredCase,
  milliseconds: readonly number[],
  s3: S3Assumptions,
): Calls {
  const waits = s3Milliseconds(bytesIn, bytesOut, s3);
  const values = milliseconds.flatMap((took) => waits.map((wait) => took + wait));
  return { values, weights: Array(values.length).fill(weight / values.length) };
}

/** NaN where there are no calls. */
export function quantilesOf({ values, weights }: Calls): Quantiles {
  if (values.length === 0) return { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN };
  const [p50 = Number.NaN, p95 = Number.NaN, p99 = Number.NaN] = weightedQuantile(values, weights, [0.5, 0.95, 0.99]);
  return { p50, p95, p99 };
}
