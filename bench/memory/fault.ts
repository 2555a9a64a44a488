/** Why a memory size is not to be taken. Pure. */
import { callMilliseconds, neededMegabytes } from '../lambda-model.ts';
import { caseName } from '../mix.ts';
import { s3Milliseconds } from '../s3-time.ts';
import { median } from '../statistics.ts';
import type { Assumptions } from './assumptions.ts';
import { leastCpu, type Measured, mostMemory, warmSamples } from './measured.ts';
import type { Judgement } from './memory-row.ts';

export interface Fault {
  /** `slow` misses the objective, but does the work; `memory` comes too near to losing requests; the others lose them. */
  readonly kind: 'slow' | 'memory' | 'out-of-memory' | 'deadline';
  readonly case: string;
  readonly says: string;
}

const worstFirst: readonly Fault['kind'][] = ['out-of-memory', 'deadline', 'memory', 'slow'];

type Judged = Pick<Judgement, 'memoryMegabytes' | 'objectiveP95' | 'neededMegabytes'>;

export function findFaults(row: Judged, measured: Measured, assumed: Assumptions): Fault[] {
  const faults = [
    ...memoryFaults(row, measured, assumed),
    ...deadlineFaults(row, measured, assumed),
    ...slow(row, assumed),
  ];
  return faults.sort((a, b) => worstFirst.indexOf(a.kind) - worstFirst.indexOf(b.kind));
}

/** An image at a limit has to fit; what comes every day has to leave room besides. */
function memoryFaults(row: Judged, { extremes }: Measured, { headroom }: Assumptions): Fault[] {
  const limit = row.memoryMegabytes;
  const needs = extremes.map((one) => ({
    case: caseName(one),
    needed: neededMegabytes(mostMemory(one)),
    allowed: limit,
  }));
  const mixed = { case: 'the mix', needed: row.neededMegabytes, allowed: limit * (1 - headroom) };
  return [mixed, ...needs]
    .filter(({ needed, allowed }) => needed > allowed)
    .map(({ case: name, needed, allowed }) => ({
      kind: needed > limit ? 'out-of-memory' : 'memory',
      case: name,
      says:
        needed > limit
          ? `${name} runs out of memory: it needs ${needed.toFixed(0)} of ${limit} MB`
          : `${name} needs ${needed.toFixed(0)} of ${limit} MB: expected at most ${allowed.toFixed(0)}`,
    }));
}

/** Whoever may upload an image must get it back: the limits of the config are a promise. */
function deadlineFaults({ memoryMegabytes }: Judged, { cases, extremes }: Measured, assumed: Assumptions): Fault[] {
  const typical = cases.map((one) => ({ ...one, cpu: median(warmSamples(one)) }));
  const largest = extremes.map((one) => ({ ...one, cpu: leastCpu(one) }));
  return [...typical, ...largest].flatMap(({ photo, preset, bytesIn, cpu }): Fault[] => {
    const name = caseName({ photo, preset });
    const decoding = callMilliseconds(cpu, memoryMegabytes);
    // The slowest that S3 is taken to be.
    const whole = decoding + (s3Milliseconds(bytesIn, 0, assumed.s3).at(-1) ?? 0);
    const late = (what: string, took: number, limit: number): Fault[] =>
      took <= limit
        ? []
        : [
            {
              kind: 'deadline',
              case: name,
              says: `${name} takes ${seconds(took)} ${what}: the limit is ${seconds(limit)}`,
            },
          ];
    const decode = late('to decode and encode', decoding, assumed.decodeMilliseconds);
    return decode.length > 0 ? decode : late('in all', whole, assumed.requestMilliseconds);
  });
}

function slow({ objectiveP95 }: Judged, { objective, headroom }: Assumptions): Fault[] {
  const allowed = objective.p95Milliseconds * (1 - headroom);
  if (objectiveP95 <= allowed) return [];
  const name = objective.benchCase ?? 'the mix';
  return [
    {
      kind: 'slow',
      case: name,
      says: `${name} has a p95 of ${objectiveP95.toFixed(0)} ms: expected at most ${allowed.toFixed(0)}, the objective less head-room`,
    },
  ];
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
