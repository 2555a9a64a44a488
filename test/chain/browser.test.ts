import { describe, expect, it } from 'vitest';
import { createClock } from '../../local/aws/clock.ts';
import { createBrowserCache } from '../../local/faults/browser-cache.ts';
import { maxRedirects } from '../../src/core/view.ts';
import { browse } from './browser.ts';

const start = Date.UTC(2026, 10, 25);
const at = (seconds: number) => new Date(start + seconds * 1000).toUTCString();
const day = 86_400;

type Page = { status?: number; headers?: Record<string, string>; body?: string };

/** A fetch that answers from a table, and the requests that it got. */
function aNet(pages: Readonly<Record<string, Page | ((headers: Headers) => Page)>>) {
  const asked: string[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url}`);
    const found = pages[url] ?? { status: 404 };
    const {
      status = 200,
      headers = {},
      body = null,
    } = typeof found === 'function' ? found(new Headers(init.headers)) : found;
    return new Response(status === 304 ? null : body, { status, headers });
  };
  return { fetch, asked };
}

const to = (location: string, status = 301, headers: Record<string, string> = {}) => ({
  status,
  headers: { location, ...headers },
});

describe('browse()', () => {
  it('follows redirects, relative ones too, and does not send fragments', async () => {
    const { fetch, asked } = aNet({
      'http://a/1': to('/2?x=1#there', 307),
      'http://a/2?x=1': to('http://b/3'),
      'http://b/3': { body: 'end' },
    });
    const view = await browse('http://a/1#here', { fetch });
    expect(view.hops.map(({ url, status }) => [url, status])).toEqual([
      ['http://a/1', 307],
      ['http://a/2?x=1', 301],
      ['http://b/3', 200],
    ]);
    expect(Buffer.from(view.body).toString()).toBe('end');
    expect(view.outcome).toBe('shown');
    expect(asked).toHaveLength(3);
  });

  it('gives up after twenty redirects', async () => {
    const { fetch, asked } = aNet({ 'http://a/': to('http://a/') });
    const view = await browse('http://a/', { fetch });
    expect([view.outcome, view.hops.length, asked.length]).toEqual([
      'too many redirects',
      maxRedirects + 1,
      maxRedirects + 1,
    ]);
    expect(maxRedirects).toBe(20);
  });

  it.each([
    [307, 'POST', 'POST'],
    [301, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [301, 'HEAD', 'HEAD'],
  ])('after a %i a %s goes on as %s', async (status, method, after) => {
    const { fetch, asked } = aNet({ 'http://a/1': to('/2', status), 'http://a/2': {} });
    await browse('http://a/1', { fetch, method });
    expect(asked).toEqual([`${method} http://a/1`, `${after} http://a/2`]);
  });
});

describe("the browser's cache", () => {
  it('caches a 301 without a lifetime for ever, and sends no request for it', async () => {
    const clock = createClock(start);
    const cache = createBrowserCache(clock);
    const { fetch, asked } = aNet({ 'http://a/': to('http://b/'), 'http://b/': {} });
    await browse('http://a/', { fetch, cache });
    clock.advance(100 * 365 * day * 1000);
    const view = await browse('http://a/', { fetch, cache });
    expect(view.hops.map(({ fromBrowserCache }) => fromBrowserCache)).toEqual([true, false]);
    expect(asked).toEqual(['GET http://a/', 'GET http://b/', 'GET http://b/']);
  });

  it('a cached 301 and a deleted derivative: twenty hops, and the API is never asked', async () => {
    const cache = createBrowserCache(createClock(start));
    const pages = { 'https://cdn/x': { body: 'image' } as Page, 'https://api/resize?key=x': to('https://cdn/x') };
    const net = aNet(pages);
    await browse('https://api/resize?key=x', { ...net, cache });
    pages['https://cdn/x'] = to('https://api/resize?key=x', 307);
    net.asked.length = 0;
    const view = await browse('https://cdn/x', { ...net, cache });
    expect(view.outcome).toBe('too many redirects');
    expect(net.asked.every((request) => request === 'GET https://cdn/x')).toBe(true);
  });

  it('asks again for a 301 with no-store, and for a bare 302, 303 and 307', async () => {
    const redirects = [to('/x', 301, { 'cache-control': 'no-store' }), to('/x', 302), to('/x', 303), to('/x', 307)];
    for (const redirect of redirects) {
      const cache = createBrowserCache(createClock(start));
      const { fetch, asked } = aNet({
        'http://a/': redirect,
        'http://a/x': { headers: { 'cache-control': 'max-age=60' } },
      });
      for (const _ of [1, 2]) await browse('http://a/', { fetch, cache });
      expect(asked.filter((request) => request.endsWith('a/'))).toHaveLength(2);
    }
  });

  it('revalidates what has expired, and a 304 renews it', async () => {
    const clock = createClock(start);
    const cache = createBrowserCache(clock);
    const headers = { etag: '"1"', 'last-modified': at(-day), 'cache-control': 'max-age=60' };
    const { fetch, asked } = aNet({
      'http://a/': (sent) =>
        sent.get('if-none-match') === '"1"' && sent.get('if-modified-since') === at(-day)
          ? { status: 304, headers: { 'cache-control': 'max-age=90' } }
          : { headers, body: 'one' },
    });
    await browse('http://a/', { fetch, cache });
    clock.advance(61_000);
    const view = await browse('http://a/', { fetch, cache });
    expect([view.hops[0]?.status, view.hops[0]?.fromBrowserCache, Buffer.from(view.body).toString()]).toEqual([
      200,
      false,
      'one',
    ]);
    clock.advance(89_000);
    await browse('http://a/', { fetch, cache });
    expect(asked).toHaveLength(2);
  });

  it('answers a HEAD from the response to a GET, and stores nothing of a HEAD or a POST', async () => {
    const cache = createBrowserCache(createClock(start));
    const { fetch, asked } = aNet({ 'http://a/': { headers: { 'cache-control': 'max-age=60' } } });
    for (const method of ['HEAD', 'POST', 'GET', 'HEAD', 'POST']) await browse('http://a/', { fetch, cache, method });
    expect(asked.map((request) => request.split(' ')[0])).toEqual(['HEAD', 'POST', 'GET', 'POST']);
  });
});

describe('how long a browser may use a response', () => {
  const forever = 50 * 365 * day;

  it.each([
    [200, { 'cache-control': 'max-age=60' }, 60],
    [200, { 'cache-control': 'max-age=60, s-maxage=600' }, 60],
    [200, { date: at(0), expires: at(90) }, 90],
    [200, { date: at(0), 'last-modified': at(-1000) }, 100],
    [200, {}, 0],
    [404, { 'cache-control': 'max-age=60' }, 60],
    [301, {}, forever],
    [308, {}, forever],
    [301, { 'cache-control': 'must-revalidate' }, 0],
    [301, { 'cache-control': 'max-age=60' }, 60],
    [301, { 'cache-control': 'no-store' }, 0],
    [302, {}, 0],
    [307, {}, 0],
    [307, { 'cache-control': 'public, max-age=60' }, 60],
  ])('a %i with %j: %i seconds', (status, headers, seconds) => {
    const clock = createClock(start);
    const cache = createBrowserCache(clock);
    const plain = headers as Record<string, string>;
    const isFresh = () => cache.find('http://a/') !== undefined;
    cache.store('http://a/', { status, headers: plain, body: new Uint8Array() });
    expect(isFresh()).toBe(seconds > 0);
    clock.advance(Math.max(0, seconds * 1000 - 1000));
    expect(isFresh()).toBe(seconds > 0);
    clock.advance(1000);
    expect(isFresh()).toBe(seconds === forever);
  });
});
