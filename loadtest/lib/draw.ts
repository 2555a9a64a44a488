/** Repeatable randomness: one seed and number give the same draw in every virtual user, run and machine. */
import { invalidEvery } from '../scenario-table.ts';

/** Returns a number from 0 up to 1, evenly distributed: the finalizer of MurmurHash3 over seed and number. */
export function drawEvenly(seed: number, number: number): number {
  let bits = (seed ^ Math.imul(number + 1, 0x9e3779b9)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * Requests for web pages follow Zipf's law with an exponent of 0.64 to 0.83 (Breslau et al., "Web Caching and
 * Zipf-like Distributions", 1999).
 */
const webExponent = 0.8;

/** Maps even draws to ranks from 0 to `size - 1`; rank n has a weight of 1 / (n + 1) ** exponent. */
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

/** What one viewer of a mixed load asks for: an image of the catalogue, or an invalid request. */
export type MixedDraw = { readonly image: number } | { readonly invalid: number };

export function mixedDraws(seed: number, catalogue: number): (view: number) => MixedDraw {
  const rank = zipf(catalogue);
  return (view) =>
    view % invalidEvery === invalidEvery - 1
      ? { invalid: Math.floor(view / invalidEvery) }
      : { image: rank(drawEvenly(seed, view)) };
}

/**
 * The hit rate of a cache that starts empty and keeps everything: all draws but the first one of each image. Doyle et
 * al. (USITS 2003) give the mean over all seeds in closed form; the draws of a run are known, so they are counted.
 */
export function predictHits(seed: number, catalogue: number, views: number): number {
  const draw = mixedDraws(seed, catalogue);
  const images = Array.from({ length: views }, (_, view) => draw(view)).flatMap((one) =>
    'image' in one ? [one.image] : [],
  );
  return images.length === 0 ? 0 : 1 - new Set(images).size / images.length;
}
