/** From a kept measurement to everything that the report says. Pure. */
import type { Architecture } from '../model/cost.ts';
import { memorySizes } from '../model/lambda.ts';
import { type Certainty, certaintyOf } from './certainty.ts';
import { type Picks, pickMemory } from './pick.ts';
import type { Judged } from './result.ts';
import { dollarsOfThousand, type SizeRow, sizeRow } from './size-row.ts';

export interface Conclusion {
  readonly rows: readonly SizeRow[];
  readonly picks: Picks;
  readonly certainty: Certainty;
  /** The processor that was not measured: its time relative to the measured one, and the price at each size. */
  readonly other: {
    readonly architecture: Architecture;
    readonly factor: number;
    readonly dollarsOfThousand: readonly number[];
  };
}

/**
 * The time of a Graviton for what takes an AMD processor of the same generation 1: 89.6 against 53.8 images a second in
 * sharp's own benchmark (sharp documentation, "Performance": c8a and c8g).
 */
const arm64Time = 89.6 / 53.8;

export function conclude(result: Judged): Conclusion {
  const isX64 = result.assumed.architecture === 'x64';
  const [architecture, factor] = isX64 ? (['arm64', arm64Time] as const) : (['x64', 1 / arm64Time] as const);
  const assumed = { ...result.assumed, architecture };
  const dollars = memorySizes.map((size) => dollarsOfThousand(size, result.measured, assumed, factor));
  return {
    ...concludeSizes(result),
    certainty: certaintyOf(result),
    other: { architecture, factor, dollarsOfThousand: dollars },
  };
}

/** Without the certainty, which takes a second or two. */
export function concludeSizes(result: Judged): Pick<Conclusion, 'rows' | 'picks'> {
  const rows = memorySizes.map((size) => sizeRow(size, result));
  return { rows, picks: pickMemory(rows) };
}
