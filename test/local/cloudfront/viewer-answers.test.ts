import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { anEdge, originHost } from './an-edge.ts';

const hour = { MinTTL: 0, DefaultTTL: 3_600, MaxTTL: 3_600 };

describe('§2.4 headers of an answer', () => {
  it('§2.4 X-Cache, Age, Via and the ids tell how it came (emulated)', async () => {
    const edge = anEdge({ cachePolicy: hour });
    const miss = await edge.ask();
    expect(miss.headers).toMatchObject({
      'x-cache': 'Miss from cloudfront',
      via: '1.1 e123example.cloudfront.net (CloudFront)',
    });
    expect(miss.headers).not.toHaveProperty('age');
    edge.seconds(237);
    const hit = await edge.ask();
    expect(hit.headers).toMatchObject({ 'x-cache': 'Hit from cloudfront', age: '237' });
    expect(hit.headers['x-amz-cf-id']).toMatch(/^.{54}==$/);
    expect(hit.headers['x-amz-cf-id']).not.toBe(miss.headers['x-amz-cf-id']);
    expect(hit.headers['x-amz-cf-pop']).toBeTruthy();
  });

  it('§2.4 a cached redirect of S3 has the recorded headers and no Cache-Control (emulated)', async () => {
    const s3 = {
      'content-length': '0',
      location: 'https://elsewhere.example/',
      date: 'Mon, 22 Feb 2021 00:00:00 GMT',
      server: 'AmazonS3',
      'x-amz-request-id': 'A',
      'x-amz-id-2': 'B',
    };
    const edge = anEdge({ cachePolicy: hour, origin: () => ({ status: 301, headers: s3 }) });
    await edge.ask();
    expect(Object.keys((await edge.ask()).headers).sort()).toEqual(
      ['age', 'content-length', 'date', 'location', 'server', 'via', 'x-amz-cf-id', 'x-amz-cf-pop', 'x-cache'].sort(),
    );
  });

  it('§2.3 a redirect is never followed: the viewer gets it, a leaked http address included (emulated)', async () => {
    const location = `http://${originHost}/a/`;
    const edge = anEdge({ origin: () => ({ status: 302, headers: { location } }) });
    const answer = await edge.ask();
    expect([answer.status, answer.headers.location, edge.asked.length]).toEqual([302, location, 1]);
  });

  it('§2.4 hop-by-hop headers of the origin stay behind (emulated)', async () => {
    const headers = {
      connection: 'close',
      'keep-alive': 'timeout=5',
      trailer: 'x',
      upgrade: 'h2c',
      'proxy-authenticate': 'x',
      age: '99',
      'x-amz-meta-made-from': 'ann',
    };
    const answer = await anEdge({ origin: () => ({ headers }) }).ask();
    for (const name of Object.keys(headers)) {
      if (name === 'x-amz-meta-made-from') expect(answer.headers).toHaveProperty(name);
      else expect(answer.headers).not.toHaveProperty(name);
    }
  });

  it('§2.4 cookies of the origin stay behind, unless cookies are forwarded; then they are even kept (emulated)', async () => {
    const setting = { cachePolicy: hour, origin: () => ({ cookies: ['a=1', 'b=2'] }) };
    expect((await anEdge(setting).ask()).cookies).toBeUndefined();
    const edge = anEdge({ ...setting, originRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3' });
    for (const xCache of ['Miss', 'Hit']) expect(await edge.ask()).toMatchObject({ xCache, cookies: ['a=1', 'b=2'] });
  });

  it.each([
    [undefined, 'Origin, Accept', undefined],
    [['Accept'], 'Origin, Accept, Accept-Encoding', 'Accept, Accept-Encoding'],
  ])('§2.4 with %j in the key, Vary is reduced from "%s" to "%s" (emulated)', async (inKey, vary, expected) => {
    const HeadersConfig = inKey ? { HeaderBehavior: 'whitelist', Headers: inKey } : { HeaderBehavior: 'none' };
    const cachePolicy = { ...hour, ParametersInCacheKeyAndForwardedToOrigin: { HeadersConfig } };
    expect((await anEdge({ cachePolicy, origin: () => ({ headers: { vary } }) }).ask()).headers.vary).toBe(expected);
  });

  it('§2.1 Vary: * is not served from the cache while MinTTL is 0 (emulated)', async () => {
    const edge = anEdge({ cachePolicy: hour, origin: () => ({ headers: { vary: '*', etag: '"1"' } }) });
    await edge.ask();
    await edge.ask();
    expect(edge.asked).toHaveLength(2);
    expect(edge.asked[1]?.headers).not.toHaveProperty('if-none-match');
  });

  it('§2.4 errors of the edge itself are Errors with its own page (emulated)', async () => {
    const answer = await anEdge({ origin: () => new Error('refused') }).ask();
    expect(answer.headers).toMatchObject({
      'x-cache': 'Error from cloudfront',
      server: 'CloudFront',
      'content-type': 'text/html',
    });
    expect(answer.text).toContain('The request could not be satisfied');
  });
});

describe('§2.3 parts and conditions', () => {
  const object = {
    headers: { etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT', 'content-type': 'text/plain' },
    body: '0123456789',
  };

  it.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=20-', 416, '', 'bytes */10'],
    ['bytes=4-2', 200, '0123456789', undefined],
  ])(
    '§2.3 Range %s on a miss fetches the whole and answers %i, on a hit the same (emulated)',
    async (range, status, text, contentRange) => {
      const edge = anEdge({ cachePolicy: hour, origin: () => object });
      for (const xCache of ['Miss', 'Hit']) {
        const answer = await edge.ask('/a', { headers: { range } });
        expect([answer.status, answer.text, answer.headers['content-range'], answer.xCache]).toEqual([
          status,
          text,
          contentRange,
          xCache,
        ]);
      }
      expect(edge.asked[0]?.headers).not.toHaveProperty('range');
      expect((await edge.ask('/a')).text).toBe('0123456789');
    },
  );

  it('§2.3 a Range of a chunked answer gets the whole, until it is cached (emulated)', async () => {
    const chunked = { ...object, headers: { ...object.headers, 'transfer-encoding': 'chunked' } };
    const edge = anEdge({ cachePolicy: hour, origin: () => chunked });
    const headers = { range: 'bytes=0-1' };
    expect((await edge.ask('/a', { headers })).status).toBe(200);
    expect((await edge.ask('/a', { headers })).status).toBe(206);
  });

  it.each([
    [{ 'if-none-match': '"1"' }, 304],
    [{ 'if-none-match': '"2"' }, 200],
    [{ 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' }, 304],
    [{ 'if-match': '"2"' }, 412],
    [{ range: 'bytes=0-1', 'if-range': '"1"' }, 206],
    [{ range: 'bytes=0-1', 'if-range': '"2"' }, 200],
  ])('§2.3 %j is answered from the cache: %i (emulated)', async (headers: Record<string, string>, status) => {
    const edge = anEdge({ cachePolicy: hour, origin: () => object });
    await edge.ask('/a');
    const answer = await edge.ask('/a', { headers });
    expect(answer.status).toBe(status);
    expect(edge.asked).toHaveLength(1);
    if (status === 304) {
      expect(answer).toMatchObject({ text: '', headers: { etag: '"1"' } });
      expect(answer.headers).not.toHaveProperty('content-type');
    }
  });

  it("§2.3 without a copy the viewer's conditions go to the origin, and its 304 is not kept (emulated)", async () => {
    const edge = anEdge({
      cachePolicy: hour,
      origin: ({ headers }) => (headers['if-none-match'] === '"1"' ? { status: 304 } : object),
    });
    expect((await edge.ask('/a', { headers: { 'if-none-match': '"1"' } })).status).toBe(304);
    expect((await edge.ask('/a')).xCache).toBe('Miss');
  });

  it('§2.3 an object without ETag ignores If-Match and If-None-Match (emulated)', async () => {
    const edge = anEdge({ cachePolicy: hour, origin: () => ({ body: 'x' }) });
    await edge.ask('/a');
    expect((await edge.ask('/a', { headers: { 'if-match': '"1"' } })).status).toBe(200);
    expect((await edge.ask('/a', { headers: { 'if-none-match': '*' } })).status).toBe(200);
  });

  it('§2.3 an answer shorter than its Content-Length is not kept (emulated)', async () => {
    const edge = anEdge({
      cachePolicy: hour,
      origin: (_, count) => ({ headers: { 'content-length': count === 1 ? '9' : '5' }, body: 'hello' }),
    });
    await edge.ask();
    expect([(await edge.ask()).xCache, (await edge.ask()).xCache]).toEqual(['Miss', 'Hit']);
  });

  it('a HEAD has the length of the GET and no body', async () => {
    const edge = anEdge({ cachePolicy: hour, origin: () => object });
    await edge.ask('/a');
    expect(await edge.ask('/a', { method: 'HEAD' })).toMatchObject({ text: '', headers: { 'content-length': '10' } });
  });
});

describe('§2.3 compression', () => {
  const cachePolicy = {
    ...hour,
    ParametersInCacheKeyAndForwardedToOrigin: { EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true },
  };
  const body = 'x'.repeat(1_000);
  const compressing = (headers: Record<string, string>, changes: object = {}) =>
    anEdge({ cachePolicy, behaviour: { Compress: true }, origin: () => ({ headers, body, ...changes }) });
  const accepting = { headers: { 'accept-encoding': 'gzip, br' } };

  it.each([
    ['gzip, br', 'br'],
    ['gzip', 'gzip'],
    ['deflate', undefined],
  ])('§2.3 a text for a viewer who takes "%s" is sent as %s, with a weak ETag (emulated)', async (accepted, coding) => {
    const edge = compressing({ 'content-type': 'text/html; charset=utf-8', etag: '"1"' });
    const request = {
      method: 'GET',
      target: '/a',
      headers: { host: 'a', 'accept-encoding': accepted },
      body: Buffer.alloc(0),
      ip: '',
    };
    const answer = await edge.cloudFront.https(request);
    expect([answer.headers['content-encoding'], answer.headers.etag]).toEqual([coding, coding ? 'W/"1"' : '"1"']);
    const plain =
      coding === 'br' ? brotliDecompressSync(answer.body) : coding === 'gzip' ? gunzipSync(answer.body) : answer.body;
    expect(Buffer.from(plain).toString()).toBe(body);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
  });

  it.each([
    ['a JPEG', { 'content-type': 'image/jpeg' }, {}],
    ['a WebP', { 'content-type': 'image/webp' }, {}],
    ['less than 1,000 bytes', { 'content-type': 'text/html' }, { body: body.slice(1) }],
    ['what the origin has compressed', { 'content-type': 'text/html', 'content-encoding': 'gzip' }, {}],
    ['what is not kept', { 'content-type': 'text/html', 'cache-control': 'no-store' }, {}],
    ['a redirect', { 'content-type': 'text/html' }, { status: 302 }],
  ])('§2.3 %s stays as it is (emulated)', async (_, headers, changes) => {
    const answer = await compressing(headers, changes).ask('/a', accepting);
    expect(answer.headers['content-encoding']).toBe(headers['content-encoding' as keyof typeof headers]);
  });

  it('§2.3 an SVG is compressible (emulated)', async () => {
    expect(
      (await compressing({ 'content-type': 'image/svg+xml' }).ask('/a', accepting)).headers['content-encoding'],
    ).toBe('br');
  });

  it('§2.3 nothing is compressed unless behaviour and policy both say so (emulated)', async () => {
    const origin = () => ({ headers: { 'content-type': 'text/html' }, body });
    for (const setting of [{ cachePolicy }, { cachePolicy: hour, behaviour: { Compress: true } }]) {
      expect((await anEdge({ origin, ...setting }).ask('/a', accepting)).headers).not.toHaveProperty(
        'content-encoding',
      );
    }
  });
});

describe('§2.4 response headers policies', () => {
  const custom = (Header: string, Value: string, Override: boolean) => ({ Header, Value, Override });

  it("§2.4 custom headers are added; the origin's own give way only where the policy overrides (emulated)", async () => {
    const items = [
      custom('X-New', 'new', false),
      custom('X-Kept', 'policy', false),
      custom('X-Forced', 'policy', true),
    ];
    const edge = anEdge({
      responseHeadersPolicy: { CustomHeadersConfig: { Items: items } },
      origin: () => ({ headers: { 'x-kept': 'origin', 'x-forced': 'origin' } }),
    });
    expect((await edge.ask()).headers).toMatchObject({ 'x-new': 'new', 'x-kept': 'origin', 'x-forced': 'policy' });
  });

  it("§2.4 headers are removed first and added then; Server and Date come back as CloudFront's own (emulated)", async () => {
    const edge = anEdge({
      responseHeadersPolicy: {
        RemoveHeadersConfig: {
          Items: [{ Header: 'X-Powered-By' }, { Header: 'X-Both' }, { Header: 'Server' }, { Header: 'Date' }],
        },
        CustomHeadersConfig: { Items: [custom('X-Both', 'policy', false)] },
      },
      origin: () => ({ headers: { 'x-powered-by': 'x', 'x-both': 'origin', server: 'AmazonS3', date: 'x' } }),
    });
    const { headers } = await edge.ask();
    expect(headers).toMatchObject({ 'x-both': 'policy', server: 'CloudFront', date: 'Wed, 25 Nov 2026 00:00:00 GMT' });
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('§2.4 a Cache-Control of the policy changes what browsers see, on redirects too, but no TTL (emulated, inferred)', async () => {
    const edge = anEdge({
      responseHeadersPolicy: { CustomHeadersConfig: { Items: [custom('Cache-Control', 'max-age=3600', true)] } },
      origin: () => ({ status: 307 }),
    });
    for (const count of [1, 2]) {
      expect((await edge.ask()).headers['cache-control']).toBe('max-age=3600');
      expect(edge.asked).toHaveLength(count);
    }
  });

  it('§2.4 security headers are written as AWS writes them (emulated)', async () => {
    const edge = anEdge({
      responseHeadersPolicy: {
        SecurityHeadersConfig: {
          ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'", Override: true },
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: 'DENY', Override: true },
          ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
          StrictTransportSecurity: {
            AccessControlMaxAgeSec: 31536000,
            IncludeSubdomains: true,
            Preload: true,
            Override: true,
          },
          XSSProtection: { Protection: true, ModeBlock: true, Override: true },
        },
      },
    });
    expect((await edge.ask()).headers).toMatchObject({
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
      'x-xss-protection': '1; mode=block',
    });
  });

  const cors = (changes: object = {}) => ({
    CorsConfig: {
      AccessControlAllowCredentials: false,
      AccessControlAllowHeaders: { Items: ['X-A', 'X-B'] },
      AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
      AccessControlAllowOrigins: { Items: ['https://page.example', '*.shop.example'] },
      AccessControlExposeHeaders: { Items: ['ETag'] },
      AccessControlMaxAgeSec: 600,
      OriginOverride: true,
      ...changes,
    },
  });

  it.each([
    ['https://page.example', 'https://page.example'],
    ['https://a.shop.example', 'https://a.shop.example'],
    ['https://shop.example', undefined],
    ['https://evil.example', undefined],
    [undefined, undefined],
  ])('§2.4 the origin %s is answered by Access-Control-Allow-Origin %s (emulated)', async (origin, allowed) => {
    const edge = anEdge({ responseHeadersPolicy: cors() });
    const { headers } = await edge.ask('/a', { headers: origin ? { origin } : {} });
    expect(headers['access-control-allow-origin']).toBe(allowed);
    expect(headers['access-control-expose-headers']).toBe(allowed && 'ETag');
    expect(headers).not.toHaveProperty('access-control-allow-methods');
  });

  it('§2.4 a preflight is answered with methods, headers and age (emulated)', async () => {
    const edge = anEdge({ responseHeadersPolicy: cors(), behaviour: { AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] } });
    const headers = { origin: 'https://page.example', 'access-control-request-method': 'GET' };
    expect((await edge.ask('/a', { method: 'OPTIONS', headers })).headers).toMatchObject({
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': 'X-A, X-B',
      'access-control-max-age': '600',
    });
  });

  it('§2.4 the CORS headers of the origin stay unless the policy overrides (emulated)', async () => {
    const origin = () => ({ headers: { 'access-control-allow-origin': 'https://origin.example' } });
    const asking = { headers: { origin: 'https://page.example' } };
    const ask = async (OriginOverride: boolean) =>
      (await anEdge({ origin, responseHeadersPolicy: cors({ OriginOverride }) }).ask('/a', asking)).headers[
        'access-control-allow-origin'
      ];
    expect([await ask(false), await ask(true)]).toEqual(['https://origin.example', 'https://page.example']);
  });
});
