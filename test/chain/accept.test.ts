/** The format by Accept costs no hits: however many strings browsers send, an image has one entry for each format. */
import { expect, it } from 'vitest';
import { type Client, clients, takesOf } from '../../loadtest/lib/clients.ts';
import { type HitRates, mixedDraws, predictHits } from '../../loadtest/lib/draw.ts';
import { expectedViewsOf, presetsFor } from '../../loadtest/lib/expected-views.ts';
import { config } from '../../src/config.ts';
import { isHit } from '../../src/core/view.ts';
import { followRedirects } from '../../src/follow-redirects.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured } from './coloured-images.ts';
import type { Change } from './template-change.ts';

const [views, catalogue, originals] = [600, 60, 7] as const;
const draw = mixedDraws(1, catalogue);
const keys = Array.from(
  { length: originals },
  (_, n) => ({ key: `${n}.jpg`, type: 'jpeg', width: 240, height: 180 }) as const,
);
const presets = presetsFor('mixed', config);

/** Loads the same images in the same order, by clients whose Accept `acceptOf` gives. */
async function hitRates(under: ChainUnderTest, prefix: string, acceptOf: (client: Client) => string) {
  const named = keys.map((one) => ({ ...one, key: `${prefix}/${one.key}` }));
  for (const { key } of named) await under.putOriginal(key, await coloured('red'));
  const viewAt = expectedViewsOf(named, config, under.chain.edge.address, presets);
  const none = () => ({ hits: 0, views: 0 });
  const seen = { avif: none(), webp: none(), any: none() };
  for (let number = 0; number < views; number += 1) {
    const one = draw(number);
    if (!('image' in one)) continue;
    const accept = acceptOf(one.client);
    const [first] = await followRedirects(viewAt(one.image).url, fetch, { headers: { accept } });
    const count = seen[one.client.takes];
    count.views += 1;
    if (first && isHit(first)) count.hits += 1;
    under.pass(1);
  }
  const rate = ({ hits, views }: ReturnType<typeof none>) => hits / views;
  return { avif: rate(seen.avif), webp: rate(seen.webp), any: rate(seen.any) };
}

const oneFor = ({ takes }: Client) => clients.find((client) => client.takes === takes)?.accept ?? '';
const each = ({ accept }: Client) => accept;

async function compared(change?: Change) {
  const under = await startChainUnderTest(change ? { change } : {});
  try {
    return { one: await hitRates(under, 'one', oneFor), all: await hitRates(under, 'all', each) };
  } finally {
    await under.stop();
  }
}

it('30 strings have the hit rate of one string for each format, which is the one that the load test predicts', {
  timeout: startMilliseconds,
}, async () => {
  const { one, all } = await compared();
  const viewAt = expectedViewsOf(keys, config, '', presets);
  const predicted: HitRates = predictHits(draw, views, (image, takes) => viewAt(image, takes).path);
  for (const takes of takesOf) {
    expect(Math.abs(all[takes] - one[takes]), takes).toBeLessThanOrEqual(0.01);
    expect(Math.abs(all[takes] - predicted[takes]), takes).toBeLessThanOrEqual(0.01);
  }
});

it('with Accept in the cache key they have far fewer hits', { timeout: startMilliseconds }, async () => {
  const { one, all } = await compared(({ cache }) => {
    cache.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig = { HeaderBehavior: 'whitelist', Headers: ['Accept'] };
  });
  for (const takes of takesOf) expect(all[takes], takes).toBeLessThan(one[takes] - 0.1);
});
