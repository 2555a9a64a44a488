import { describe, expect, test } from 'vitest';
import type { Hop, Step } from '../../../local/console/contract.ts';
import { describeHop, describeView, explainError } from '../../../local/console/describe-view.ts';
import {
  type CacheSettings,
  type CauseCode,
  causes,
  describeCause,
  diagnose,
} from '../../../local/console/diagnose.ts';
import { factsOf, thumbnailOf } from '../../../local/console/image-facts.ts';
import { errorTable } from '../../../src/core/service-error.ts';
import { orientedJpeg, rightImages, wrongImages } from '../../fixtures/images.ts';

const healthy: CacheSettings = {
  cachePolicy: 'Cache',
  minTtl: 0,
  defaultTtl: 0,
  ruleStatus: '307',
  ruleErrors: ['404'],
};
const key = '200x200/a.jpg';

function hop(endpoint: Hop['endpoint'], status: number, more: Partial<Hop> = {}): Hop {
  return {
    endpoint,
    from: 'network',
    url: endpoint === 'api' ? `http://api/resize?key=${key}` : `http://edge/${key}`,
    status,
    headers: {},
    bytes: 0,
    milliseconds: 1,
    steps: [],
    description: '',
    ...more,
  };
}

const call = (part: 'originals' | 'derivatives', operation: string, status: number, of = key): Step => ({
  part,
  operation,
  key: of,
  status,
  milliseconds: 1,
  isFault: false,
});
const hit = { headers: { 'x-cache': 'Hit from cloudfront' } };
const miss = { headers: { 'x-cache': 'Miss from cloudfront' } };
const kept = { from: 'browser' } as const;
const withSteps = (steps: readonly Step[]): Partial<Hop> => ({ steps });
/** The same two hops in turn, until the browser gives up. */
const round = (away: Hop, back: Hop): Hop[] =>
  Array.from({ length: 21 }, (_, index) => (index % 2 === 0 ? away : back));
const stored = withSteps([
  call('derivatives', 'HeadObject', 404),
  call('originals', 'GetObject', 200),
  call('derivatives', 'PutObject', 200),
]);

describe('diagnose()', () => {
  test.each<[string, string | undefined, Hop[], Partial<CacheSettings>]>([
    ['a redirect that the edge cached', 'L1', round(hop('edge', 307, hit), hop('api', 301, stored)), {}],
    ['one that it had to cache', 'L2', round(hop('edge', 307, hit), hop('api', 301, stored)), { minTtl: 60 }],
    ['one that the browser cached', 'L3', round(hop('edge', 307, { ...miss, ...kept }), hop('api', 301, kept)), {}],
    ['a redirect back that the browser cached', 'L4', round(hop('edge', 307, miss), hop('api', 301, kept)), {}],
    [
      'another key',
      'L6',
      round(
        hop('edge', 307, miss),
        hop('api', 301, withSteps([call('derivatives', 'PutObject', 200, '200x200/a%20b.jpg')])),
      ),
      {},
    ],
    ['a redirect out of the chain', 'L8', [hop('edge', 307, miss), hop('api', 301, stored)], {}],
    ['rules that match 403', 'L9', round(hop('edge', 307, miss), hop('api', 301)), { ruleErrors: ['403'] }],
    [
      'nothing stored',
      'L12',
      round(
        hop('edge', 307, miss),
        hop('api', 301, withSteps([call('originals', 'GetObject', 200), call('derivatives', 'PutObject', 403)])),
      ),
      {},
    ],
    [
      'no original',
      'L13',
      round(hop('edge', 307, miss), hop('api', 301, withSteps([call('originals', 'GetObject', 404)]))),
      {},
    ],
    ['a cached redirect that the Lambda ends', 'L1', [hop('edge', 307, hit), hop('api', 200)], {}],
    ['a race of two first viewers as healthy', undefined, [hop('edge', 307, miss), hop('api', 200)], {}],
    [
      'a cold view as healthy',
      undefined,
      [hop('edge', 307, miss), hop('api', 301, stored), hop('edge', 200, miss)],
      {},
    ],
    ['a hit as healthy', undefined, [hop('edge', 200, hit)], {}],
    ['an unknown cause as unknown', undefined, round(hop('edge', 307, miss), hop('api', 301)), {}],
  ])('judges %s', (_, expected, hops, settings) => {
    expect(diagnose(hops, key, { ...healthy, ...settings })).toBe(expected);
  });
});

describe('describeCause()', () => {
  const evidence = {
    ...healthy,
    cachePolicy: 'Cache',
    defaultTtl: 86_400,
    minTtl: 60,
    redirectCaching: 'legacy',
    requestedKey: 'requested/key',
    writtenKey: 'written/key',
    addedCacheControl: { policy: 'Headers', value: 'max-age=5' },
  };
  test.each<[CauseCode, readonly string[]]>([
    ['L1', ['Cache.DefaultTTL', '86400', '307', 'legacy']],
    ['L2', ['Cache.MinTTL', '60']],
    ['L3', ['Headers', 'max-age=5']],
    ['L6', ['requested/key', 'written/key']],
    ['L9', ['404']],
  ])('quotes for %s the setting with its value', (code, values) => {
    for (const value of values) expect(describeCause(code, evidence).setting).toContain(value);
  });

  test('quotes only what is known', () => {
    for (const code of Object.keys(causes) as CauseCode[]) {
      expect(JSON.stringify(describeCause(code, evidence)), code).not.toMatch(/undefined|\?/);
    }
  });
});

describe('describeHop()', () => {
  const cached = (status: number, age: string) =>
    hop('edge', status, { headers: { 'x-cache': 'Hit from cloudfront', age, 'cache-control': 'max-age=1209600' } });

  test('tells every case apart', () => {
    const hops = [
      hop('edge', 307),
      hop('edge', 307, { headers: { 'cache-control': 'max-age=9' } }),
      cached(307, '7200'),
      cached(200, '86400'),
      { ...cached(200, '0'), steps: [{ part: 'website', status: 304 } as const] },
      hop('edge', 200),
      hop('edge', 404),
      hop('edge', 403),
      hop('edge', 502),
      hop('website', 200),
      hop('api', 301, { headers: { 'cache-control': 'no-store' } }),
      hop('api', 301, stored),
      hop('api', 301),
      hop('api', 200),
      hop('api', 500),
      hop('api', 500, withSteps([{ part: 'lambda', milliseconds: 1, megabytes: 1, status: 'success' }])),
      hop('api', 301, { from: 'browser' }),
    ];
    expect(new Set(hops.map(describeHop)).size).toBe(hops.length);
  });
});

describe('describeView()', () => {
  test('counts the hops of a loop that reached a server', () => {
    const loop = round(hop('edge', 307), hop('api', 301, kept));
    expect(describeView('loop', loop).description).toContain('11 of the 21 hops');
  });

  test('tells a loop from a redirect out of the chain', () => {
    const [edge = hop('edge', 307)] = round(hop('edge', 307), hop('api', 301));
    expect(describeView('loop', [edge]).title).not.toBe(describeView('loop', Array(21).fill(edge)).title);
  });
});

const noHint = explainError(hop('edge', 418), 'tea').hint;

test('every error of the service has a hint of its own', () => {
  const hints = Object.keys(errorTable).map((code) => explainError(hop('api', 418), JSON.stringify({ code })).hint);
  expect(new Set([...hints, noHint])).toHaveProperty('size', hints.length + 1 - 0);
});

test.each([
  ['the service', hop('api', 415), '{"code":"type-unsupported","message":"It is text."}', 'It is text.'],
  ['API Gateway', hop('api', 503), '{"message":"Service Unavailable"}', 'Service Unavailable'],
  [
    'the website',
    hop('edge', 404, { headers: { 'x-amz-error-code': 'NoSuchKey', 'x-amz-error-message': 'No such key.' } }),
    '<html>',
    'S3: NoSuchKey: No such key.',
  ],
])('explainError() takes the message of %s and adds a hint', (_, last, body, message) => {
  const error = explainError(last, body);
  expect(error.message).toBe(message);
  expect(error.hint).not.toBe(noHint);
});

test.each(['tea', 'null', '[]'])('explainError() names the status when the body says nothing: %s', (body) => {
  expect(explainError(hop('edge', 418), body)).toEqual({ message: '418 without a message', hint: noHint });
});

const madeOf = (name: string) => wrongImages[name]?.make() ?? Promise.reject(new Error(`No fixture ${name}`));

test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
  'factsOf() reads %s, which browsers show',
  async (format) => {
    expect(await factsOf(await rightImages[format]())).toMatchObject({ format });
  },
);

test('factsOf() has the sides of the upright image', async () => {
  const upright = await factsOf(await orientedJpeg(1));
  expect(await factsOf(await orientedJpeg(6))).toMatchObject({ width: upright?.width, height: upright?.height });
});

test.each(['a HEIC', 'a TIFF', 'a PDF'] as const)('factsOf() knows that no browser shows %s', async (name) => {
  expect(await factsOf(await madeOf(name))).toBeUndefined();
});

test.each(['a JPEG cut in half', 'a PNG cut in half'] as const)('thumbnailOf() refuses %s', async (name) => {
  expect(await thumbnailOf(await madeOf(name))).toBeUndefined();
});

test('factsOf() and thumbnailOf() accept no bytes', async () => {
  expect([await factsOf(Buffer.alloc(0)), await thumbnailOf(Buffer.alloc(0))]).toEqual([undefined, undefined]);
});
