/** How many rounds a comparison needs before it can find anything. Pure. */
import { significance } from './verdict.ts';

/** `comparisons`: what one run compares, the start of a process included. */
export function readRounds(given: string, comparisons: number): number {
  const rounds = Number(given);
  const least = leastRounds(comparisons);
  if (Number.isInteger(rounds) && rounds >= least) return rounds;
  throw new Error(
    `--rounds is ${given}: expected a whole number, ${least} or more; with fewer no case alone could be significant ` +
      `among ${comparisons} comparisons`,
  );
}

/** Both sides apart in every round is the rarest order: its p is 2 / C(2n, n), and Holm's correction multiplies it. */
export function leastRounds(comparisons: number): number {
  let rounds = 1;
  let orders = 2;
  while ((2 / orders) * comparisons >= significance) {
    rounds++;
    orders *= (2 * (2 * rounds - 1)) / rounds;
  }
  return rounds;
}
