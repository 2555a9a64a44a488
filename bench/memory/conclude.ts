/** From a kept measurement to everything that the report says. Pure. */
import type { Architecture } from '../model/cost.ts';
import { memorySizes } from '../model/lambda.ts';
import { type Certainty, certaintyOf } from './certainty.ts';
import { type Picks, pickMemory } from './pick.ts';
import type { Judged, MeasuredCase } from './result.ts';
import { type SizeRow, sizeRow } from './size-row.ts';

export interface Conclusion {
  readonly rows: readonly SizeRow[];
  readonly picks: Picks;
  readonly certainty: Certainty;
  /** The same sizes on the processor that was not measured. */
  readonly other: { readonly architecture: Architecture; readonly factor: number; readonly rows: readonly SizeRow[] };
}

/**
 * The time of a Graviton for what takes an AMD processor of the same generation 1: 89.6 against 53.8 images a second in
 * sharp's own benchmark (sharp documentation, "Performance": c8a and c8g).
 */
const arm64Time = 89.6 / 53.8;

export function conclude(result: Judged): Conclusion {
  const isX64 = result.assumed.architecture === 'x64';
  const architecture = isX64 ? 'arm64' : 'x64';
  const factor = isX64 ? arm64Time : 1 / arm64Time;
  const scaled = { ...scaleTime(result, factor), assumed: { ...result.assumed, architecture } as const };
  return {
    ...concludeSizes(result),
    certainty: certaintyOf(result),
    other: { architecture, factor, rows: memorySizes.map((size) => sizeRow(size, scaled)) },
  };
}

/** Without the certainty, which takes a second or two. */
export function concludeSizes(result: Judged): Pick<Conclusion, 'rows' | 'picks'> {
  const rows = memorySizes.map((size) => sizeRow(size, result));
  return { rows, picks: pickMemory(rows) };
}

function scaleTime(result: Judged, factor: number): Judged {
  const times = (milliseconds: readonly number[]) => milliseconds.map((one) => one * factor);
  const scaled = (one: MeasuredCase): MeasuredCase => ({
    ...one,
    processes: one.processes.map((process) => ({
      ...process,
      startCpuMilliseconds: process.startCpuMilliseconds * factor,
      firstCpuMilliseconds: process.firstCpuMilliseconds * factor,
      warmCpuMilliseconds: times(process.warmCpuMilliseconds),
    })),
  });
  const { cases, limitCases } = result.measured;
  return {
    ...result,
    measured: {
      ...result.measured,
      cases: cases.map(scaled),
      limitCases: limitCases.map((one) => ({ ...one, cpuMilliseconds: times(one.cpuMilliseconds) })),
    },
  };
}
