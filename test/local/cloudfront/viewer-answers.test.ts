import { describe, expect, it } from 'vitest';
import { anEdge, originHost } from './an-edge.ts';

const hour = { MinTTL: 0, DefaultTTL: 3_600, MaxTTL: 3_600 };

describe('headers of an answer', () => {
  it('X-Cache, Age, Via and the ids tell how it came', async () => {
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

  it('a cached redirect of S3 has the recorded headers and no Cache-Control', async () => {
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

  it('a redirect is never followed: the viewer gets it, a leaked http address included', async () => {
    const location = `http://${originHost}/a/`;
    const edge = anEdge({ origin: () => ({ status: 302, headers: { location } }) });
    const answer = await edge.ask();
    expect([answer.status, answer.headers.location, edge.asked.length]).toEqual([302, location, 1]);
  });

  it('hop-by-hop headers of the origin stay behind', async () => {
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

  it.each([
    [undefined, 'Origin, Accept', undefined],
    [['Accept'], 'Origin, Accept, Accept-Encoding', 'Accept, Accept-Encoding'],
  ])('with %j in the key, Vary is reduced from "%s" to "%s"', async (inKey, vary, expected) => {
    const HeadersConfig = inKey ? { HeaderBehavior: 'whitelist', Headers: inKey } : { HeaderBehavior: 'none' };
    const cachePolicy = { ...hour, ParametersInCacheKeyAndForwardedToOrigin: { HeadersConfig } };
    expect((await anEdge({ cachePolicy, origin: () => ({ headers: { vary } }) }).ask()).headers.vary).toBe(expected);
  });

  it('Vary: * is not served from the cache while MinTTL is 0', async () => {
    const edge = anEdge({ cachePolicy: hour, origin: () => ({ headers: { vary: '*', etag: '"1"' } }) });
    await edge.ask();
    await edge.ask();
    expect(edge.asked).toHaveLength(2);
    expect(edge.asked[1]?.headers).not.toHaveProperty('if-none-match');
  });

  it('errors of the edge itself are Errors with its own page', async () => {
    const answer = await anEdge({ origin: () => new Error('refused') }).ask();
    expect(answer.headers).toMatchObject({
      'x-cache': 'Error from cloudfront',
      server: 'CloudFront',
      'content-type': 'text/html',
    });
    expect(answer.text).toContain('The request could not be satisfied');
  });
});

describe('parts and conditions', () => {
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
    'Range %s on a miss fetches the whole and answers %i, on a hit the same',
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

  it('a Range of a chunked answer gets the whole, until it is cached', async () => {
    const chunked = { ...object, headers: { ...object.headers, 'transfer-encoding': 'chunked' } };
    const edge = anEdge({ cachePolicy: hour, origin: () => chunked });
    const headers = { range: 'bytes=0-1' };
    expect((await edge.ask('/a', { headers })).status).toBe(200);
    expect((await edge.ask('/a', { headers })).status).toBe(206);
  });

  it('a Range of an HTTP API gets the whole, until it is cached', async () => {
    const handler = async () => ({ status: 200, headers: {}, body: Buffer.from('0123456789') });
    const edge = anEdge({
      cachePolicy: hour,
      connect: () => handler,
      originConfig: { DomainName: 'abc.execute-api.us-east-1.amazonaws.com' },
    });
    const headers = { range: 'bytes=0-1' };
    expect(await edge.ask('/a', { headers })).toMatchObject({ status: 200, text: '0123456789' });
    // Only a cached copy is cut.
    expect((await edge.ask('/b', { headers })).status).toBe(200);
  });

  it.each([
    [{ 'if-none-match': '"1"' }, 304],
    [{ 'if-none-match': '"2"' }, 200],
    [{ 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' }, 304],
    [{ 'if-match': '"2"' }, 412],
    [{ range: 'bytes=0-1', 'if-range': '"1"' }, 206],
    [{ range: 'bytes=0-1', 'if-range': '"2"' }, 200],
  ])('%j is answered from the cache: %i', async (headers: Record<string, string>, status) => {
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

  it("without a copy the viewer's conditions go to the origin, and its 304 is not kept", async () => {
    const edge = anEdge({
      cachePolicy: hour,
      origin: ({ headers }) => (headers['if-none-match'] === '"1"' ? { status: 304 } : object),
    });
    expect((await edge.ask('/a', { headers: { 'if-none-match': '"1"' } })).status).toBe(304);
    expect((await edge.ask('/a')).xCache).toBe('Miss');
  });

  it('an object without ETag ignores If-Match and If-None-Match', async () => {
    const edge = anEdge({ cachePolicy: hour, origin: () => ({ body: 'x' }) });
    await edge.ask('/a');
    expect((await edge.ask('/a', { headers: { 'if-match': '"1"' } })).status).toBe(200);
    expect((await edge.ask('/a', { headers: { 'if-none-match': '*' } })).status).toBe(200);
  });

  it('an answer shorter than its Content-Length is not kept', async () => {
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

describe('response headers policies', () => {
  const custom = (Header: string, Value: string, Override: boolean) => ({ Header, Value, Override });

  it("custom headers are added; the origin's own give way only where the policy overrides", async () => {
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

  it("headers are removed first and added then; Server and Date come back as CloudFront's own", async () => {
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

  it('a Cache-Control of the policy changes what browsers see, on redirects too, but no TTL', async () => {
    const edge = anEdge({
      responseHeadersPolicy: { CustomHeadersConfig: { Items: [custom('Cache-Control', 'max-age=3600', true)] } },
      origin: () => ({ status: 307 }),
    });
    for (const count of [1, 2]) {
      expect((await edge.ask()).headers['cache-control']).toBe('max-age=3600');
      expect(edge.asked).toHaveLength(count);
    }
  });

  it('X-Content-Type-Options is nosniff', async () => {
    const edge = anEdge({
      responseHeadersPolicy: { SecurityHeadersConfig: { ContentTypeOptions: { Override: true } } },
    });
    expect((await edge.ask()).headers['x-content-type-options']).toBe('nosniff');
  });

  const cors = (changes: object = {}) => ({
    CorsConfig: {
      AccessControlAllowCredentials: false,
      AccessControlAllowHeaders: { Items: ['X-A', 'X-B'] },
      AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
      AccessControlAllowOrigins: { Items: ['*'] },
      OriginOverride: true,
      ...changes,
    },
  });

  it('a request with an Origin gets Access-Control-Allow-Origin, others do not', async () => {
    const edge = anEdge({ responseHeadersPolicy: cors() });
    const allowed = async (headers: Record<string, string>) =>
      (await edge.ask('/a', { headers })).headers['access-control-allow-origin'];
    expect([await allowed({ origin: 'https://page.example' }), await allowed({})]).toEqual(['*', undefined]);
  });

  it('a preflight gets methods and headers', async () => {
    const edge = anEdge({ responseHeadersPolicy: cors(), behaviour: { AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] } });
    const headers = { origin: 'https://page.example', 'access-control-request-method': 'GET' };
    expect((await edge.ask('/a', { method: 'OPTIONS', headers })).headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': 'X-A, X-B',
    });
  });

  it.each([
    ['origins', { AccessControlAllowOrigins: { Items: ['https://page.example'] } }, 'AccessControlAllowOrigins'],
    ['credentials', { AccessControlAllowCredentials: true }, 'AccessControlAllowCredentials is true: expected false'],
  ])('CORS for listed %s is refused', (_, changes, message) => {
    expect(() => anEdge({ responseHeadersPolicy: cors(changes) })).toThrow(message);
  });

  it('the CORS headers of the origin stay unless the policy overrides', async () => {
    const origin = () => ({ headers: { 'access-control-allow-origin': 'https://origin.example' } });
    const asking = { headers: { origin: 'https://page.example' } };
    const ask = async (OriginOverride: boolean) =>
      (await anEdge({ origin, responseHeadersPolicy: cors({ OriginOverride }) }).ask('/a', asking)).headers[
        'access-control-allow-origin'
      ];
    expect([await ask(false), await ask(true)]).toEqual(['https://origin.example', '*']);
  });
});
