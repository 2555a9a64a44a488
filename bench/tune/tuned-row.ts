/** From the calls of each size to the lines of the table. Pure. */
import { prices } from '../../infra/prices.ts';
import type { Assumptions, Objective } from '../memory/assumptions.ts';
import type { Fault } from '../memory/fault.ts';
import type { Measured } from '../memory/measured.ts';
import { isAimedAt, type MemoryRow, memoryRow } from '../memory/memory-row.ts';
import { type Architecture, resizeDollars } from '../resize-cost.ts';
import { median } from '../statistics.ts';
import { type Weighted, weightedMean, weightedQuantiles } from '../weighted-quantile.ts';
import type { Invoked } from './invoke.ts';

export interface TunedRow {
  readonly memoryMegabytes: number;
  readonly calls: number;
  /** Milliseconds of warm calls, by Lambda's own count. */
  readonly p50: number;
  readonly p95: number;
  /** Of first calls, with their initialisation; absent when there was none. */
  readonly first: number | undefined;
  /** What the handler waited for S3, the middle of all. */
  readonly s3: number | undefined;
  readonly peakMegabytes: number;
  readonly billedMilliseconds: number;
  readonly dollarsOfThousandResizes: number;
  readonly faults: readonly Fault[];
  /** What `make bench` said of this size and these cases. */
  readonly predicted?: Pick<MemoryRow, 'warm' | 'dollarsOfThousandResizes'>;
}

export interface Judged {
  readonly architecture: Architecture;
  readonly coldShare: number;
  readonly headroom: number;
  readonly objective: Objective;
}

export function tunedRow(memoryMegabytes: number, all: readonly Invoked[], judged: Judged): TunedRow {
  const calls = all.filter((call) => call.memoryMegabytes === memoryMegabytes);
  const warm = calls.filter(({ report, isOutOfMemory }) => report.initMilliseconds === undefined && !isOutOfMemory);
  const first = calls.filter(({ report, isOutOfMemory }) => report.initMilliseconds !== undefined && !isOutOfMemory);
  const duration = ({ report }: Invoked) => report.durationMilliseconds + (report.initMilliseconds ?? 0);
  const [p50 = Number.NaN, p95 = Number.NaN] =
    warm.length > 0 ? weightedQuantiles(byWeight(warm, duration), [0.5, 0.95]) : [];
  const billed = (some: readonly Invoked[]) => weightedMean(byWeight(some, ({ report }) => report.billedMilliseconds));
  const coldShare = first.length > 0 ? judged.coldShare : 0;
  const billedMilliseconds =
    warm.length === 0 ? Number.NaN : (1 - coldShare) * billed(warm) + (coldShare && coldShare * billed(first));
  const waits = warm.flatMap(({ s3Milliseconds }) => (s3Milliseconds === undefined ? [] : [s3Milliseconds]));
  const row = {
    memoryMegabytes,
    calls: calls.length,
    p50,
    p95,
    first: first.length > 0 ? median(first.map(duration)) : undefined,
    s3: waits.length > 0 ? median(waits) : undefined,
    peakMegabytes: Math.max(...calls.map(({ report }) => report.peakMegabytes)),
    billedMilliseconds,
    dollarsOfThousandResizes:
      1000 * resizeDollars({ billedMilliseconds, memoryMegabytes, architecture: judged.architecture }, prices),
  };
  return { ...row, faults: faultsOf(row, calls, judged) };
}

function faultsOf(
  row: Pick<TunedRow, 'memoryMegabytes' | 'peakMegabytes'>,
  calls: readonly Invoked[],
  { objective, headroom }: Judged,
): Fault[] {
  const faults: Fault[] = [];
  const { memoryMegabytes, peakMegabytes } = row;
  const fault = (kind: Fault['kind'], name: string, says: string) => faults.push({ kind, case: name, says });
  for (const name of new Set(calls.filter((call) => call.isOutOfMemory).map(nameOf))) {
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
  const [p95 = 0] =
    warm.length > 0
      ? weightedQuantiles(
          byWeight(warm, ({ report }) => report.durationMilliseconds),
          [0.95],
        )
      : [];
  const name = objective.benchCase ?? 'the whole mix';
  if (p95 > allowed) {
    fault('slow', name, `${name} has a p95 of ${p95.toFixed(0)} ms: expected at most ${allowed.toFixed(0)}`);
  }
  return faults;
}

const nameOf = ({ photo, preset }: Invoked) => `${photo} ${preset}`;

/** A case has the weight of the mix however often it was called. */
function byWeight(calls: readonly Invoked[], of: (call: Invoked) => number): Weighted[] {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(nameOf(call), (counts.get(nameOf(call)) ?? 0) + 1);
  return calls.map((call) => ({ value: of(call), weight: call.weight / (counts.get(nameOf(call)) ?? 1) }));
}

/** The local bench's word on the same cases, if it has measured them all. */
export function predict(
  memoryMegabytes: number,
  cases: readonly { readonly photo: string; readonly preset: string }[],
  bench: { readonly measured: Measured; readonly assumed: Assumptions },
): TunedRow['predicted'] {
  const same = bench.measured.cases.filter((one) =>
    cases.some(({ photo, preset }) => photo === one.photo && preset === one.preset),
  );
  if (same.length < cases.length) return undefined;
  const { warm, dollarsOfThousandResizes } = memoryRow(
    memoryMegabytes,
    { ...bench.measured, cases: same },
    { ...bench.assumed, objective: { ...bench.assumed.objective, benchCase: undefined } },
  );
  return { warm, dollarsOfThousandResizes };
}
