/** What `make bench` said of the same sizes and cases. */
import { existsSync } from 'node:fs';
import type { BenchResult } from '../memory/conclude.ts';
import { readKeptResult } from '../memory/kept-result.ts';
import { type MemoryRow, memoryRow } from '../memory/memory-row.ts';
import { caseName, type MixEntry } from '../mix.ts';
import type { Architecture } from '../resize-cost.ts';

export interface Prediction {
  /** Of the machine that measured: times and prices are of this one, whatever the function has. */
  readonly architecture: Architecture;
  readonly date: string;
  readonly rows: readonly Pick<MemoryRow, 'memoryMegabytes' | 'warm' | 'dollarsOfThousandResizes'>[];
}

export const defaultPrediction = '.cache/bench/memory.json';

/** `undefined`: none was given, and `make bench` has kept none here. */
export function readPrediction(given: string | undefined): BenchResult | undefined {
  const file = given ?? defaultPrediction;
  if (given === undefined && !existsSync(file)) return undefined;
  try {
    return readKeptResult(file);
  } catch (cause) {
    throw new Error(`--prediction is ${file}: expected a result that make bench has kept`, { cause });
  }
}

interface Asked {
  readonly sizes: readonly number[];
  readonly cases: readonly MixEntry[];
  readonly coldShare: number;
}

/** With the weights and the share of first calls that are asked about. `undefined`: not all of the cases were measured. */
export function predict(bench: BenchResult | undefined, { sizes, cases, coldShare }: Asked): Prediction | undefined {
  if (!bench) return undefined;
  const measuredCases = cases.flatMap((one) => {
    const found = bench.measured.cases.find((other) => caseName(other) === caseName(one));
    return found ? [{ ...found, weight: one.weight }] : [];
  });
  if (measuredCases.length < cases.length) return undefined;
  // Only times and prices are asked for: neither the images at a limit nor an objective, whose case may not be among these.
  const measured = { ...bench.measured, cases: measuredCases, extremes: [] };
  const objective = { ...bench.assumed.objective, benchCase: undefined };
  const assumed = { ...bench.assumed, coldShare, objective };
  const rows = sizes.map((size) => {
    const { memoryMegabytes, warm, dollarsOfThousandResizes } = memoryRow(size, measured, assumed);
    return { memoryMegabytes, warm, dollarsOfThousandResizes };
  });
  return { architecture: assumed.architecture, date: bench.date, rows };
}
