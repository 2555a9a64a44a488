import { describe, expect, it } from 'vitest';
import { normalisePath, pathPattern } from '../../../local/aws/cloudfront/behaviour.ts';
import { anEdge, originHost } from './an-edge.ts';

describe('path patterns', () => {
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
  ])('%s on %j: %s', (pattern, path, matches) => {
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
  ])('%s is matched as %s', (path, normal) => {
    expect(normalisePath(path)).toBe(normal);
  });
});

describe('the behaviour of a request', () => {
  it('the first match in listed order wins, the default comes last, the query plays no part', async () => {
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

  it('it is chosen by the normalised path, while the origin gets the raw one', async () => {
    const edge = anEdge({ behaviours: [{ PathPattern: '/api/*', TargetOriginId: 'api' }] });
    for (const path of ['//api/x', '/other/../api/x', '/%61pi/./x']) await edge.ask(path);
    expect(edge.secondAsked.map(({ target }) => target)).toEqual(['//api/x', '/other/../api/x', '/%61pi/./x']);
  });

  it('methods that are not allowed answer 403, and the origin is not asked', async () => {
    const edge = anEdge();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
      const answer = await edge.ask('/a.jpg', { method });
      expect([answer.status, answer.xCache]).toEqual([403, 'Error']);
    }
    expect(edge.asked).toHaveLength(0);
  });

  it('a method that is allowed but not cached reaches the origin every time, with its body', async () => {
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

  it('a GET with a body answers 403', async () => {
    expect((await anEdge().ask('/a', { body: 'x' })).status).toBe(403);
  });

  it.each([
    ['a URL of 8,193 bytes', `/${'a'.repeat(8_193 - 'https://img.example.com/'.length)}`, {}, 413],
    ['a URL of 8,192 bytes', `/${'a'.repeat(8_191 - 'https://img.example.com/'.length)}`, {}, 200],
    ['a request over 20,480 bytes', '/a', { 'x-long': 'a'.repeat(20_480) }, 413],
  ])('%s answers %4$i', async (_, target, headers, status) => {
    expect((await anEdge().ask(target, { headers })).status).toBe(status);
  });
});

describe('asking an origin', () => {
  it('OriginPath goes before the path', async () => {
    const edge = anEdge({ originConfig: { OriginPath: '/live' } });
    await edge.ask('/a.jpg');
    expect(edge.asked[0]?.target).toBe('/live/a.jpg');
  });

  it('a website origin that is to be reached by https answers 502', async () => {
    const edge = anEdge({ customOriginConfig: { OriginProtocolPolicy: 'https-only' } });
    const answer = await edge.ask();
    expect([answer.status, answer.xCache]).toEqual([502, 'Error']);
    expect(edge.records[0]?.detail).toBe(`nothing listens at https://${originHost}:443`);
  });

  it.each(['match-viewer', 'http-only'] as const)(
    '%s asks by the protocol that it names',
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

  it('GET and HEAD are tried as often as ConnectionAttempts says, a POST once', async () => {
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

  it('an origin that takes longer than OriginReadTimeout answers 504', async () => {
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
  ])('an origin group goes on to the second origin after %s', async (_, first, status, second) => {
    const edge = anEdge({
      origin: () => first,
      config: { OriginGroups: { Quantity: 1, Items: [group] } },
      behaviour: { TargetOriginId: 'both' },
    });
    expect((await edge.ask()).status).toBe(status);
    expect(edge.secondAsked).toHaveLength(second);
  });

  it('an origin group does not send a POST twice', async () => {
    const AllowedMethods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];
    const edge = anEdge({
      origin: () => ({ status: 404 }),
      config: { OriginGroups: { Quantity: 1, Items: [group] } },
      behaviour: { TargetOriginId: 'both', AllowedMethods },
    });
    expect((await edge.ask('/a', { method: 'POST' })).status).toBe(404);
    expect(edge.secondAsked).toHaveLength(0);
  });

  it('the 301 of the second origin is kept for DefaultTTL and loops from then on', async () => {
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
      'DefaultCacheBehavior.CachePolicyId is "unknown": expected a policy of the template',
    ],
    ['compression', { behaviour: { Compress: true } }, 'compression is not emulated'],
    [
      'an origin request policy of the template',
      { behaviour: { OriginRequestPolicyId: 'own-cache' } },
      'expected the id of AllViewer or AllViewerExceptHostHeader',
    ],
    [
      'cookies in the key',
      {
        cachePolicy: {
          ParametersInCacheKeyAndForwardedToOrigin: { CookiesConfig: { CookieBehavior: 'all' } },
        },
      },
      'CookieBehavior is "all": expected one of none',
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
