/**
 * Measures the contestants in turn, the order reversed each round, so that a machine that slows down for a while slows
 * all of them, and none always runs in the wake of the same other. Gives the samples of each, round by round.
 */
export async function interleave<T>(contestants: readonly (() => Promise<T>)[], rounds: number): Promise<T[][]> {
  const samples: T[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = contestants.map((_, index) => index);
    if (round % 2 === 1) order.reverse();
    for (const index of order) {
      const contestant = contestants[index];
      if (contestant) samples[index]?.push(await contestant());
    }
  }
  return samples;
}
