/** Images that the edge holds, popular ones more often: one hop, a hit. */
import { drawEvenly, zipf } from '../lib/draw.ts';
import { judgeView } from '../lib/judge-view.ts';
import { isEdgeHit, iteration, recordHit, recordUsage, recordView } from '../vu/record.ts';
import { expectedViewAt, plan } from '../vu/scenario.ts';
import { view } from '../vu/view.ts';

export { options } from '../vu/scenario.ts';

/** Pre-warming ends when every image was a hit in so many passes in a row, or after the last pass. */
const passesInARow = 2;
const mostPasses = 8;
/** Images requested at once: the first pass generates them. */
const atOnce = 4;

/**
 * Requests all images until the edge holds them. On AWS an edge consists of many hosts, of which one client meets a
 * few, so the passes may end early; the threshold on hits decides.
 */
export async function setup(): Promise<void> {
  const hits: number[] = [];
  const isWarm = () =>
    hits.length >= passesInARow && hits.slice(-passesInARow).every((count) => count === plan.catalogue);
  while (hits.length < mostPasses && !isWarm()) hits.push(await requestAll());
  console.log(JSON.stringify({ prewarm: { images: plan.catalogue, hits } }));
}

async function requestAll(): Promise<number> {
  let hits = 0;
  for (let from = 0; from < plan.catalogue; from += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, plan.catalogue - from) }, (_, n) => from + n);
    const views = await Promise.all(numbers.map((number) => view(expectedViewAt(number).url, { kind: 'prewarm' })));
    for (const seen of views) {
      if (isEdgeHit(seen)) hits += 1;
      recordUsage(seen);
    }
  }
  return hits;
}

const rank = zipf(plan.catalogue);

export default iteration(async (number) => {
  const expected = expectedViewAt(rank(drawEvenly(plan.seed, number)));
  const seen = await view(expected.url, { kind: 'warm' });
  recordHit(seen);
  recordView(seen, 'warm', judgeView(seen, expected, 'warm', plan.chain));
});
