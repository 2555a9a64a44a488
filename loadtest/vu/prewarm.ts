import { isHit } from '../../src/core/view.ts';
import { followRedirects } from '../lib/follow-redirects.ts';
import { askAs } from './ask.ts';
import { hosts } from './hosts.ts';
import { expectedViewAt, plan } from './plan.ts';
import { recordUsage } from './record.ts';

/** Passes in a row in which every image must be a hit, and the most passes that are tried. */
const passesInARow = 2;
const mostPasses = 8;
/** Images asked for at once: the first pass makes them. */
const atOnce = 4;

/**
 * Shows the images to the edge until it holds them all, twice in a row. On AWS an edge has many hosts, of which one
 * client meets a few: what was seen is told, and the threshold on hits judges.
 */
export async function prewarm(): Promise<void> {
  const hits: number[] = [];
  for (let pass = 0; pass < mostPasses && !isWarm(hits); pass += 1) hits.push(await showAll());
  console.log(JSON.stringify({ prewarm: { images: plan.catalogue, hits } }));
}

const isWarm = (hits: readonly number[]) =>
  hits.length >= passesInARow && hits.slice(-passesInARow).every((count) => count === plan.catalogue);

async function showAll(): Promise<number> {
  const ask = askAs('prewarm');
  let hits = 0;
  for (let from = 0; from < plan.catalogue; from += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, plan.catalogue - from) }, (_, n) => from + n);
    const views = await Promise.all(numbers.map((number) => followRedirects(expectedViewAt(number).url, ask, hosts)));
    for (const view of views) {
      const [first] = view.hops;
      if (first && first.status === 200 && isHit(first)) hits += 1;
      recordUsage(view);
    }
  }
  return hits;
}
