/** Numbers that repeat for the same seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** The time until the next event of a Poisson process. */
  exponential(rate: number): number;
}

/** Tommy Ettinger's mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, exponential: (rate) => -Math.log(1 - next()) / rate };
}
