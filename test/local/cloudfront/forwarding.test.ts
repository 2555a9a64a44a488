import { describe, expect, it } from 'vitest';
import { anEdge, originHost } from './an-edge.ts';

const keyed = (parameters: object) => ({
  MinTTL: 0,
  DefaultTTL: 60,
  MaxTTL: 60,
  ParametersInCacheKeyAndForwardedToOrigin: parameters,
});
const queries = (QueryStringBehavior: string, ...QueryStrings: string[]) => ({
  QueryStringsConfig: { QueryStringBehavior, QueryStrings },
});
const cookies = (CookieBehavior: string, ...Cookies: string[]) => ({ CookiesConfig: { CookieBehavior, Cookies } });
const headers = (HeaderBehavior: string, ...Headers: string[]) => ({ HeadersConfig: { HeaderBehavior, Headers } });

const browser = {
  accept: 'image/avif,image/webp',
  'accept-encoding': 'gzip, deflate, br',
  'accept-language': 'de',
  cookie: 'a=1; b=2',
  referer: 'https://page.example/',
  'user-agent': 'Browser/1.0',
  origin: 'https://page.example',
  connection: 'keep-alive',
  'x-custom': 'mine',
};

describe('§2.3 what the origin gets', () => {
  it('§2.3 without policies: its own Host, "Amazon CloudFront", and none of what a browser sends (emulated)', async () => {
    const edge = anEdge();
    const { headers: answered } = await edge.ask('/a.jpg', { headers: browser });
    expect(edge.asked[0]?.headers).toEqual({
      host: originHost,
      'user-agent': 'Amazon CloudFront',
      via: '1.1 e123example.cloudfront.net (CloudFront)',
      'x-amz-cf-id': answered['x-amz-cf-id'],
      'x-forwarded-for': '192.0.2.7',
    });
  });

  it('§2.3 query strings are dropped (emulated)', async () => {
    const edge = anEdge({ cachePolicy: keyed({}) });
    await edge.ask('/a.jpg?v=1');
    expect((await edge.ask('/a.jpg?v=2')).xCache).toBe('Hit');
    expect(edge.asked[0]?.target).toBe('/a.jpg');
  });

  it('§1.5 the secret Referer of the origin is sent, whatever the viewer says (emulated)', async () => {
    const edge = anEdge({
      originConfig: { OriginCustomHeaders: [{ HeaderName: 'Referer', HeaderValue: 'secret' }] },
      originRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3',
    });
    await edge.ask('/a.jpg', { headers: browser });
    expect(edge.asked[0]?.headers.referer).toBe('secret');
  });

  it('E3 AllViewer forwards Host, with which a website endpoint looks for another bucket (emulated)', async () => {
    const edge = anEdge({ originRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3' });
    await edge.ask('/a.jpg?v=1', { headers: browser });
    const { target, headers: sent } = edge.asked[0] ?? { headers: {} };
    expect(target).toBe('/a.jpg?v=1');
    expect(sent).toMatchObject({
      host: 'img.example.com',
      'user-agent': 'Browser/1.0',
      cookie: 'a=1; b=2',
      'x-custom': 'mine',
      accept: browser.accept,
    });
    expect(sent).not.toHaveProperty('connection');
  });

  it.each([
    ['AllViewerExceptHostHeader', 'b689b0a8-53d0-40ab-baf2-68738e2966ac', { host: originHost, 'x-custom': 'mine' }],
    [
      'CORS-CustomOrigin',
      '59781a5b-3903-41f3-afcb-af62929ccde1',
      { host: originHost, origin: browser.origin, 'user-agent': 'Amazon CloudFront' },
    ],
    ['HostHeaderOnly', 'bf0718e1-ba1e-49d1-88b1-f726733018ae', { host: 'img.example.com' }],
    [
      'UserAgentRefererHeaders',
      'acba4595-bd28-49b8-b9fe-13317c0390fa',
      { host: originHost, 'user-agent': 'Browser/1.0', referer: browser.referer },
    ],
  ])('§2.3 the managed policy %s (emulated)', async (_, originRequestPolicyId, expected) => {
    const edge = anEdge({ originRequestPolicyId });
    await edge.ask('/a.jpg', { headers: browser });
    expect(edge.asked[0]?.headers).toMatchObject(expected);
  });

  it('§2.3 what an origin request policy adds reaches the origin without entering the key (emulated)', async () => {
    const edge = anEdge({
      cachePolicy: keyed({}),
      originRequestPolicy: { ...headers('whitelist', 'Accept'), ...cookies('none'), ...queries('all') },
    });
    await edge.ask('/a.jpg?v=1', { headers: browser });
    expect(edge.asked[0]).toMatchObject({ target: '/a.jpg?v=1', headers: { accept: browser.accept } });
    expect((await edge.ask('/a.jpg?v=2', { headers: { accept: '*/*' } })).xCache).toBe('Hit');
  });

  it('§2.3 the address of the viewer is put behind X-Forwarded-For (emulated)', async () => {
    const edge = anEdge();
    await edge.ask('/a.jpg', { headers: { 'x-forwarded-for': '198.51.100.1' } });
    expect(edge.asked[0]?.headers['x-forwarded-for']).toBe('198.51.100.1, 192.0.2.7');
  });
});

describe('§2.3 what is in the cache key', () => {
  const share = async (cachePolicy: object, first: [string, object?], second: [string, object?]) => {
    const edge = anEdge({ cachePolicy });
    await edge.ask(first[0], { headers: { ...first[1] } });
    return (await edge.ask(second[0], { headers: { ...second[1] } })).xCache === 'Hit';
  };

  it.each([
    ['another path', keyed({}), ['/a'], ['/b'], false],
    ['letters of a path', keyed({}), ['/a'], ['/A'], false],
    ['another spelling of the same path', keyed({}), ['/a'], ['//a'], false],
    ['a query out of the key', keyed(queries('none')), ['/a?x=1'], ['/a?x=2'], true],
    ['a listed parameter', keyed(queries('whitelist', 'x')), ['/a?x=1'], ['/a?x=2'], false],
    ['an unlisted parameter', keyed(queries('whitelist', 'x')), ['/a?x=1&y=1'], ['/a?y=2&x=1'], true],
    ['a parameter in other letters', keyed(queries('whitelist', 'x')), ['/a?x=1'], ['/a?X=1'], false],
    ['a parameter that is excepted', keyed(queries('allExcept', 'y')), ['/a?x=1&y=1'], ['/a?x=1&y=2'], true],
    ['the order of parameters', keyed(queries('all')), ['/a?x=1&y=2'], ['/a?y=2&x=1'], false],
    ['a listed header', keyed(headers('whitelist', 'Accept')), ['/a', { accept: 'a' }], ['/a', { accept: 'b' }], false],
    ['a listed header, empty or absent', keyed(headers('whitelist', 'Accept')), ['/a', { accept: '' }], ['/a'], false],
    [
      'an unlisted header',
      keyed(headers('whitelist', 'Accept')),
      ['/a', { accept: 'a', dpr: '1' }],
      ['/a', { accept: 'a', dpr: '2' }],
      true,
    ],
    [
      'Accept-Encoding where nothing is compressed',
      keyed({}),
      ['/a', { 'accept-encoding': 'br' }],
      ['/a', { 'accept-encoding': 'gzip' }],
      true,
    ],
    [
      'Accept-Encoding where it is',
      keyed({ EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true }),
      ['/a', { 'accept-encoding': 'gzip, br' }],
      ['/a', { 'accept-encoding': 'gzip' }],
      false,
    ],
    [
      'Accept-Encoding in another order',
      keyed({ EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true }),
      ['/a', { 'accept-encoding': 'gzip, deflate, br;q=0.5' }],
      ['/a', { 'accept-encoding': 'br,gzip' }],
      true,
    ],
    [
      'a listed cookie',
      keyed(cookies('whitelist', 'a')),
      ['/a', { cookie: 'a=1; b=1' }],
      ['/a', { cookie: 'a=2' }],
      false,
    ],
    [
      'an unlisted cookie',
      keyed(cookies('whitelist', 'a')),
      ['/a', { cookie: 'a=1; b=1' }],
      ['/a', { cookie: 'b=2; a=1' }],
      true,
    ],
  ] as const)('§2.3 %s (emulated)', async (_, policy, first, second, shared) => {
    expect(await share(policy, [...first] as [string, object?], [...second] as [string, object?])).toBe(shared);
  });

  it('W1 an image that depends on Accept, which is not in the key, is the same for everybody (emulated)', async () => {
    const edge = anEdge({
      cachePolicy: keyed({}),
      originRequestPolicy: { ...headers('whitelist', 'Accept'), ...cookies('none'), ...queries('none') },
      origin: ({ headers: sent }) => ({ body: `for ${sent.accept}` }),
    });
    await edge.ask('/a', { headers: { accept: 'image/avif' } });
    expect((await edge.ask('/a', { headers: { accept: 'image/png' } })).text).toBe('for image/avif');
  });

  it('§2.3 what is in the key is sent to the origin (emulated)', async () => {
    const edge = anEdge({
      cachePolicy: keyed({
        ...queries('whitelist', 'x'),
        ...headers('whitelist', 'Accept'),
        ...cookies('whitelist', 'b'),
        EnableAcceptEncodingGzip: true,
      }),
    });
    await edge.ask('/a?y=1&x=2', { headers: browser });
    expect(edge.asked[0]).toMatchObject({
      target: '/a?x=2',
      headers: { accept: browser.accept, cookie: 'b=2', 'accept-encoding': 'gzip' },
    });
    await edge.ask('/b', { headers: { 'accept-encoding': 'deflate' } });
    expect(edge.asked[1]?.headers['accept-encoding']).toBe('identity');
  });

  it('§2.3 GET and HEAD share an object, OPTIONS has its own (emulated)', async () => {
    const methods = ['GET', 'HEAD', 'OPTIONS'];
    const edge = anEdge({ cachePolicy: keyed({}), behaviour: { AllowedMethods: methods, CachedMethods: methods } });
    await edge.ask('/a');
    expect((await edge.ask('/a', { method: 'HEAD' })).xCache).toBe('Hit');
    expect((await edge.ask('/a', { method: 'OPTIONS' })).xCache).toBe('Miss');
    expect((await edge.ask('/a', { method: 'OPTIONS' })).xCache).toBe('Hit');
  });

  it('§2.3 what a HEAD brought answers HEADs, and a GET too where no body is missing (emulated, inferred)', async () => {
    const edge = anEdge({
      cachePolicy: keyed({}),
      origin: ({ target }) =>
        target === '/away'
          ? { status: 301, headers: { 'content-length': '0', location: '/b' } }
          : { headers: { 'content-length': '5' }, body: 'hello' },
    });
    await edge.ask('/a', { method: 'HEAD' });
    expect((await edge.ask('/a', { method: 'HEAD' })).xCache).toBe('Hit');
    const get = await edge.ask('/a');
    expect([get.text, get.xCache]).toEqual(['hello', 'Miss']);
    await edge.ask('/away', { method: 'HEAD' });
    expect((await edge.ask('/away')).xCache).toBe('Hit');
  });
});
