/** The table and the verdict of `make tune`. Pure. */
import { markdownTable } from 'markdown-table';
import { median, weightedMean } from 'simple-statistics';
import { prices } from '../../infra/prices.ts';
import { dollars, milliseconds, percent, size } from '../format.ts';
import { type Fault, mixMemoryFaults, objectiveFaults } from '../memory/faults.ts';
import { pickMemory } from '../memory/pick.ts';
import { type Assumptions, isObjectiveCase } from '../memory/result.ts';
import { type Quantiles, quantilesOf } from '../memory/size-row.ts';
import { caseName, type MixEntry } from '../mix.ts';
import { latencyOfOneRequest, resizeDollars } from '../model.ts';
import type { Invocation } from './invoke.ts';

export type TunedCall = Invocation & MixEntry & { readonly memoryMegabytes: number; readonly bytesIn: number };

export function tunedRow(
  memoryMegabytes: number,
  all: readonly TunedCall[],
  assumed: Pick<Assumptions, 'architecture' | 'coldShare' | 'headroom' | 'objective'>,
) {
  const calls = all.filter((call) => call.memoryMegabytes === memoryMegabytes);
  const good = calls.filter(({ fault }) => !fault);
  const warm = good.filter(({ report }) => report.initMilliseconds === undefined);
  const first = good.filter(({ report }) => report.initMilliseconds !== undefined);
  const billed = (some: readonly TunedCall[]) =>
    weightedMean(
      some.map(({ report }) => report.billedMilliseconds),
      weightsOf(some),
    );
  // A first call costs what a warm call of its case does, and its start.
  const alike = warm.filter((call) => first.some((other) => caseName(other) === caseName(call)));
  const start = alike.length > 0 ? billed(first) - billed(alike) : 0;
  const billedMilliseconds = warm.length > 0 ? billed(warm) + assumed.coldShare * start : Number.NaN;
  const neededMegabytes = Math.max(...calls.map(({ report }) => report.peakMegabytes));
  const objectiveP95 = durationsOf(warm.filter((one) => isObjectiveCase(assumed.objective, one))).p95;
  const failed = new Map(
    calls.flatMap((one) => (one.fault ? [[`${caseName(one)}: ${one.fault.text}`, one.fault]] : [])),
  );
  const faults: Fault[] = [
    ...[...failed].map(([text, { kind }]) => ({ kind, text, case: '', isAtLimit: false })),
    ...mixMemoryFaults({ memoryMegabytes, neededMegabytes }, assumed),
    ...(Number.isFinite(objectiveP95) ? objectiveFaults({ objectiveP95 }, assumed) : []),
  ];
  return {
    ...{ memoryMegabytes, calls: calls.length, neededMegabytes, billedMilliseconds, faults },
    /** NaN where no warm call succeeded. */
    warm: durationsOf(warm),
    first: middle(first.map(({ report }) => report.durationMilliseconds + (report.initMilliseconds ?? 0))),
    s3: middle(warm.flatMap(({ s3Milliseconds }) => s3Milliseconds ?? [])),
    dollarsOfThousandResizes:
      1000 * resizeDollars({ billedMilliseconds, memoryMegabytes, architecture: assumed.architecture }, prices),
  };
}

const middle = (values: readonly number[]) => (values.length > 0 ? median(values) : Number.NaN);

function durationsOf(calls: readonly TunedCall[]): Quantiles {
  return quantilesOf({ values: calls.map(({ report }) => report.durationMilliseconds), weights: weightsOf(calls) });
}

const weightsOf = (calls: readonly TunedCall[]) => calls.map(({ weight }) => weight);

/** The verdict first, then the table. */
export function tuneReport(
  rows: readonly ReturnType<typeof tunedRow>[],
  current: number,
  calls: readonly TunedCall[],
): string {
  const picks = pickMemory(rows.filter(({ billedMilliseconds }) => Number.isFinite(billedMilliseconds)));
  const show = (value: number, format: (value: number) => string) => (Number.isFinite(value) ? format(value) : '');
  const head = ['MB', 'calls', 'p50', 'p95', 'p99', 'of it S3', 'first call', 'memory used', '$ / 1,000', ''];
  const lines = rows.map(({ memoryMegabytes, calls: count, warm, s3, first, neededMegabytes, ...row }) => [
    memoryMegabytes.toLocaleString('en-US'),
    String(count),
    ...[warm.p50, warm.p95, warm.p99, s3, first].map((value) => show(value, milliseconds)),
    `${neededMegabytes} MB, ${percent(1 - neededMegabytes / memoryMegabytes)} free`,
    show(row.dollarsOfThousandResizes, dollars),
    [
      ...row.faults.map(({ text }) => text),
      ...(['cheapest', 'fastest', 'balanced'] as const).filter((name) => picks[name] === memoryMegabytes),
    ].join(', '),
  ]);
  const latency = middle(
    calls.flatMap(({ s3Milliseconds: waited, bytesIn }) => (waited ? latencyOfOneRequest(waited, bytesIn) : [])),
  );
  const advice = show(
    latency,
    (value) => `\n\nTo model with this S3: make bench BENCH="--s3-latency ${value.toFixed(0)}".`,
  );
  return `**${verdict(picks.cheapest, current)}**\n\n${markdownTable([head, ...lines])}${advice}`;
}

function verdict(cheapest: number | undefined, current: number): string {
  if (cheapest === undefined) return 'No size qualifies.';
  if (cheapest === current) return `Keep ${size(current)}.`;
  return `Take ${size(cheapest)}, not ${size(current)}: set memoryMegabytes in infra/function-memory.json and deploy.`;
}
