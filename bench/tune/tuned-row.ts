/** From the calls of each size to the lines of the table. Pure. */
import { prices } from '../../infra/prices.ts';
import { config } from '../../src/config.ts';
import type { Objective } from '../memory/assumptions.ts';
import type { Fault } from '../memory/fault.ts';
import { isAimedAt, type Quantiles, quantilesOf } from '../memory/memory-row.ts';
import { caseName } from '../mix.ts';
import { type Architecture, type LambdaUse, millionViewsDollars, resizeDollars } from '../resize-cost.ts';
import { latencyOfOneRequest } from '../s3-time.ts';
import { median } from '../statistics.ts';
import { type Weighted, weightedMean } from '../weighted-quantile.ts';
import type { Invoked } from './invoke.ts';

export interface TunedRow {
  readonly memoryMegabytes: number;
  readonly calls: number;
  /** Milliseconds, by Lambda's own count. Absent where every call ran out of memory. */
  readonly warm: Quantiles | undefined;
  /** Of the first calls, with their initialisation; absent when there was none. */
  readonly first: number | undefined;
  /** The case that the first calls are of. */
  readonly firstCase: string;
  /** What the handler waited for S3, the middle of all warm calls. */
  readonly s3: number | undefined;
  /** Of that the time of one request, without what its bytes take. */
  readonly s3Latency: number | undefined;
  readonly peakMegabytes: number;
  readonly billedMilliseconds: number;
  readonly dollarsOfThousandResizes: number;
  readonly dollarsOfMillionViews: number;
  readonly faults: readonly Fault[];
}

export interface Judged {
  readonly architecture: Architecture;
  readonly coldShare: number;
  readonly headroom: number;
  readonly objective: Objective;
}

export function tunedRow(memoryMegabytes: number, all: readonly Invoked[], judged: Judged): TunedRow {
  const calls = all.filter((call) => call.memoryMegabytes === memoryMegabytes);
  const answered = calls.filter(({ isOutOfMemory }) => !isOutOfMemory);
  const warm = answered.filter(({ report }) => report.initMilliseconds === undefined);
  const firstCase = calls[0] ? caseName(calls[0]) : '';
  // AWS may replace a process in between, whose first call is then of any case.
  const first = answered.filter((call) => call.report.initMilliseconds !== undefined && caseName(call) === firstCase);
  const billedMilliseconds = billedOf(warm, first, judged.coldShare);
  const use: LambdaUse = { billedMilliseconds, memoryMegabytes, architecture: judged.architecture };
  const waits = warm.flatMap(({ s3Milliseconds, bytesIn }) =>
    s3Milliseconds === undefined
      ? []
      : [{ waited: s3Milliseconds, latency: latencyOfOneRequest(s3Milliseconds, bytesIn) }],
  );
  const row = {
    memoryMegabytes,
    calls: calls.length,
    warm: warm.length > 0 ? quantilesOf(durationsOf(warm)) : undefined,
    first: middle(first.map(({ report }) => report.durationMilliseconds + (report.initMilliseconds ?? 0))),
    firstCase,
    s3: middle(waits.map(({ waited }) => waited)),
    s3Latency: middle(waits.map(({ latency }) => latency)),
    peakMegabytes: Math.max(...calls.map(({ report }) => report.peakMegabytes)),
    billedMilliseconds,
    dollarsOfThousandResizes: 1000 * resizeDollars(use, prices),
    dollarsOfMillionViews: millionViewsDollars(config.objectives.hitRate, use, prices),
  };
  return { ...row, faults: faultsOf(row, calls, judged) };
}

/** A first call costs what a warm one does, and what it takes more than a warm one of the same case. */
function billedOf(warm: readonly Invoked[], first: readonly Invoked[], coldShare: number): number {
  if (warm.length === 0) return Number.NaN;
  const billed = (some: readonly Invoked[]) => weightedMean(byWeight(some, ({ report }) => report.billedMilliseconds));
  const warmOfSame = warm.filter((call) => first.some((other) => caseName(other) === caseName(call)));
  const more = warmOfSame.length > 0 ? billed(first) - billed(warmOfSame) : 0;
  return billed(warm) + coldShare * more;
}

function durationsOf(calls: readonly Invoked[]): Weighted[] {
  return byWeight(calls, ({ report }) => report.durationMilliseconds);
}

const middle = (values: readonly number[]) => (values.length > 0 ? median(values) : undefined);

function faultsOf(
  row: Pick<TunedRow, 'memoryMegabytes' | 'peakMegabytes'>,
  calls: readonly Invoked[],
  { objective, headroom }: Judged,
): Fault[] {
  const faults: Fault[] = [];
  const { memoryMegabytes, peakMegabytes } = row;
  const fault = (kind: Fault['kind'], name: string, says: string) => faults.push({ kind, case: name, says });
  for (const name of new Set(calls.filter((call) => call.isOutOfMemory).map(caseName))) {
    fault('out-of-memory', name, `${name} runs out of memory`);
  }
  const allowedMegabytes = memoryMegabytes * (1 - headroom);
  if (peakMegabytes > allowedMegabytes && faults.length === 0) {
    fault(
      'memory',
      'the calls',
      `${peakMegabytes} of ${memoryMegabytes} MB were used: expected at most ${allowedMegabytes.toFixed(0)}`,
    );
  }
  const aimedAt = calls.filter((call) => isAimedAt(objective, call) && !call.isOutOfMemory);
  const warm = aimedAt.filter(({ report }) => report.initMilliseconds === undefined);
  const allowed = objective.p95Milliseconds * (1 - headroom);
  const p95 = warm.length > 0 ? quantilesOf(durationsOf(warm)).p95 : 0;
  const name = objective.benchCase ?? 'the whole mix';
  if (p95 > allowed) {
    fault('slow', name, `${name} has a p95 of ${p95.toFixed(0)} ms: expected at most ${allowed.toFixed(0)}`);
  }
  return faults;
}

/** A case has the weight of the mix however often it was called. */
function byWeight(calls: readonly Invoked[], of: (call: Invoked) => number): Weighted[] {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(caseName(call), (counts.get(caseName(call)) ?? 0) + 1);
  return calls.map((call) => ({ value: of(call), weight: call.weight / (counts.get(caseName(call)) ?? 1) }));
}
