import { describe, expect, it } from 'vitest';
import { config } from '../../src/config.ts';
import { cacheControlOf } from '../../src/core/resize-plan.ts';
import { coldViewFaults, type Hop, viewKind, warmViewFaults } from '../../src/core/view.ts';
import { type Fetch, followRedirects } from '../../src/follow-redirects.ts';

const imageUrl = 'https://img.example.com/200x200/a.jpg';
const versioned = `${imageUrl}?v=0123abcd`;
const api = 'https://api.example.com/resize?key=200x200/a.jpg';
const image = {
  'content-type': 'image/jpeg',
  'cache-control': cacheControlOf(config.cache),
  'x-content-type-options': 'nosniff',
  'x-cache': 'Miss from cloudfront',
};
const hop = (url: string, status: number, headers: Record<string, string> = {}): Hop => ({
  url,
  status,
  headers,
  milliseconds: 1,
});
const cold = [
  hop(imageUrl, 307, { location: api, 'x-cache': 'Miss from cloudfront' }),
  hop(api, 301, { location: versioned, 'cache-control': 'no-store' }),
  hop(versioned, 200, image),
] as const;
const hit = hop(imageUrl, 200, { ...image, 'x-cache': 'Hit from cloudfront', age: '3' });

/** Answers each address from a table. */
const serve =
  (
    table: Record<string, { status: number; headers?: Record<string, string>; body?: string }>,
    asked: string[] = [],
  ): Fetch =>
  async (url, { method }) => {
    asked.push(`${method} ${url}`);
    const { status, headers = {}, body = '' } = table[url] ?? { status: 404 };
    return {
      status,
      headers: Object.entries(headers),
      arrayBuffer: async () => new TextEncoder().encode(body).buffer as ArrayBuffer,
    };
  };

describe('followRedirects()', () => {
  it('gives every hop with its status and headers, and the body of the last', async () => {
    const asked: string[] = [];
    const hops = await followRedirects(
      'https://a.example/1',
      serve(
        {
          'https://a.example/1': { status: 307, headers: { Location: '/2' } },
          'https://a.example/2': { status: 200, body: 'image' },
        },
        asked,
      ),
      { method: 'HEAD' },
    );
    expect(hops.map(({ status }) => status)).toEqual([307, 200]);
    expect(hops[0]).toMatchObject({ url: 'https://a.example/1', headers: { location: '/2' } });
    expect(new TextDecoder().decode(hops[1]?.body)).toBe('image');
    expect(asked).toEqual(['HEAD https://a.example/1', 'HEAD https://a.example/2']);
  });

  it('ends where a viewer gives up: at one redirect more than twenty', async () => {
    const hops = await followRedirects(
      'https://a.example/',
      serve({ 'https://a.example/': { status: 301, headers: { location: 'https://a.example/' } } }),
    );
    expect(hops).toHaveLength(21);
    expect(viewKind(hops)).toBe('loop');
  });

  it('reads a Location of raw bytes as UTF-8, as browsers do', async () => {
    const asked: string[] = [];
    const raw = Buffer.from('https://a.example/é b').toString('latin1');
    await followRedirects(
      'https://a.example/',
      serve({ 'https://a.example/': { status: 307, headers: { location: raw } } }, asked),
    );
    expect(asked[1]).toBe('GET https://a.example/%C3%A9%20b');
  });

  it('does not ask a host that it may not ask', async () => {
    const asked: string[] = [];
    await followRedirects(
      'https://a.example/',
      serve({ 'https://a.example/': { status: 302, headers: { location: 'https://evil.example/' } } }, asked),
      { hosts: ['a.example'] },
    );
    expect(asked).toEqual(['GET https://a.example/']);
  });
});

describe('viewKind()', () => {
  const toFallback = hop(api, 302, { 'cache-control': 'max-age=0, s-maxage=60' });
  it.each<[string, readonly Hop[]]>([
    ['cold', cold],
    ['warm', [hit]],
    ['refetched', [hop(imageUrl, 200, image)]],
    ['shortcut', [cold[0], hop(api, 200)]],
    ['shortcut', [cold[0], cold[1], cold[0], hop(api, 200)]],
    // Each of these was judged differently by the status of the last redirect alone.
    ['cold', [cold[0], hop(api, 302), hop(imageUrl, 200, image)]],
    ['cold', [hop(api, 301), hop(imageUrl, 200, image)]],
    ['cold', [cold[0], cold[1], cold[0], cold[1], hop(versioned, 200, image)]],
    ['shortcut', [hop(api, 200)]],
    ['fallback', [cold[0], toFallback, cold[0], cold[1], cold[2]]],
    ['fallback', [cold[0], toFallback, hop('https://img.example.com/200x200/_fallback/a.png', 200)]],
    ['refused', [cold[0], toFallback, cold[0], hop(api, 404)]],
    ['shortcut', [cold[0], hop('https://img.example.com/resize?key=200x200/a.jpg', 200)]],
    ['warm', [hop('http://img.example.com/200x200/a.jpg', 301), hit]],
    ['refetched', [hop(imageUrl, 301), hop(imageUrl, 200, image)]],
    ['refetched', [hop('https://img.example.com/200x200/resize?key=1', 200, image)]],
    ['warm', [{ ...hit, headers: { ...image, 'x-cache': 'RefreshHit from cloudfront' } }]],
    ['refused', [hop(imageUrl, 404)]],
    ['refused', [cold[0], hop(api, 400)]],
    ['fault', [cold[0], hop(api, 500)]],
    ['loop', [hop(imageUrl, 303)]],
    ['fault', [cold[0], hop(api, 503)]],
    ['loop', [cold[0], cold[1], cold[0]]],
    ['loop', []],
  ])('calls it %s', (kind, hops) => expect(viewKind(hops)).toBe(kind));
});

describe('coldViewFaults()', () => {
  it('finds none in a healthy view', () => expect(coldViewFaults(cold, config)).toEqual([]));

  it("expects the preset's own lifetime in browsers", () => {
    const short = { ...config, presets: { '200x200': { ...config.presets['200x200'], browserSeconds: 60 } } };
    expect(coldViewFaults(cold, short)).toEqual([expect.stringContaining('expected "public, max-age=60,')]);
  });

  it("replaces the viewer's own version by the original's", () => {
    const asked = { ...cold[0], url: `${imageUrl}?v=2026-11-30` };
    expect(coldViewFaults([asked, cold[1], cold[2]], config)).toEqual([]);
  });

  it.each<[string, readonly Hop[], string]>([
    ['one hop only', [hit], 'The hops were 200, expected 307, 301, 200'],
    ['a 302 in the rule', [{ ...cold[0], status: 302 }, cold[1], cold[2]], 'The hops were 302, 301, 200'],
    [
      'a 307 that may be kept',
      [hop(imageUrl, 307, { 'cache-control': 'max-age=1' }), cold[1], cold[2]],
      'The 307 has Cache-Control "max-age=1"',
    ],
    [
      'a 307 that was kept',
      [hop(imageUrl, 307, { 'x-cache': 'Hit from cloudfront' }), cold[1], cold[2]],
      'The 307 has X-Cache "Hit',
    ],
    ['a bare 301', [cold[0], hop(api, 301), cold[2]], 'The 301 has Cache-Control "", expected "no-store"'],
    [
      'a 301 that the edge may keep for a while',
      [cold[0], hop(api, 301, { 'cache-control': 'no-store, max-age=60' }), cold[2]],
      'expected "no-store"',
    ],
    ['a 301 to another image', [cold[0], cold[1], { ...cold[2], url: `${imageUrl}g?v=0123abcd` }], 'The 301 leads to'],
    ['a 301 without a version', [cold[0], cold[1], { ...cold[2], url: imageUrl }], 'The 301 leads to'],
    ["a 301 with the viewer's version", [cold[0], cold[1], { ...cold[2], url: `${imageUrl}?v=2` }], 'The 301 leads to'],
    [
      'a page instead of an image',
      [cold[0], cold[1], hop(versioned, 200, { ...image, 'content-type': 'text/html' })],
      'Content-Type "text/html"',
    ],
    [
      'an image without a lifetime',
      [cold[0], cold[1], hop(versioned, 200, { ...image, 'cache-control': 'no-store' })],
      'Cache-Control "no-store", expected "public, max-age=',
    ],
    [
      'our metadata',
      [cold[0], cold[1], hop(versioned, 200, { ...image, 'x-amz-meta-original-id': '"1"' })],
      'has x-amz-meta-original-id',
    ],
    [
      'no nosniff',
      [cold[0], cold[1], hop(versioned, 200, { ...image, 'x-content-type-options': '' })],
      'expected nosniff',
    ],
  ])('names %s', (_, hops, fault) => {
    const found = coldViewFaults(hops, config);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(fault);
  });
});

describe('warmViewFaults()', () => {
  it('finds none in a hit', () => expect(warmViewFaults([hit], config)).toEqual([]));
  it('names a miss', () => expect(warmViewFaults([hop(imageUrl, 200, image)], config)[0]).toContain('expected a hit'));
  it('names a hit behind a redirect', () => expect(warmViewFaults([hit, hit], config)).toHaveLength(1));
  it('names a chain', () =>
    expect(warmViewFaults(cold, config)).toEqual(['The hops were 307, 301, 200, expected one 200']));
});
