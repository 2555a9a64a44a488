/** The shipped chain as it should be, hop by hop and header by header. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../src/config.ts';
import { cacheControlOf } from '../../src/core/resize-plan.ts';
import { coldViewFaults, warmViewFaults } from '../../src/core/view.ts';
import { followRedirects } from '../../src/follow-redirects.ts';
import { urlOf } from '../../src/url.ts';
import { distance, fingerprint, upright } from '../fixtures/fingerprint.ts';
import { animatedGif, rightImages } from '../fixtures/images.ts';
import { s3ServerName } from '../fixtures/s3.ts';
import { unsupportedKeys } from '../s3-servers/unsupported-keys.ts';
import { acceptedKeys, anyAcceptedKey } from '../unit/core/keys.ts';
import { browse } from './browser.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured } from './coloured-images.ts';
import { diagnosisOf } from './rows/broken.ts';
import { traced } from './trace.ts';

let under: ChainUnderTest;
beforeAll(async () => {
  under = await startChainUnderTest();
}, startMilliseconds);
afterAll(() => under?.stop());

const preset = '200x200';
const cacheControl = cacheControlOf(config.cache, config.presets[preset]);
/** Of the connection, not of the answer. */
const perHop = ['connection', 'keep-alive'];

const headersOf = (headers: Headers) => Object.fromEntries([...headers].filter(([name]) => !perHop.includes(name)));
const crossOrigin = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'timing-allow-origin': '*',
};
const atTheEdge = (cache: string) => ({
  via: expect.stringMatching(/^1\.1 [a-z0-9]+\.cloudfront\.net \(CloudFront\)$/),
  'x-amz-cf-id': expect.stringMatching(/^\S{50,}$/),
  'x-amz-cf-pop': expect.any(String),
  'x-cache': `${cache} from cloudfront`,
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000',
  date: expect.stringMatching(/ GMT$/),
  server: 'AmazonS3',
  ...crossOrigin,
});
const asImage = (bytes: number) => ({
  'cache-control': cacheControl,
  'content-type': 'image/jpeg',
  'content-length': String(bytes),
  etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
  'last-modified': expect.stringMatching(/ GMT$/),
  vary: 'Accept',
});

describe('a cold view', () => {
  it('is exactly 307, 301, 200, each with exactly these headers; the next view is one hit', async () => {
    await under.putOriginal('of/ann.jpg', await rightImages.jpeg());
    const url = under.url(preset, 'of/ann.jpg');
    const cold = await browse(url);
    const bytes = cold.body.length;
    const { metadata } = await under.readDerivative(`${preset}/of/ann.jpg`);
    const versioned = `?v=${metadata['original-id']?.slice(0, 8)}`;
    expect(cold.hops.map(({ url, status, headers }) => ({ url, status, headers: headersOf(headers) }))).toEqual([
      {
        url,
        status: 307,
        headers: {
          ...atTheEdge('Miss'),
          vary: 'Accept',
          'content-length': '0',
          location: '/resize?key=200x200/of/ann.jpg',
        },
      },
      {
        url: under.apiUrl('key=200x200/of/ann.jpg'),
        status: 301,
        headers: {
          ...atTheEdge('Miss'),
          server: undefined,
          'apigw-requestid': expect.any(String),
          'cache-control': 'no-store',
          'content-length': '0',
          location: `/200x200/of/ann.jpg${versioned}`,
          'server-timing': expect.stringContaining('resize;dur='),
        },
      },
      { url: url + versioned, status: 200, headers: { ...atTheEdge('Miss'), ...asImage(bytes) } },
    ]);

    const warm = await browse(url);
    expect(warm.hops.map(({ status, headers }) => ({ status, headers: headersOf(headers) }))).toEqual([
      { status: 200, headers: { ...atTheEdge('Hit'), ...asImage(bytes), age: '0' } },
    ]);
    expect(Buffer.from(warm.body).equals(cold.body)).toBe(true);
  });

  it('costs the Lambda three calls of S3, and a warm one none', async () => {
    await under.putOriginal('calls.jpg', await coloured('red'));
    const url = under.url(preset, 'calls.jpg');
    const cold = await traced(under.chain, () => browse(url));
    const { originals, derivatives } = under.chain.s3;
    const calls = cold.calls.map(({ operation, bucket, key, status }) => `${operation} ${bucket}/${key} ${status}`);
    expect(calls.sort()).toEqual([
      `GetObject ${originals}/calls.jpg 200`,
      `HeadObject ${derivatives}/200x200/calls.jpg 404`,
      `PutObject ${derivatives}/200x200/calls.jpg 200`,
    ]);
    expect(cold.passed.map(({ endpoint, status }) => `${endpoint} ${status}`)).toEqual([
      'website 307',
      'edge 307',
      'api 301',
      'edge 301',
      'website 200',
      'edge 200',
    ]);
    expect(cold.counted).toMatchObject({ ResizeRequests: 1, Resized: 1, LoopSuspects: 0, RacedRequests: 0, Faults: 0 });
    const warm = await traced(under.chain, () => browse(url));
    expect(warm.calls).toEqual([]);
    expect(warm.passed.map(({ endpoint, status }) => `${endpoint} ${status}`)).toEqual(['edge 200']);
  });

  it.each([
    ['a JPEG', 'a.jpg', preset, rightImages.jpeg, 'image/jpeg'],
    ['a progressive JPEG', 'p.jpg', preset, rightImages['progressive jpeg'], 'image/jpeg'],
    ['a PNG', 'a.png', preset, rightImages.png, 'image/png'],
    ['a GIF', 'a.gif', preset, rightImages.gif, 'image/webp'],
    ['an animated GIF', 'moving.gif', preset, animatedGif, 'image/webp'],
    ['a WebP', 'a.webp', preset, rightImages.webp, 'image/webp'],
    ['an AVIF', 'a.avif', preset, rightImages.avif, 'image/avif'],
    ['a JPEG as WebP', 'b.jpg', `${preset}.webp`, rightImages.jpeg, 'image/webp'],
    ['a PNG as AVIF', 'b.png', `${preset}.avif`, rightImages.png, 'image/avif'],
    ['a JPEG by its width', 'c.jpg', '320x', rightImages.jpeg, 'image/jpeg'],
    ['a PNG as the card of a link', 'c.png', '1200x630.jpg', rightImages.png, 'image/jpeg'],
  ])('of %s is sound, shows it, and warms up', async (_, key, size, make, type) => {
    await under.putOriginal(key, await make());
    const url = under.url(size, key);
    const cold = await followRedirects(url, fetch);
    expect(coldViewFaults(cold, config)).toEqual([]);
    const image = cold.at(-1);
    expect(image?.headers['content-type']).toBe(type);
    if (make !== animatedGif) expect(distance(await fingerprint(image?.body ?? Buffer.of()), upright)).toBeLessThan(25);
    expect(warmViewFaults(await followRedirects(url, fetch), config)).toEqual([]);
  });

  it.each(['rewritten', 'asked'] as const)(
    'of a browser’s format has one entry at the edge, where AWS shows the %s path',
    async (responseUri) => {
      under.chain.setSwitch('responseUri', responseUri);
      const key = `${responseUri} é+1.jpg`;
      await under.putOriginal(key, await coloured('red'));
      const see = (accept: string, name = preset) =>
        traced(under.chain, () => browse(under.url(name, key), { headers: { accept } }));
      const cold = await see('image/avif,image/webp,*/*');
      expect(cold.result.hops.map(({ url, status }) => [status, new URL(url).pathname.split('/')[1]])).toEqual([
        [307, preset],
        [301, 'resize'],
        [200, `${preset}.auto`],
      ]);
      expect(cold.calls.find(({ operation }) => operation === 'PutObject')?.key).toBe(`${preset}.auto/${key}`);
      const types = (view: typeof cold) => view.result.hops.map(({ headers }) => headers.get('content-type'));
      for (const again of [await see('image/avif'), await see('*/*', `${preset}.auto`)]) {
        expect(types(again)).toEqual(['image/avif']);
        expect(again.passed).toMatchObject([{ endpoint: 'edge', status: 200 }]);
        expect(again.result.hops[0]?.headers.get('vary')).toBe('Accept');
      }
      for (const [accept, type] of [
        ['image/webp,*/*', 'image/webp'],
        ['*/*', 'image/jpeg'],
      ] as const) {
        expect(types(await see(accept)).at(-1)).toBe(type);
        expect(types(await see(accept))).toEqual([type]);
      }
      under.chain.setSwitch('responseUri', 'rewritten');
    },
  );

  it('by HEAD makes the derivative, and every hop is without a body', async () => {
    await under.putOriginal('head.jpg', await coloured('red'));
    const url = under.url(preset, 'head.jpg');
    const cold = await traced(under.chain, () => browse(url, { method: 'HEAD' }));
    expect(cold.result.hops.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'HEAD 307',
      'HEAD 301',
      'HEAD 200',
    ]);
    expect(cold.passed.map(({ bytes }) => bytes)).toEqual([0, 0, 0, 0, 0, 0]);
    const length = cold.result.hops.at(-1)?.headers.get('content-length');
    expect(Number(length)).toBe((await under.readDerivative(`${preset}/head.jpg`)).bytes.length);
    const warm = await browse(url);
    expect(warm.hops.map(({ status }) => status)).toEqual([200]);
    expect(String(warm.body.length)).toBe(length);
  });

  it('of a size that nobody listed is one plain 404, which the edge keeps for minutes', async () => {
    const url = under.url('999x999', 'of/ann.jpg');
    const { result, passed, calls } = await traced(under.chain, () => browse(url));
    expect(result.hops.map(({ status }) => status)).toEqual([404]);
    expect(passed.map(({ endpoint }) => endpoint)).toEqual(['website', 'edge']);
    expect(calls).toEqual([]);
    under.pass(config.cache.notFoundSeconds - 1);
    expect((await traced(under.chain, () => browse(url))).passed).toMatchObject([{ endpoint: 'edge', status: 404 }]);
    under.pass(2);
    expect((await traced(under.chain, () => browse(url))).passed.map(({ endpoint }) => endpoint)).toEqual([
      'website',
      'edge',
    ]);
  });
});

describe('versions of a URL', () => {
  it('are one entry of the edge: a thousand of them cost S3 what one costs', async () => {
    await under.putOriginal('versions.jpg', await coloured('red'));
    const url = (version: number) => urlOf(under.chain.edge.address, preset, 'versions.jpg', { version: `${version}` });
    const asked = async (from: number, to: number) => {
      const caches: string[] = [];
      for (let version = from; version < to; version += 1) {
        const last = (await followRedirects(url(version), fetch)).at(-1);
        caches.push(`${last?.status} ${last?.headers['x-cache']?.split(' ')[0]}`);
      }
      return caches;
    };
    expect(coldViewFaults(await followRedirects(url(0), fetch), config)).toEqual([]);
    const { result, passed } = await traced(under.chain, () => asked(1, 1000));
    expect(new Set(result)).toEqual(new Set(['200 Hit']));
    expect(passed.filter(({ endpoint }) => endpoint !== 'edge')).toEqual([]);
    // One path removes all of them.
    under.chain.edge.invalidate([`/${preset}/versions.jpg`]);
    expect(await asked(0, 3)).toEqual(['200 Miss', '200 Hit', '200 Hit']);
  });
});

describe('odd keys', () => {
  const unsupported = unsupportedKeys(s3ServerName());
  for (const key of acceptedKeys) {
    it.skipIf(unsupported(key))(
      `are made, stored and warmed up as they are: ${JSON.stringify(key.slice(0, 40))}`,
      async () => {
        await under.putOriginal(key, await coloured('blue'));
        const url = under.url(preset, key);
        const { result: cold, calls } = await traced(under.chain, () => followRedirects(url, fetch));
        expect(coldViewFaults(cold, config)).toEqual([]);
        expect(calls.find(({ operation }) => operation === 'PutObject')?.key).toBe(`${preset}/${key}`);
        expect(warmViewFaults(await followRedirects(url, fetch), config)).toEqual([]);
      },
    );
  }
});

describe('any key', () => {
  // A server that keeps objects as files cannot hold every pair of them.
  it.skipIf(s3ServerName() === 'versitygw')('is sent back to exactly the key that was stored for it', async () => {
    const seen = new Set<string>(acceptedKeys);
    await fc.assert(
      fc.asyncProperty(
        anyAcceptedKey.filter((key) => !seen.has(key)),
        async (key) => {
          seen.add(key);
          await under.putOriginal(key, await coloured('green'));
          const { result, calls } = await traced(under.chain, () => followRedirects(under.url(preset, key), fetch));
          expect(result.map(({ status }) => status)).toEqual([307, 301, 200]);
          expect(calls.find(({ operation }) => operation === 'PutObject')?.key).toBe(`${preset}/${key}`);
          under.pass(1);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the catalogue finds nothing', () => {
  it('in the shipped template of prod', async () => {
    expect(await diagnosisOf({ stage: 'prod' })).toEqual({});
  });

  it('in the shipped template of staging', async () => {
    expect(await diagnosisOf({ stage: 'staging' })).toEqual({});
  });
});
