import { deadEndRows } from './dead-end-rows.ts';
import { loopRows } from './loop-rows.ts';
import type { Row } from './row.ts';
import type { Visit } from './visit.ts';
import { wrongAnswerRows } from './wrong-answer-rows.ts';

/** The catalogue of loops (L), wrong answers (W), dead ends (E) and missing rights (R) that a chain can show. */
export const rows: readonly Row[] = [...loopRows, ...wrongAnswerRows, ...deadEndRows];

/** What is wrong with a chain, by row. Empty: nothing that the catalogue knows. */
export function diagnose(visit: Visit): Record<string, readonly string[]> {
  const found = rows.map(({ id, check }) => [id, check(visit)] as const);
  return Object.fromEntries(found.filter(([, sentences]) => sentences.length > 0));
}
