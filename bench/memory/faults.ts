/** What speaks against a memory size, and what would change that. Pure. */
import { median } from 'simple-statistics';
import { config } from '../../src/config.ts';
import { caseName } from '../mix.ts';
import { callMilliseconds, neededMegabytes, runtimeMegabytes, s3Milliseconds } from '../model.ts';
import {
  type Assumptions,
  type Judged,
  leastCpu,
  type Measured,
  type MeasuredLimitCase,
  type MemoryTrial,
  type MemoryTrials,
  mostMemory,
  warmSamples,
} from './result.ts';

export interface Fault {
  /** `slow` misses the objective, `memory` leaves too little head-room; with the others requests fail. */
  readonly kind: 'slow' | 'memory' | 'out-of-memory' | 'deadline';
  readonly case: string;
  readonly text: string;
  /** The case is an original at a limit of the config. */
  readonly isAtLimit: boolean;
  /** What of `config` would have to be otherwise. */
  readonly needs?: Needs;
}

/** The largest limit of pixels, or the shortest objective, with which the fault would be none. */
export type Needs =
  | { readonly setting: 'maxOriginalPixels'; readonly pixels: number }
  | { readonly setting: 'p95Milliseconds'; readonly milliseconds: number };

const worstFirst: readonly Fault['kind'][] = ['out-of-memory', 'deadline', 'memory', 'slow'];

interface Size {
  readonly memoryMegabytes: number;
  readonly objectiveP95: number;
  readonly neededMegabytes: number;
}

export function findFaults(size: Size, result: Judged): Fault[] {
  const faults = [
    ...mixMemoryFaults(size, result.assumed),
    ...limitMemoryFaults(size, result),
    ...deadlineFaults(size, result),
    ...objectiveFaults(size, result.assumed),
  ];
  return faults.sort((a, b) => worstFirst.indexOf(a.kind) - worstFirst.indexOf(b.kind));
}

/** What comes every day has to leave head-room. */
export function mixMemoryFaults(
  { memoryMegabytes, neededMegabytes: needed }: Pick<Size, 'memoryMegabytes' | 'neededMegabytes'>,
  { headroom }: Pick<Assumptions, 'headroom'>,
): Fault[] {
  const allowed = memoryMegabytes * (1 - headroom);
  if (needed <= allowed) return [];
  const kind = needed > memoryMegabytes ? 'out-of-memory' : 'memory';
  const text = `the mix needs ${needed.toFixed(0)} MB of memory, at most ${allowed.toFixed(0)} are allowed`;
  return [{ kind, case: 'the mix', text, isAtLimit: false }];
}

/** Memory of the limit cases by the model: the measured peak and Lambda's runtime. */
export function limitNeeds({ limitCases }: Measured): { one: MeasuredLimitCase; name: string; needed: number }[] {
  return limitCases.map((one) => ({ one, name: caseName(one), needed: neededMegabytes(mostMemory(one)) }));
}

/** An original at a limit has to fit. A trial decides; where there was none, the model. */
function limitMemoryFaults({ memoryMegabytes: size }: Size, { measured, memory }: Judged): Fault[] {
  return limitNeeds(measured).flatMap(({ one, name, needed }): Fault[] => {
    const tried = outcomeAt(size, name, memory);
    if (tried === 'fits' || (tried === undefined && needed <= size)) return [];
    const text = {
      killed: `${name} was killed in the memory of ${size} MB`,
      late: `${name} found too little memory in ${size} MB to be done in time`,
      untried: `${name} needs ${needed.toFixed(0)} of ${size} MB, by the model`,
    }[tried ?? 'untried'];
    return [{ kind: 'out-of-memory', case: name, text, isAtLimit: true, ...fitting(one, size, measured) }];
  });
}

/** A case that failed in more memory fails in less, and one that fitted into less fits into more. */
function outcomeAt(size: number, name: string, { trials }: MemoryTrials): MemoryTrial['outcome'] | undefined {
  const ofCase = trials.filter((one) => one.case === name);
  const failed = ofCase.find(({ outcome, memoryMegabytes }) => outcome !== 'fits' && memoryMegabytes >= size);
  const fits = ofCase.some(({ outcome, memoryMegabytes }) => outcome === 'fits' && memoryMegabytes <= size);
  return fits ? 'fits' : failed?.outcome;
}

/** Above what any process has, memory grows with the pixels. */
function fitting(one: MeasuredLimitCase, size: number, { cases }: Measured): Pick<Fault, 'needs'> {
  const peaks = cases.flatMap(({ processes }) => processes.map(({ peakRssBytes }) => peakRssBytes));
  const base = Math.min(...peaks) / 2 ** 20;
  const part = (size - runtimeMegabytes - base) / (mostMemory(one) / 2 ** 20 - base);
  return part > 0 && part < 1 ? { needs: { setting: 'maxOriginalPixels', pixels: one.pixels * part } } : {};
}

/** The limits of the config are a promise: what may be uploaded has to be served. */
function deadlineFaults({ memoryMegabytes }: Size, { measured, assumed }: Judged): Fault[] {
  const { s3, decodeMilliseconds, requestMilliseconds } = assumed;
  const typical = measured.cases.map((one) => ({ ...one, cpu: median(warmSamples(one)), isAtLimit: false }));
  const largest = measured.limitCases.map((one) => ({ ...one, cpu: leastCpu(one), isAtLimit: true }));
  return [...typical, ...largest].flatMap(({ photo, preset, bytesIn, pixels, cpu, isAtLimit }): Fault[] => {
    const name = caseName({ photo, preset });
    const decoding = callMilliseconds(cpu, memoryMegabytes);
    const slowestS3 = Math.max(...s3Milliseconds(bytesIn, 0, s3));
    const fault = (what: string, took: number, limit: number, allowed: number): Fault => ({
      kind: 'deadline',
      case: name,
      text: `${name} takes ${seconds(took)} ${what}, the limit is ${seconds(limit)}`,
      isAtLimit,
      // Decoding time grows with the pixels.
      ...(isAtLimit && { needs: { setting: 'maxOriginalPixels', pixels: (pixels * allowed) / decoding } }),
    });
    if (decoding > decodeMilliseconds) {
      return [fault('to decode and encode', decoding, decodeMilliseconds, decodeMilliseconds)];
    }
    if (decoding + slowestS3 <= requestMilliseconds) return [];
    return [fault('in all', decoding + slowestS3, requestMilliseconds, requestMilliseconds - slowestS3)];
  });
}

export function objectiveFaults(
  { objectiveP95 }: Pick<Size, 'objectiveP95'>,
  { objective, headroom }: Pick<Assumptions, 'objective' | 'headroom'>,
): Fault[] {
  const allowed = objective.p95Milliseconds * (1 - headroom);
  if (objectiveP95 <= allowed) return [];
  const name = objective.benchCase ?? 'the mix';
  const text = `${name} has a p95 of ${objectiveP95.toFixed(0)} ms, at most ${allowed.toFixed(0)} ms are allowed (the objective less ${(100 * headroom).toFixed(0)}%)`;
  const needs = { setting: 'p95Milliseconds', milliseconds: objectiveP95 / (1 - headroom) } as const;
  return [{ kind: 'slow', case: name, text, isAtLimit: false, needs }];
}

/**
 * The settings of `src/config.ts` with which a size would have no fault, as they would be written. Nothing, where no
 * setting removes every fault.
 */
export function settingsThatQualify(faults: readonly Fault[]): string[] | undefined {
  const least = new Map<string, number>();
  let objective = 0;
  for (const { needs } of faults) {
    if (!needs) return undefined;
    if (needs.setting === 'p95Milliseconds') objective = Math.max(objective, Math.ceil(needs.milliseconds / 100) * 100);
    else least.set(needs.setting, Math.min(least.get(needs.setting) ?? Number.POSITIVE_INFINITY, needs.pixels));
  }
  const pixels = [...least].map(([setting, value]) => {
    const now = config.limits[setting as keyof typeof config.limits];
    return `${setting} ${grouped(Math.floor(value / 1e6) * 1e6)} (now ${grouped(now)})`;
  });
  const { p95Milliseconds: now } = config.objectives.cold;
  return [
    ...pixels,
    ...(objective > 0 ? [`objectives.cold.p95Milliseconds ${grouped(objective)} (now ${grouped(now)})`] : []),
  ];
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
