/** If the edge caches the website's redirect all the same, no view ends in a loop, and it is detected. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowserCache } from '../../local/faults/browser-cache.ts';
import { config } from '../../src/config.ts';
import { browse } from './browser.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured, colourOf } from './coloured-images.ts';
import { traced } from './trace.ts';

const preset = '200x200';
const day = 86_400;

describe('with the redirect kept at the edge for a day', () => {
  let under: ChainUnderTest;
  beforeAll(async () => {
    under = await startChainUnderTest({
      change: ({ cache }) => Object.assign(cache, { DefaultTTL: day }),
      switches: { redirectCaching: 'legacy' },
    });
  }, startMilliseconds);
  afterAll(() => under?.stop());

  const view = (key: string, method = 'GET') =>
    traced(under.chain, async () => {
      const { hops, body } = await browse(under.url(preset, key), { method });
      return { statuses: hops.map(({ status }) => status), colour: await colourOf(body) };
    });

  // The first one: another S3 server stamps by the real clock, which must not be far from the chain's.
  it('redirected viewers count as raced within the grace period, and as loop suspects after it', async () => {
    await under.putOriginal('counted.jpg', await coloured('blue'));
    expect((await view('counted.jpg')).counted).toMatchObject({ Resized: 1, RacedRequests: 1, LoopSuspects: 0 });
    under.pass(config.cache.raceGraceSeconds / 2);
    expect((await view('counted.jpg')).counted).toMatchObject({ Resized: 0, RacedRequests: 1, LoopSuspects: 0 });
    under.pass(10 * config.cache.raceGraceSeconds);
    for (const viewer of ['one', 'another']) {
      expect((await view('counted.jpg')).counted, viewer).toMatchObject({
        ...{ ResizeRequests: 1, Resized: 0, RacedRequests: 0, LoopSuspects: 1 },
        ...{ OriginalMissing: 0, Refused: 0, Faults: 0 },
      });
    }
  });

  it.each(['GET', 'HEAD'])(
    'L1 by %s the first viewer takes 307, 301, 307, 200 and later ones 307, 200',
    async (method) => {
      const key = `${method}.jpg`;
      const colour = method === 'GET' ? 'red' : undefined;
      await under.putOriginal(key, await coloured('red'));
      expect((await view(key, method)).result).toEqual({ statuses: [307, 301, 307, 200], colour });
      for (const seconds of [0, 30, 3600, 20 * 3600]) {
        under.pass(seconds);
        expect((await view(key, method)).result).toEqual({ statuses: [307, 200], colour });
      }
      under.pass(day);
      expect((await view(key, method)).result).toEqual({ statuses: [200], colour });
    },
  );

  it('the image that ends a loop is not kept by browsers, so that the next view is the edge again', async () => {
    await under.putOriginal('kept.jpg', await coloured('green'));
    const cache = createBrowserCache(under.clock);
    await browse(under.url(preset, 'kept.jpg'), { cache });
    const { hops } = await browse(under.url(preset, 'kept.jpg'), { cache });
    expect(hops.map(({ status, fromBrowserCache }) => [status, fromBrowserCache])).toEqual([
      [307, false],
      [200, false],
    ]);
    expect(hops[1]?.headers.get('cache-control')).toBe('no-store');
  });

  it('what an owner has replaced is made anew, whatever the edge has kept', async () => {
    await under.putOriginal('replaced.jpg', await coloured('red'));
    await view('replaced.jpg');
    await under.putOriginal('replaced.jpg', await coloured('blue'));
    expect((await view('replaced.jpg')).result).toEqual({ statuses: [307, 301, 307, 200], colour: 'blue' });
    expect((await view('replaced.jpg')).result).toEqual({ statuses: [307, 200], colour: 'blue' });
  });
});
