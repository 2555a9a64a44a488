/** Chance that repeats: the same seed and number give the same draw in every virtual user, run and machine. */

/** Evenly from 0 up to 1. A number is mixed until each of its bits decides about each bit of the draw (murmur3's end). */
export function drawEvenly(seed: number, number: number): number {
  let bits = (seed ^ Math.imul(number + 1, 0x9e3779b9)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * The exponent of Zipf's law that pages of the web follow: 0.64 to 0.83 in the traces of Breslau et al., "Web Caching
 * and Zipf-like Distributions" (1999).
 */
export const webExponent = 0.8;

/** Draws ranks from 0 to `size - 1`, where rank n is asked for in proportion to 1 / (n + 1) ** exponent. */
export function zipf(size: number, exponent = webExponent): (even: number) => number {
  const upTo: number[] = [];
  let sum = 0;
  for (let rank = 0; rank < size; rank += 1) {
    sum += (rank + 1) ** -exponent;
    upTo.push(sum);
  }
  return (even) => firstAbove(upTo, even * sum);
}

function firstAbove(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The part of draws that a cache holds already which is empty at first and forgets nothing: every draw but the first
 * of each rank. The closed form of Doyle et al. (USITS 2003) averages over all seeds; the draws of a run are known, so
 * they are counted.
 */
export function repeatedPart(draws: readonly number[]): number {
  return draws.length === 0 ? 0 : 1 - new Set(draws).size / draws.length;
}
