import { hostileEvery } from '../scenario-table.ts';
import { drawEvenly, repeatedPart, zipf } from './draw.ts';

/** What the viewer of a mixed load looks at: an image of the catalogue, or something that there is not. */
export type MixedDraw = { readonly image: number } | { readonly hostile: number };

export function mixedDraws(seed: number, catalogue: number): (view: number) => MixedDraw {
  const rank = zipf(catalogue);
  return (view) =>
    view % hostileEvery === hostileEvery - 1
      ? { hostile: Math.floor(view / hostileEvery) }
      : { image: rank(drawEvenly(seed, view)) };
}

/** The hits that so many views find in a cache that is empty at first: no view is random, so they can be counted. */
export function predictHits(seed: number, catalogue: number, views: number): number {
  const draw = mixedDraws(seed, catalogue);
  const drawn = Array.from({ length: views }, (_, view) => draw(view));
  return repeatedPart(drawn.flatMap((one) => ('image' in one ? [one.image] : [])));
}
