/** What is reported: one line of the table each. Pure. */
import { pairwiseDifferences, pairwiseRatios, spread } from '../statistics.ts';

export interface Row {
  /** The letter of the goal, a to g. */
  readonly goal: string;
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  /** Ours through theirs, or whatever the aim speaks of. */
  readonly result: string;
  readonly aim: string;
  /** Absent: shown for information. */
  readonly met?: boolean;
  /** The part of the goal that counts bytes: no slow machine and no busy neighbour changes it. */
  readonly bytesMet?: boolean;
  /** Round by round. */
  readonly samples?: { readonly ours: readonly number[]; readonly theirs: readonly number[] };
}

export function verdictOf({ met }: Row): string {
  return met === undefined ? '' : met ? 'met' : 'missed';
}

interface Measured {
  readonly goal: string;
  readonly what: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly unit: string;
}

/** Judged by the median of the rounds' ratios. */
export function ratioRow({ aim, ...measured }: Measured & { readonly aim?: number }): Row {
  const { median, lower, upper } = spread(pairwiseRatios(measured.ours, measured.theirs));
  return {
    ...sides(measured),
    result: `${median.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`,
    aim: aim === undefined ? '' : `≤ ${aim}`,
    ...(aim !== undefined && { met: median <= aim }),
  };
}

/** Judged by the median of the rounds' differences: a ratio says nothing where there is little to divide by. */
export function differenceRow({ aim, ...measured }: Measured & { readonly aim: number }): Row {
  const { median, lower, upper } = spread(pairwiseDifferences(measured.ours, measured.theirs));
  const sign = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
  return {
    ...sides(measured),
    result: `${sign(median)} ${measured.unit} (${sign(lower)} to ${sign(upper)})`,
    aim: `≤ +${aim} ${measured.unit}`,
    met: median <= aim,
  };
}

/** Ours alone, against a fixed number. */
export function limitRow(row: {
  readonly goal: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly aim?: number;
  readonly digits?: number;
}): Row {
  const { goal, what, value, unit, aim, digits = 2 } = row;
  return {
    goal,
    what,
    ours: `${value.toFixed(digits)} ${unit}`,
    theirs: '',
    result: '',
    aim: aim === undefined ? '' : `≤ ${aim} ${unit}`,
    ...(aim !== undefined && { met: value <= aim }),
  };
}

function sides({ goal, what, ours, theirs, unit }: Measured) {
  const middle = (samples: readonly number[]) => `${spread(samples).median.toFixed(2)} ${unit}`;
  return { goal, what, ours: middle(ours), theirs: middle(theirs), samples: { ours, theirs } };
}
