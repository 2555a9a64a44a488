/** Repeatable randomness: one seed and number give the same draw in every virtual user, run and machine. */
import { invalidEvery } from '../scenario-table.ts';
import { type Client, clients, type Takes } from './clients.ts';

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
export type MixedDraw = { readonly image: number; readonly client: Client } | { readonly invalid: number };

export function mixedDraws(seed: number, catalogue: number): (view: number) => MixedDraw {
  const rank = zipf(catalogue);
  return (view) =>
    view % invalidEvery === invalidEvery - 1
      ? { invalid: Math.floor(view / invalidEvery) }
      : {
          image: rank(drawEvenly(seed, view)),
          client: nth(clients, Math.floor(drawEvenly(~seed, view) * clients.length)),
        };
}

function nth<T>(list: readonly T[], number: number): T {
  const one = list[number];
  if (one === undefined) throw new Error(`There is no number ${number} in a list of ${list.length}`);
  return one;
}

/** A part of the views, by the format that their clients ask for. */
export type HitRates = Readonly<Record<Takes | 'all', number>>;

/**
 * The hit rates of a cache that starts empty and keeps everything: all draws but the first one of each derivative. Doyle et
 * al. (USITS 2003) give the mean over all seeds in closed form; the draws of a run are known, so they are counted.
 */
export function predictHits(
  draw: (view: number) => MixedDraw,
  views: number,
  derivativeOf: (image: number, takes: Takes) => string,
): HitRates {
  const held = new Set<string>();
  const none = () => ({ hits: 0, views: 0 });
  const counts = { all: none(), avif: none(), webp: none(), any: none() };
  for (let view = 0; view < views; view += 1) {
    const one = draw(view);
    if (!('image' in one)) continue;
    const derivative = derivativeOf(one.image, one.client.takes);
    for (const count of [counts.all, counts[one.client.takes]]) {
      count.views += 1;
      if (held.has(derivative)) count.hits += 1;
    }
    held.add(derivative);
  }
  const rate = ({ hits, views }: ReturnType<typeof none>) => hits / Math.max(1, views);
  return { all: rate(counts.all), avif: rate(counts.avif), webp: rate(counts.webp), any: rate(counts.any) };
}
