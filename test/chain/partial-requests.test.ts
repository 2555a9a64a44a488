/** Range, conditional requests, HEAD and CORS headers over all hops of a view, with the API on the image host. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../src/config.ts';
import { browse } from './browser.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured } from './coloured-images.ts';
import { traced } from './trace.ts';

let under: ChainUnderTest;
beforeAll(async () => {
  under = await startChainUnderTest({ apiOn: 'image-host' });
}, startMilliseconds);
afterAll(() => under?.stop());

const preset = '200x200';
const past = 'Thu, 01 Jan 2026 00:00:00 GMT';
const future = new Date(Date.now() + 86_400_000).toUTCString();
let images = 0;

/** A new original, without a derivative. */
async function newImage(): Promise<{ url: string; api: string; key: string }> {
  images += 1;
  const key = `partial/${images}.jpg`;
  await under.putOriginal(key, await coloured('red'));
  return { url: under.url(preset, key), api: under.apiUrl(`key=${preset}/${key}`), key: `${preset}/${key}` };
}

/** A derivative that S3 has, and the edge has not. */
async function made() {
  const image = await newImage();
  expect((await ask(image.api)).status).toBe(301);
  return { ...image, bytes: (await under.readDerivative(image.key)).bytes };
}

async function ask(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await fetch(url, { method, headers, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

async function view(url: string, headers: Record<string, string>, method = 'GET') {
  const { hops, body } = await browse(url, { headers, method });
  return { statuses: hops.map(({ status }) => status), last: hops.at(-1)?.headers, body: Buffer.from(body) };
}

describe('a cold view', () => {
  it('with Range ends with that part of the image, cut from the derivative by the edge', async () => {
    const { url, key } = await newImage();
    const { statuses, last, body } = await view(url, { range: 'bytes=0-9' });
    const { bytes } = await under.readDerivative(key);
    expect(statuses).toEqual([307, 301, 206]);
    expect(last?.get('content-range')).toBe(`bytes 0-9/${bytes.length}`);
    expect(body).toEqual(bytes.subarray(0, 10));
    // The whole is cached.
    const next = await ask(url);
    expect([next.status, next.headers.get('x-cache')]).toEqual([200, 'Hit from cloudfront']);
    expect(next.body).toEqual(bytes);
  });

  it('with a Range beyond the end is a 416 at its last hop', async () => {
    const { url, key } = await newImage();
    const { statuses, last } = await view(url, { range: 'bytes=9999999-' });
    const { bytes } = await under.readDerivative(key);
    expect(statuses).toEqual([307, 301, 416]);
    expect(last?.get('content-range')).toBe(`bytes */${bytes.length}`);
  });

  it.each([
    ['another ETag', { 'if-none-match': '"0"' }, 200],
    ['an old date', { 'if-modified-since': past }, 200],
    ['a date to come', { 'if-modified-since': future }, 304],
  ] as const)('with %s redirects as ever, and ends in %s: %i', async (_, headers, status) => {
    const { url } = await newImage();
    expect((await view(url, headers)).statuses).toEqual([307, 301, status]);
  });

  it('with the ETag of the derivative that was there before it expired ends in a 304', async () => {
    const { url, key } = await newImage();
    const before = await browse(url);
    const etag = before.hops.at(-1)?.headers.get('etag') ?? '';
    await under.deleteDerivative(key);
    under.chain.edge.clear();
    const { statuses, last, body } = await view(url, { 'if-none-match': etag });
    expect(statuses).toEqual([307, 301, 304]);
    expect([last?.get('etag'), body.length]).toEqual([etag, 0]);
    expect((await under.readDerivative(key)).bytes.length).toBeGreaterThan(0);
  });

  it('by HEAD has no bytes, and the length of the derivative', async () => {
    const { url, key } = await newImage();
    const { statuses, last, body } = await view(url, { range: 'bytes=0-9' }, 'HEAD');
    const { bytes } = await under.readDerivative(key);
    expect(statuses).toEqual([307, 301, 200]);
    expect([last?.get('content-length'), body.length]).toEqual([String(bytes.length), 0]);
  });
});

describe('/resize', () => {
  it.each([
    [{ range: 'bytes=0-9' }],
    [{ 'if-none-match': '*' }],
    [{ 'if-modified-since': future }],
    [{ 'if-match': '"0"' }],
  ])('makes the derivative and answers 301 without a body, whatever the conditions: %j', async (headers) => {
    const { api, key } = await newImage();
    const answer = await ask(api, headers as unknown as Record<string, string>);
    expect([answer.status, answer.headers.get('location'), answer.headers.get('cache-control')]).toEqual([
      301,
      expect.stringMatching(new RegExp(`^/${key}\\?v=[0-9a-f]{8}$`)),
      'no-store',
    ]);
    expect(answer.body).toHaveLength(0);
    expect((await under.readDerivative(key)).bytes.length).toBeGreaterThan(0);
  });

  // API Gateway and the Lambda know no ranges, and the answer has no ETag and no Last-Modified. "How CloudFront processes
  // partial requests": an origin that does not support ranges returns the whole, and so does CloudFront. "Request and
  // response behavior for custom origins": without an ETag it ignores If-Match and If-None-Match.
  it.each([
    [{ range: 'bytes=0-9' }],
    [{ range: 'bytes=9999999-' }],
    [{ range: 'bytes=0-9', 'if-range': '"0"' }],
    [{ 'if-none-match': '*' }],
    [{ 'if-match': '"0"' }],
    [{ 'if-modified-since': future }],
    [{ 'if-unmodified-since': past }],
  ])('sends the whole of a derivative that exists, with no-store and uncached, twice: %j', async (headers) => {
    const { api, bytes } = await made();
    for (const _ of [1, 2]) {
      const { result, calls } = await traced(under.chain, () => ask(api, headers as unknown as Record<string, string>));
      expect([result.status, result.headers.get('cache-control'), result.headers.get('x-cache')]).toEqual([
        200,
        'no-store',
        'Miss from cloudfront',
      ]);
      expect(result.headers.get('content-range')).toBeNull();
      expect(result.headers.get('content-length')).toBe(String(bytes.length));
      expect(result.body).toEqual(bytes);
      expect(calls.map(({ operation }) => operation)).not.toContain('PutObject');
    }
  });

  it('by HEAD of a derivative that exists is a 200 without bytes, and stores nothing', async () => {
    const { api } = await made();
    const { result, calls } = await traced(under.chain, () => ask(api, {}, 'HEAD'));
    expect([result.status, result.headers.get('content-type'), result.headers.get('cache-control')]).toEqual([
      200,
      'image/jpeg',
      'no-store',
    ]);
    expect(result.body).toHaveLength(0);
    expect(calls.map(({ operation }) => operation)).not.toContain('PutObject');
  });
});

// A response headers policy adds Access-Control-Allow-Origin only where the request has Origin (docs/decisions/019).
it.each([
  [{}, null],
  [{ origin: 'https://page.example' }, '*'],
] as const)(
  "an error of S3 for a request with %j always has the policy's two headers, and CORS: %s",
  async (sent, cors) => {
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await ask(under.url('999x999', 'a.jpg'), sent, method);
      expect(status).toBe(404);
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(headers.get('timing-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-origin')).toBe(cors);
    }
  },
);

describe('a warm view', () => {
  it.each([
    [{ range: 'bytes=-4' }, 206],
    [{ 'if-modified-since': future }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-match': '"0"' }, 412],
  ] as const)('with %j is one hit: %i', async (headers, status) => {
    const { url } = await made();
    await ask(url);
    const { result, calls } = await traced(under.chain, () => ask(url, headers));
    expect([result.status, calls]).toEqual([status, []]);
    if (status < 400) expect(result.headers.get('cache-control')).toContain(`max-age=${config.cache.browserSeconds}`);
  });
});
