import { describe, expect, it } from 'vitest';
import type { DefectCode } from '../../../loadtest/lib/defects.ts';
import { type Expectation, judgeView } from '../../../loadtest/lib/judge-view.ts';
import { config } from '../../../src/config.ts';
import { coldViewFaults } from '../../../src/core/view.ts';
import {
  back,
  chain,
  expectedView,
  fromApi,
  gif,
  hit,
  image,
  json,
  type Reply,
  toApi,
  versionedUrl,
  viewOf,
  withHeaders,
} from './fixtures.ts';

const codes = (replies: readonly Reply[], expected: Expectation, end?: Parameters<typeof viewOf>[1], asked?: string) =>
  judgeView(viewOf(replies, end, asked), expectedView, expected, chain).map(({ code }) => code);

/** Of a fetch that another viewer began. */
const shared = withHeaders(toApi, { 'x-cache': 'Hit from cloudfront' });

describe('judgeView() finds nothing wrong with', () => {
  it.each<[string, readonly Reply[], Expectation]>([
    ['a cold view', [toApi, back, image], 'cold'],
    ['a warm view', [hit], 'warm'],
    ['a warm view that the edge had to fetch', [image], 'warm'],
    ['a first view of many', [toApi, back, image], 'either'],
    ['a view whose image somebody else has just made', [toApi, fromApi], 'either'],
    ['a redirect that was shared with another viewer', [shared, fromApi], 'either'],
    [
      'a second redirect that was shared with a viewer who asked before the image was there',
      [toApi, back, shared, fromApi],
      'either',
    ],
    ['a view after the purge', [toApi, back, image], 'replaced'],
    ['a view after the purge that the edge answers', [hit], 'replaced'],
  ])('%s', (_, replies, expected) => {
    expect(judgeView(viewOf(replies), expectedView, expected, chain)).toEqual([]);
  });
});

describe('judgeView() on the image host', () => {
  const oneHost = { ...chain, apiUrl: `${chain.imageUrl}/resize` };
  const query = back.url.slice(chain.apiUrl.length);
  const path = versionedUrl.slice(chain.imageUrl.length);
  const redirect = withHeaders(toApi, { location: `/resize${query}` });
  const returned = {
    ...withHeaders(back, { location: path, 'x-cache': 'Miss from cloudfront' }),
    url: oneHost.apiUrl + query,
  };
  const codesOf = (...replies: Reply[]) =>
    judgeView(viewOf(replies), expectedView, 'cold', oneHost).map(({ code }) => code);

  it('finds nothing wrong with two redirects by path', () => {
    expect(codesOf(redirect, returned, image)).toEqual([]);
  });

  it.each<[string, readonly Reply[], DefectCode]>([
    ['a redirect to another path', [withHeaders(redirect, { location: '/other' }), returned, image], 'redirect-target'],
    ['a redirect to the API’s own host', [toApi, returned, image], 'redirect-target'],
    [
      'a way back to another image',
      [redirect, withHeaders(returned, { location: '/48x48/b.jpg?v=0123abcd' }), image],
      'return-target',
    ],
    [
      'an API that CloudFront is not in front of',
      [redirect, withHeaders(returned, { 'x-cache': undefined }), image],
      'x-cache-missing',
    ],
  ])('names %s', (_, replies, code) => expect(codesOf(...replies)).toEqual([code]));
});

const page = new TextEncoder().encode('<!DOCTYPE html>');
const large = new Uint8Array([
  ...gif.subarray(0, 13),
  ...Array.from({ length: 20 }, () => [0x21, 0xfe, 250, ...new Uint8Array(250), 0]).flat(),
  0x3b,
]);
const service = (status: number, code: string): Reply => ({ url: back.url, status, body: json(code) });

/** One thing wrong with a cold view, and the first word that is said of it. */
const faults: readonly (readonly [string, readonly Reply[], DefectCode])[] = [
  ['the 307 is a hit', [withHeaders(toApi, { 'x-cache': 'Hit from cloudfront' }), back, image], 'redirect-cached'],
  [
    'the 307 carries Cache-Control',
    [withHeaders(toApi, { 'cache-control': 'max-age=60' }), back, image],
    'redirect-cacheable',
  ],
  ['the edge redirects with 302', [{ ...toApi, status: 302 }, back, image], 'redirect-status'],
  ['the 307 leads to the image itself', [withHeaders(toApi, { location: expectedView.url }), image], 'redirect-target'],
  [
    'the 301 has no Cache-Control',
    [toApi, withHeaders(back, { 'cache-control': undefined }), image],
    'return-cacheable',
  ],
  [
    'the 301 leads to another key',
    [toApi, withHeaders(back, { location: 'https://img.example.com/200x200/b.jpg?v=0123abcd' }), image],
    'return-target',
  ],
  [
    'the 301 has no version',
    [toApi, withHeaders(back, { location: expectedView.url }), { ...image, url: expectedView.url }],
    'return-target',
  ],
  ['the API answers 302', [toApi, { ...back, status: 302 }, image], 'return-status'],
  ['the viewer is redirected twice', [toApi, back, toApi, back, image], 'redirect-loop'],
  ['the API ends a loop with the image', [toApi, back, toApi, fromApi], 'redirect-loop'],
  ['S3 is too slow', [toApi, service(504, 'store-slow')], 'store-slow'],
  ['the Lambda breaks', [toApi, service(500, 'internal-error')], 'service-fault'],
  [
    'the API answers for the Lambda',
    [toApi, { url: back.url, status: 503, body: new TextEncoder().encode('{"message":"Service Unavailable"}') }],
    'lambda-down',
  ],
  [
    'the edge fails',
    [withHeaders({ ...image, status: 502, body: page }, { 'x-cache': 'Error from cloudfront' })],
    'edge-fault',
  ],
  ['the API throttles', [toApi, { url: back.url, status: 429 }], 'throttled'],
  ['the original is missing', [toApi, service(404, 'original-missing')], 'refused'],
  ['a page comes with 200', [toApi, back, { ...image, body: page }], 'image-invalid'],
  ['the image ends early', [toApi, back, { ...image, body: gif.subarray(0, -1) }], 'image-cut-short'],
  [
    'fewer bytes come than were promised',
    [toApi, back, withHeaders(image, { 'content-length': '900' })],
    'image-cut-short',
  ],
  ['the image has far too many bytes', [toApi, back, { ...image, body: large }], 'image-bytes'],
  ['the image is called a JPEG', [toApi, back, withHeaders(image, { 'content-type': 'image/jpeg' })], 'image-headers'],
  [
    'the image may be cached for a day only',
    [toApi, back, withHeaders(image, { 'cache-control': 'max-age=86400' })],
    'image-headers',
  ],
  ['the image is there already', [hit], 'cold-was-warm'],
  ['the derivative is there already', [toApi, fromApi], 'cold-was-warm'],
  ['the edge sends no X-Cache', [withHeaders(toApi, { 'x-cache': undefined }), back, image], 'x-cache-missing'],
];

describe('judgeView() of a cold view', () => {
  it.each(faults)('says first, when %s, %3$s', (_, replies, code) => {
    expect(codes(replies, 'cold')[0]).toBe(code);
  });

  it('says what another size and another type are', () => {
    const other = { ...expectedView, image: { type: 'gif', width: 5, height: 2 } } as const;
    const view = viewOf([toApi, back, image]);
    expect(judgeView(view, other, 'cold', chain)).toEqual([{ code: 'image-size', seen: '3 × 2, expected 5 × 2' }]);
    const nearly = { ...expectedView, image: { type: 'gif', width: 4, height: 2 } } as const;
    expect(judgeView(view, nearly, 'cold', chain)).toEqual([]);
    const webp = { ...expectedView, image: { ...expectedView.image, type: 'webp' } } as const;
    expect(judgeView(view, webp, 'cold', chain)[0]?.code).toBe('image-type');
  });

  it('finds whatever the smoke test finds', () => {
    for (const [name, replies] of faults) {
      const { hops } = viewOf(replies);
      if (coldViewFaults(hops, config).length > 0) expect(codes(replies, 'cold'), name).not.toEqual([]);
    }
    expect(coldViewFaults(viewOf([toApi, back, image]).hops, config)).toEqual([]);
  });
});

describe('judgeView()', () => {
  it.each<[string, readonly Reply[], Parameters<typeof viewOf>[1], DefectCode]>([
    ['a request that got no answer', [{ url: expectedView.url, status: 0 }], 'no-answer', 'unanswered'],
    [
      'a redirect to a direct caller',
      [withHeaders(toApi, { location: 'https://evil.example/a' })],
      'other-host',
      'redirect-target',
    ],
    ['a redirect without an address', [withHeaders(toApi, { location: undefined })], 'no-location', 'redirect-target'],
    ['a loop that does not end', [toApi, back, toApi, back, toApi, back], 'too-many-hops', 'redirect-loop'],
  ])('names %s', (_, replies, end, code) => {
    expect(codes(replies, 'cold', end)[0]).toBe(code);
  });

  it('takes an old redirect of the edge for a cached one, also among many viewers', () => {
    const cached = withHeaders(toApi, { 'x-cache': 'Hit from cloudfront', age: '30' });
    expect(codes([cached, fromApi], 'either')).toEqual(['redirect-cached']);
  });

  it.each<[string, readonly Reply[], Expectation, Parameters<typeof viewOf>[1], DefectCode]>([
    ['a single viewer', [toApi, back, shared, fromApi], 'cold', 'answered', 'redirect-cached'],
    ['a second redirect that S3 sent anew', [toApi, back, toApi, fromApi], 'either', 'answered', 'redirect-loop'],
    [
      'a second redirect that is cached',
      [toApi, back, withHeaders(shared, { age: '30' }), fromApi],
      'either',
      'answered',
      'redirect-cached',
    ],
    ['a third turn', [toApi, back, shared, back, image], 'either', 'answered', 'redirect-loop'],
  ])('does not excuse %s by a shared redirect', (_, replies, expected, end, code) => {
    expect(codes(replies, expected, end)[0]).toBe(code);
  });

  it('says that a warm image was made again', () => {
    expect(codes([toApi, back, image], 'warm')).toEqual(['warm-was-cold']);
  });

  it('allows no second redirect to the API after a purge', () => {
    expect(codes([toApi, fromApi], 'replaced')).toEqual(['hops-wrong']);
  });

  it('names the cause before what follows from it', () => {
    const wrong = withHeaders(back, { location: 'https://img.example.com/200x200/b.jpg?v=0123abcd' });
    expect(codes([toApi, wrong, toApi, service(404, 'original-missing')], 'cold')).toEqual([
      'return-target',
      'redirect-loop',
      'refused',
    ]);
  });
});
