/** The table of bench-handler. Pure. */
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { differencesByRound, middleHalf, ratiosByRound } from '../statistics.ts';

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly result: string;
  readonly goal: string;
  readonly isMet: boolean;
  /** CPU milliseconds, one for each round. */
  readonly samples: { readonly ours: readonly number[]; readonly theirs: readonly number[] };
}

interface Measured {
  readonly what: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly goal: number;
}

/** Judges the median of the rounds' ratios. */
export function ratioRow({ what, ours, theirs, goal }: Measured): Row {
  const ratios = ratiosByRound(ours, theirs);
  const { lower, upper } = middleHalf(ratios);
  const ratio = median(ratios);
  return {
    what,
    ...sides(ours, theirs),
    result: `${ratio.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`,
    goal: `≤ ${goal}`,
    isMet: ratio <= goal,
  };
}

/** Judges the median of the rounds' differences: of little work a ratio says nothing. */
export function differenceRow({ what, ours, theirs, goal }: Measured): Row {
  const differences = differencesByRound(ours, theirs);
  const { lower, upper } = middleHalf(differences);
  const added = median(differences);
  const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
  return {
    what,
    ...sides(ours, theirs),
    result: `${signed(added)} ms (${signed(lower)} to ${signed(upper)})`,
    goal: `≤ +${goal} ms`,
    isMet: added <= goal,
  };
}

/** Judges our own median. */
export function limitRow({ what, ours, goal }: Omit<Measured, 'theirs'>): Row {
  return { what, ...sides(ours, []), result: '', goal: `≤ ${goal} ms`, isMet: median(ours) <= goal };
}

function sides(ours: readonly number[], theirs: readonly number[]) {
  const cell = (samples: readonly number[]) => (samples.length > 0 ? `${median(samples).toFixed(2)} ms` : '');
  return { ours: cell(ours), theirs: cell(theirs), samples: { ours, theirs } };
}

export function handlerReport(rows: readonly Row[]): string {
  const head = ['CPU time', 'ours', 'theirs', 'result (middle half)', 'goal', ''];
  const lines = rows.map(({ what, ours, theirs, result, goal, isMet }) => [
    ...[what, ours, theirs, result, goal],
    isMet ? 'met' : 'missed',
  ]);
  return [
    markdownTable([head, ...lines]),
    '',
    `${rows.filter(({ isMet }) => isMet).length} of ${rows.length} goals met. CPU time of the whole process; a result is the median of the rounds.`,
  ].join('\n');
}
