import { describe, expect, it } from 'vitest';
import { allViewer, allViewerExceptHost, anEdge, originHost } from './an-edge.ts';

const keyed = (parameters: object) => ({
  MinTTL: 0,
  DefaultTTL: 60,
  MaxTTL: 60,
  ParametersInCacheKeyAndForwardedToOrigin: parameters,
});
const queries = (QueryStringBehavior: string) => ({ QueryStringsConfig: { QueryStringBehavior } });
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

describe('what the origin gets', () => {
  it('without policies: its own Host, "Amazon CloudFront", and none of what a browser sends', async () => {
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

  it('query strings are dropped', async () => {
    const edge = anEdge({ cachePolicy: keyed({}) });
    await edge.ask('/a.jpg?v=1');
    expect((await edge.ask('/a.jpg?v=2')).xCache).toBe('Hit');
    expect(edge.asked[0]?.target).toBe('/a.jpg');
  });

  it('the secret Referer of the origin is sent, whatever the viewer says', async () => {
    const edge = anEdge({
      originConfig: { OriginCustomHeaders: [{ HeaderName: 'Referer', HeaderValue: 'secret' }] },
      originRequestPolicyId: allViewer,
    });
    await edge.ask('/a.jpg', { headers: browser });
    expect(edge.asked[0]?.headers.referer).toBe('secret');
  });

  it('AllViewer forwards Host, with which a website endpoint looks for another bucket', async () => {
    const edge = anEdge({ originRequestPolicyId: allViewer });
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

  it('AllViewerExceptHostHeader forwards everything but Host, outside the key', async () => {
    const edge = anEdge({ cachePolicy: keyed({}), originRequestPolicyId: allViewerExceptHost });
    await edge.ask('/a.jpg?v=1', { headers: browser });
    expect(edge.asked[0]).toMatchObject({ target: '/a.jpg?v=1', headers: { host: originHost, 'x-custom': 'mine' } });
    expect((await edge.ask('/a.jpg?v=2', { headers: { accept: '*/*' } })).xCache).toBe('Hit');
  });

  it('the address of the viewer is put behind X-Forwarded-For', async () => {
    const edge = anEdge();
    await edge.ask('/a.jpg', { headers: { 'x-forwarded-for': '198.51.100.1' } });
    expect(edge.asked[0]?.headers['x-forwarded-for']).toBe('198.51.100.1, 192.0.2.7');
  });
});

describe('what is in the cache key', () => {
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
  ] as const)('%s', async (_, policy, first, second, shared) => {
    expect(await share(policy, [...first] as [string, object?], [...second] as [string, object?])).toBe(shared);
  });

  it('what is in the key is sent to the origin', async () => {
    const edge = anEdge({ cachePolicy: keyed({ ...queries('all'), ...headers('whitelist', 'Accept') }) });
    await edge.ask('/a?y=1&x=2', { headers: browser });
    expect(edge.asked[0]).toMatchObject({ target: '/a?y=1&x=2', headers: { accept: browser.accept } });
  });

  it('GET and HEAD share an object, OPTIONS has its own', async () => {
    const methods = ['GET', 'HEAD', 'OPTIONS'];
    const edge = anEdge({ cachePolicy: keyed({}), behaviour: { AllowedMethods: methods, CachedMethods: methods } });
    await edge.ask('/a');
    expect((await edge.ask('/a', { method: 'HEAD' })).xCache).toBe('Hit');
    expect((await edge.ask('/a', { method: 'OPTIONS' })).xCache).toBe('Miss');
    expect((await edge.ask('/a', { method: 'OPTIONS' })).xCache).toBe('Hit');
  });

  it('what a HEAD brought answers HEADs, and a GET too where no body is missing', async () => {
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
