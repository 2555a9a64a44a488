import { describe, expect, it } from 'vitest';
import { normalisePath, pathPattern } from '../../../local/aws/cloudfront/behaviour.ts';
import { anEdge, originHost } from './an-edge.ts';

describe('§2.3 path patterns', () => {
  it.each([
    ['*.jpg', '/a/b/c.jpg', true],
    ['*.jpg', '/a.JPG', false],
    ['*.jpg', '/a.jpg2', false],
    ['images/*', '/images/a/b', true],
    ['/images/*', '/images/', true],
    ['/images/*', '/images', false],
    ['/a?.png', '/ab.png', true],
    ['/a?.png', '/a.png', false],
    ['/a?.png', '/a/.png', true],
    ['/a.b+(c)', '/a.b+(c)', true],
    ['/a.b', '/axb', false],
    ['/*/x', '/a\nb/x', true],
    ['*', '/anything', true],
  ])('§2.3 %s on %j: %s (emulated)', (pattern, path, matches) => {
    expect(pathPattern(pattern)(path)).toBe(matches);
  });

  it.each([
    ['/a/b', '/a/b'],
    ['//a///b', '/a/b'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/../../a', '/a'],
    ['/a/%2e%2E/b', '/b'],
    ['/a%2fb/%7Ex', '/a%2Fb/~x'],
    ['/a/b/', '/a/b/'],
    ['/a/b/..', '/a/'],
    ['/', '/'],
  ])('§2.3 %s is matched as %s (emulated)', (path, normal) => {
    expect(normalisePath(path)).toBe(normal);
  });
});

describe('§2.3 the behaviour of a request', () => {
  it('§2.3 the first match in listed order wins, the default comes last, the query plays no part (emulated)', async () => {
    const edge = anEdge({
      behaviours: [
        { PathPattern: '/api/*', TargetOriginId: 'api' },
        { PathPattern: '/api/x*', TargetOriginId: 'website' },
      ],
      second: ({ target }) => ({ body: `api ${target}` }),
    });
    expect((await edge.ask('/api/x')).text).toBe('api /api/x');
    expect((await edge.ask('/a?to=/api/x')).text).toBe('hello');
  });

  it('§2.3 it is chosen by the normalised path, while the origin gets the raw one (emulated)', async () => {
    const edge = anEdge({ behaviours: [{ PathPattern: '/api/*', TargetOriginId: 'api' }] });
    for (const path of ['//api/x', '/other/../api/x', '/%61pi/./x']) await edge.ask(path);
    expect(edge.secondAsked.map(({ target }) => target)).toEqual(['//api/x', '/other/../api/x', '/%61pi/./x']);
  });

  it('§2.3 methods that are not allowed answer 403, and the origin is not asked (emulated, inferred)', async () => {
    const edge = anEdge();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
      const answer = await edge.ask('/a.jpg', { method });
      expect([answer.status, answer.xCache]).toEqual([403, 'Error']);
    }
    expect(edge.asked).toHaveLength(0);
  });

  it('§2.3 a method that is allowed but not cached reaches the origin every time, with its body (emulated)', async () => {
    const all = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];
    const edge = anEdge({
      behaviour: { AllowedMethods: all },
      origin: () => ({ headers: { 'cache-control': 'max-age=60' } }),
    });
    await edge.ask('/a', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } });
    await edge.ask('/a', { method: 'POST', body: 'x' });
    expect(edge.asked).toHaveLength(2);
    expect(Buffer.from(edge.asked[0]?.body ?? []).toString()).toBe('x');
    expect(edge.asked[0]?.headers['content-type']).toBe('text/plain');
  });

  it('§2.3 a GET with a body answers 403 (emulated)', async () => {
    expect((await anEdge().ask('/a', { body: 'x' })).status).toBe(403);
  });

  it.each([
    ['a URL of 8,193 bytes', `/${'a'.repeat(8_193 - 'https://img.example.com/'.length)}`, {}, 413],
    ['a URL of 8,192 bytes', `/${'a'.repeat(8_191 - 'https://img.example.com/'.length)}`, {}, 200],
    ['a request over 20,480 bytes', '/a', { 'x-long': 'a'.repeat(20_480) }, 413],
  ])('§2.3 %s answers %4$i (emulated)', async (_, target, headers, status) => {
    expect((await anEdge().ask(target, { headers })).status).toBe(status);
  });

  it('§2.3 https-only answers 403 to plain http (emulated)', async () => {
    const edge = anEdge({ behaviour: { ViewerProtocolPolicy: 'https-only' } });
    expect((await edge.ask('/a', { scheme: 'http' })).status).toBe(403);
    expect((await edge.ask('/a')).status).toBe(200);
  });

  it('§2.3 redirect-to-https sends a GET on by 301 and a POST by 307 (emulated)', async () => {
    const edge = anEdge({ behaviour: { ViewerProtocolPolicy: 'redirect-to-https' } });
    const answer = await edge.ask('/a?b=1', { scheme: 'http' });
    expect([answer.status, answer.headers.location]).toEqual([301, 'https://img.example.com/a?b=1']);
    expect((await edge.ask('/a', { scheme: 'http', method: 'POST' })).status).toBe(307);
    expect(edge.asked).toHaveLength(0);
  });

  it('§2.4 the redirect to https has the recorded headers and its 167 bytes (emulated)', async () => {
    const edge = anEdge({ behaviour: { ViewerProtocolPolicy: 'redirect-to-https' } });
    const { headers, text } = await edge.ask('/a', { scheme: 'http' });
    expect(text).toHaveLength(167);
    expect(headers).toMatchObject({
      server: 'CloudFront',
      'content-type': 'text/html',
      'content-length': '167',
      'x-cache': 'Redirect from cloudfront',
    });
    expect(headers).not.toHaveProperty('cache-control');
  });

  it('allow-all lets plain http in', async () => {
    expect(
      (await anEdge({ behaviour: { ViewerProtocolPolicy: 'allow-all' } }).ask('/a', { scheme: 'http' })).status,
    ).toBe(200);
  });

  it('DefaultRootObject stands for "/" alone', async () => {
    const edge = anEdge({ config: { DefaultRootObject: 'index.html' } });
    await edge.ask('/');
    await edge.ask('/docs/');
    expect(edge.asked.map(({ target }) => target)).toEqual(['/index.html', '/docs/']);
  });
});

describe('§2.3 asking an origin', () => {
  it('§2.3 OriginPath goes before the path (emulated)', async () => {
    const edge = anEdge({ originConfig: { OriginPath: '/live' } });
    await edge.ask('/a.jpg');
    expect(edge.asked[0]?.target).toBe('/live/a.jpg');
  });

  it('E2 a website origin that is to be reached by https answers 502 (emulated)', async () => {
    const edge = anEdge({ customOriginConfig: { OriginProtocolPolicy: 'https-only' } });
    const answer = await edge.ask();
    expect([answer.status, answer.xCache]).toEqual([502, 'Error']);
    expect(edge.records[0]?.detail).toBe(`nothing listens at https://${originHost}:443`);
  });

  it.each(['match-viewer', 'http-only'] as const)(
    '§2.3 %s asks by the protocol that it names (emulated)',
    async (OriginProtocolPolicy) => {
      const addresses: string[] = [];
      const edge = anEdge({
        customOriginConfig: { OriginProtocolPolicy, HTTPPort: 8080 },
        connect({ protocol, port }) {
          addresses.push(`${protocol}:${port}`);
          return undefined;
        },
      });
      await edge.ask();
      expect(addresses).toEqual([OriginProtocolPolicy === 'match-viewer' ? 'https:443' : 'http:8080']);
    },
  );

  it('§2.3 GET and HEAD are tried as often as ConnectionAttempts says, a POST once (emulated)', async () => {
    const all = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];
    const setting = { behaviour: { AllowedMethods: all }, origin: () => new Error('refused') };
    const edge = anEdge(setting);
    expect((await edge.ask('/a')).status).toBe(502);
    expect(edge.asked).toHaveLength(3);
    await edge.ask('/b', { method: 'POST' });
    expect(edge.asked).toHaveLength(4);
    const once = anEdge({ ...setting, originConfig: { ConnectionAttempts: 1 } });
    await once.ask('/a');
    expect(once.asked).toHaveLength(1);
  });

  it('§2.3 an origin that takes longer than OriginReadTimeout answers 504 (emulated)', async () => {
    const edge = anEdge({
      origin: () => new Promise(() => {}),
      originConfig: { ConnectionAttempts: 2 },
      customOriginConfig: { OriginReadTimeout: 0.05 },
    });
    expect((await edge.ask()).status).toBe(504);
    expect(edge.asked).toHaveLength(2);
  });

  const group = {
    Id: 'both',
    FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [404] } },
    Members: { Quantity: 2, Items: [{ OriginId: 'website' }, { OriginId: 'api' }] },
  };

  it.each([
    ['a failover code', { status: 404 }, 200, 1],
    ['another code', { status: 403 }, 403, 0],
    ['no connection', new Error('refused'), 200, 1],
    ['a redirect', { status: 307 }, 307, 0],
  ])('§2.3 an origin group goes on to the second origin after %s (emulated)', async (_, first, status, second) => {
    const edge = anEdge({
      origin: () => first,
      config: { OriginGroups: { Quantity: 1, Items: [group] } },
      behaviour: { TargetOriginId: 'both' },
    });
    expect((await edge.ask()).status).toBe(status);
    expect(edge.secondAsked).toHaveLength(second);
  });

  it('§2.3 an origin group does not send a POST twice (emulated)', async () => {
    const AllowedMethods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];
    const edge = anEdge({
      origin: () => ({ status: 404 }),
      config: { OriginGroups: { Quantity: 1, Items: [group] } },
      behaviour: { TargetOriginId: 'both', AllowedMethods },
    });
    expect((await edge.ask('/a', { method: 'POST' })).status).toBe(404);
    expect(edge.secondAsked).toHaveLength(0);
  });

  it('L10 the 301 of the second origin is kept for DefaultTTL and loops from then on (emulated)', async () => {
    const edge = anEdge({
      origin: (_, count) => (count === 1 ? { status: 404 } : { body: 'made by now' }),
      second: () => ({ status: 301, headers: { location: 'https://img.example.com/a.jpg' } }),
      config: { OriginGroups: { Quantity: 1, Items: [group] } },
      behaviour: { TargetOriginId: 'both' },
      cachePolicy: { MinTTL: 0, DefaultTTL: 86_400, MaxTTL: 86_400 },
    });
    await edge.ask();
    const again = await edge.ask();
    expect([again.status, again.xCache]).toEqual([301, 'Hit']);
  });
});

describe('what a distribution may not be, by name', () => {
  it.each([
    ['off', { config: { Enabled: false } }, 'Edge: DistributionConfig.Enabled is false: expected true'],
    [
      'a policy that nobody knows',
      { behaviour: { CachePolicyId: 'unknown' } },
      'DefaultCacheBehavior.CachePolicyId is "unknown": expected a policy of the template or a managed policy',
    ],
    [
      'a behaviour without a cache policy',
      { behaviour: { CachePolicyId: undefined } },
      'DefaultCacheBehavior.CachePolicyId is missing',
    ],
    [
      'a target that nobody knows',
      { behaviour: { TargetOriginId: 'unknown' } },
      'TargetOriginId "unknown": expected one of website, api',
    ],
    [
      'a bucket by its REST endpoint',
      { originConfig: { CustomOriginConfig: undefined, S3OriginConfig: {} } },
      'Origins.0.CustomOriginConfig is missing: expected a custom origin',
    ],
    [
      'a custom header that CloudFront refuses',
      { originConfig: { OriginCustomHeaders: [{ HeaderName: 'Host', HeaderValue: 'x' }] } },
      'OriginCustomHeaders.0.HeaderName is "Host"',
    ],
    [
      'methods of no legal set',
      { behaviour: { AllowedMethods: ['GET', 'POST'] } },
      'AllowedMethods is ["GET","POST"]: expected GET,HEAD or GET,HEAD,OPTIONS or',
    ],
    [
      'headers that only a real edge knows',
      {
        cachePolicy: {
          ParametersInCacheKeyAndForwardedToOrigin: {
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['CloudFront-Viewer-Country'] },
          },
        },
      },
      'CloudFront-* headers are not emulated',
    ],
    [
      'a default over the maximum',
      { cachePolicy: { DefaultTTL: 10, MaxTTL: 5 } },
      'DefaultTTL is 10: expected a value from MinTTL 0 to MaxTTL 5',
    ],
    [
      'a response code without a page',
      { config: { CustomErrorResponses: [{ ErrorCode: 404, ResponseCode: 200 }] } },
      'CustomErrorResponses.0.ResponseCode is 200',
    ],
    ['an origin path with a slash at its end', { originConfig: { OriginPath: '/live/' } }, 'OriginPath is "/live/"'],
  ])('%s', (_, setting: Parameters<typeof anEdge>[0], message) => {
    expect(() => anEdge(setting)).toThrow(message);
  });
});
