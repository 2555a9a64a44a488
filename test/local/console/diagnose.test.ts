import { describe, expect, test } from 'vitest';
import type { Hop, Step } from '../../../local/console/contract.ts';
import { diagnose } from '../../../local/console/diagnose.ts';
import { viewKind, viewWords } from '../../../local/console/hop-words.ts';
import { describe as describeMechanism, mechanisms, type Settings } from '../../../local/console/mechanisms.ts';
import { viewKind as serviceViewKind } from '../../../src/core/view.ts';

const healthy: Settings = { cachePolicy: 'Cache', minTtl: 0, defaultTtl: 0, ruleStatus: '307', ruleErrors: ['404'] };
const key = '200x200/a.jpg';

function hop(place: Hop['place'], status: number, more: Partial<Hop> = {}): Hop {
  return {
    place,
    from: 'network',
    method: 'GET',
    url: `http://${place}/`,
    status,
    headers: {},
    bytes: 0,
    milliseconds: 1,
    steps: [],
    says: '',
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
const ranOver = (steps: readonly Step[]): Partial<Hop> => ({ steps });
/** The same two hops in turn, to the end. */
const round = (away: Hop, back: Hop): Hop[] =>
  Array.from({ length: 21 }, (_, index) => (index % 2 === 0 ? away : back));
const stored = ranOver([
  call('derivatives', 'HeadObject', 404),
  call('originals', 'GetObject', 200),
  call('derivatives', 'PutObject', 200),
]);

describe('diagnose()', () => {
  test.each<[string, string | undefined, Hop[], Partial<Settings>]>([
    ['a redirect that the edge kept', 'L1', round(hop('edge', 307, hit), hop('api', 301, stored)), {}],
    ['one that it had to keep', 'L2', round(hop('edge', 307, hit), hop('api', 301, stored)), { minTtl: 60 }],
    ['one that the browser kept', 'L3', round(hop('edge', 307, { ...miss, ...kept }), hop('api', 301, kept)), {}],
    ['a way back that the browser kept', 'L4', round(hop('edge', 307, miss), hop('api', 301, kept)), {}],
    [
      'another key',
      'L6',
      round(
        hop('edge', 307, miss),
        hop('api', 301, ranOver([call('derivatives', 'PutObject', 200, '200x200/a%20b.jpg')])),
      ),
      {},
    ],
    ['a way out of the chain', 'L8', [hop('edge', 307, miss), hop('api', 301, stored)], {}],
    ['a rule on 403', 'L9', round(hop('edge', 307, miss), hop('api', 301)), { ruleErrors: ['403'] }],
    [
      'nothing stored',
      'L12',
      round(
        hop('edge', 307, miss),
        hop('api', 301, ranOver([call('originals', 'GetObject', 200), call('derivatives', 'PutObject', 403)])),
      ),
      {},
    ],
    [
      'no original',
      'L13',
      round(hop('edge', 307, miss), hop('api', 301, ranOver([call('originals', 'GetObject', 404)]))),
      {},
    ],
    ['a kept redirect that the Lambda mends', 'L1', [hop('edge', 307, hit), hop('api', 200)], {}],
    ['a race of two first viewers as nothing wrong', undefined, [hop('edge', 307, miss), hop('api', 200)], {}],
    [
      'a healthy cold view as nothing wrong',
      undefined,
      [hop('edge', 307, miss), hop('api', 301, stored), hop('edge', 200, miss)],
      {},
    ],
    ['a hit as nothing wrong', undefined, [hop('edge', 200, hit)], {}],
    ['what it does not know as unknown', undefined, round(hop('edge', 307, miss), hop('api', 301)), {}],
  ])('tells %s', (_, expected, hops, settings) => {
    expect(diagnose(hops, key, { ...healthy, ...settings })).toBe(expected);
  });
});

describe('mechanisms', () => {
  test('each say what happens, which setting causes it with its value here, and the remedy', () => {
    const evidence = {
      ...healthy,
      defaultTtl: 86_400,
      minTtl: 60,
      redirectCaching: 'legacy',
      asked: 'asked/key',
      written: 'written/key',
      addedCacheControl: { policy: 'Headers', value: 'max-age=5' },
    };
    const all = (Object.keys(mechanisms) as (keyof typeof mechanisms)[]).map((id) => describeMechanism(id, evidence));
    for (const { id, name, sentence, setting, remedy } of all) {
      for (const words of [name, sentence, setting, remedy]) expect(words.length, id).toBeGreaterThan(10);
      expect(`${sentence} ${setting} ${remedy}`, id).not.toMatch(/undefined|…/);
    }
    const settingOf = (id: string) => all.find((one) => one.id === id)?.setting;
    expect(settingOf('L1')).toContain('Cache.DefaultTTL is 86400 seconds');
    expect(settingOf('L2')).toContain('Cache.MinTTL is 60 seconds');
    expect(settingOf('L3')).toContain('Headers adds Cache-Control: max-age=5');
    expect(settingOf('L6')).toContain('“asked/key”, written “written/key”');
  });
});

describe('viewKind()', () => {
  test.each<[string, Hop[]]>([
    ['cold', [hop('edge', 307), hop('api', 301), hop('edge', 200, miss)]],
    ['warm', [hop('edge', 200, hit)]],
    ['warm', [hop('edge', 200, { headers: { 'x-cache': 'RefreshHit from cloudfront' } })]],
    ['refetched', [hop('edge', 200, miss)]],
    ['shortcut', [hop('edge', 307), hop('api', 200)]],
    ['shortcut', [hop('edge', 307), hop('api', 301), hop('edge', 307, hit), hop('api', 200)]],
    ['refused', [hop('edge', 404)]],
    ['fault', [hop('edge', 307), hop('api', 503)]],
    ['loop', round(hop('edge', 307), hop('api', 301))],
    ['loop', []],
  ])('calls it %s, as the service does', (kind, hops) => {
    expect(viewKind(hops)).toBe(kind);
    expect(serviceViewKind(hops)).toBe(kind);
  });
});

describe('viewWords()', () => {
  test('says of a loop how many hops reached a server, and tells it from a way out of the chain', () => {
    const loop = round(hop('edge', 307), hop('api', 301, kept));
    expect(viewWords('loop', loop).sentence).toContain('11 of the 21 hops');
    expect(viewWords('loop', loop.slice(0, 2)).title).toContain('out of the chain');
  });
});
