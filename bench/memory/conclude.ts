/** From a measurement to all that the report says of it. Pure: a kept result can be read again years later. */
import { memorySizes } from '../lambda-model.ts';
import type { Machine } from '../machine.ts';
import type { Architecture } from '../resize-cost.ts';
import type { Assumptions } from './assumptions.ts';
import { type Certainty, certaintyOf } from './certainty.ts';
import type { Measured, MeasuredCase } from './measured.ts';
import { type MemoryRow, memoryRow } from './memory-row.ts';
import { type Picks, pickMemory } from './pick.ts';
import type { Verification } from './verification.ts';

/** What one run leaves behind: the JSON file. */
export interface BenchResult {
  readonly date: string;
  readonly seconds: number;
  readonly isQuick: boolean;
  /** Measured on the user's own images. */
  readonly hasOwnPhotos: boolean;
  readonly machine: Machine;
  /** Processes that wanted to run, before and after. */
  readonly load: { readonly before: number; readonly after: number };
  readonly assumed: Assumptions;
  readonly measured: Measured;
  /** Absent: only the model was asked for. */
  readonly verification?: Verification;
}

export interface Conclusion {
  readonly rows: readonly MemoryRow[];
  /** The same sizes on the processor that was not measured. */
  readonly otherRows: readonly MemoryRow[];
  readonly otherArchitecture: Architecture;
  readonly picks: Picks;
  readonly certainty: Certainty;
}

/**
 * Time that a Graviton needs for what an AMD processor of the same generation does in one: 89.6 against 53.8 images a
 * second in sharp's own benchmark (sharp documentation, "Performance": c8a and c8g). Not measured here.
 */
export const arm64Time = 89.6 / 53.8;

export function conclude({ measured, assumed }: Pick<BenchResult, 'measured' | 'assumed'>): Conclusion {
  const rows = memorySizes.map((size) => memoryRow(size, measured, assumed));
  const otherArchitecture = assumed.architecture === 'x64' ? 'arm64' : 'x64';
  const factor = otherArchitecture === 'arm64' ? arm64Time : 1 / arm64Time;
  const other = scaleTime(measured, factor);
  return {
    rows,
    otherRows: memorySizes.map((size) => memoryRow(size, other, { ...assumed, architecture: otherArchitecture })),
    otherArchitecture,
    picks: pickMemory(rows),
    certainty: certaintyOf(measured, assumed),
  };
}

function scaleTime(measured: Measured, factor: number): Measured {
  const scaled = (one: MeasuredCase): MeasuredCase => ({
    ...one,
    processes: one.processes.map((process) => ({
      ...process,
      startCpuMilliseconds: process.startCpuMilliseconds * factor,
      firstCpuMilliseconds: process.firstCpuMilliseconds * factor,
      warmCpuMilliseconds: process.warmCpuMilliseconds.map((cpu) => cpu * factor),
    })),
  });
  return {
    ...measured,
    cases: measured.cases.map(scaled),
    extremes: measured.extremes.map((one) => ({
      ...one,
      cpuMilliseconds: one.cpuMilliseconds.map((cpu) => cpu * factor),
    })),
  };
}
