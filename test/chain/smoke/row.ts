/** One line of the table that smoke prints. */
export interface Row {
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
  /** `unsafe` fails the run; `noted` is an answer to a question that no document settles. */
  readonly verdict: 'right' | 'noted' | 'unsafe';
  /** What to do about it, where it is not right. */
  readonly advice?: string;
}

/** A row that is right when there are no faults, and names them when there are. */
export function rowOf(what: string, expected: string, faults: readonly string[], advice?: string): Row {
  if (faults.length === 0) return { what, expected, seen: 'as expected', verdict: 'right' };
  return { what, expected, seen: faults.join('. '), verdict: 'unsafe', ...(advice && { advice }) };
}

const marks = { right: '  ok  ', noted: ' note ', unsafe: 'UNSAFE' } as const;

/** Sentences under each other: a table of this width would be read by nobody. */
export function printRow({ what, expected, seen, verdict, advice }: Row): string {
  if (verdict === 'right') return `[${marks.right}] ${what}: ${expected}`;
  const lines = [`[${marks[verdict]}] ${what}`, `          expected  ${expected}`, `          seen      ${seen}`];
  return [...lines, ...(advice ? [`          do        ${advice}`] : [])].join('\n');
}
