/** In which order the sizes are asked for the cases. Pure. */
import type { MixEntry } from '../mix.ts';
import { seededRandom, shuffle } from '../random.ts';

export interface Turn<Case> {
  readonly memoryMegabytes: number;
  readonly one: Case;
}

/**
 * Rounds over all sizes and cases, so that a slow minute of AWS weighs on all alike. Only the first call of a size starts a
 * process: it is of the same case for every size, or the sizes could not be held against each other by it.
 */
export function roundsOf<Case extends MixEntry>(
  sizes: readonly number[],
  cases: readonly Case[],
  count: number,
): Turn<Case>[][] {
  const random = seededRandom(count);
  const opening = heaviest(cases);
  const all = sizes.flatMap((memoryMegabytes) => cases.map((one) => ({ memoryMegabytes, one })));
  return Array.from({ length: count }, (_, round) => {
    const turns = shuffle(all, random);
    if (round > 0) return turns;
    return [...turns.filter(({ one }) => one === opening), ...turns.filter(({ one }) => one !== opening)];
  });
}

/** Of equal ones the first. */
function heaviest<Case extends MixEntry>(cases: readonly Case[]): Case {
  return cases.reduce((found, one) => (one.weight > found.weight ? one : found));
}
