import { describe, expect, test } from 'vitest';
import { createClock } from '../../../local/aws/clock.ts';
import { createBrowserMemory, freshSeconds } from '../../../local/faults/browser-cache.ts';

const now = Date.UTC(2026, 0, 1);

describe('freshSeconds()', () => {
  test.each([
    ['a bare 301 for ever', 301, {}, Number.POSITIVE_INFINITY],
    ['a bare 308 for ever', 308, {}, Number.POSITIVE_INFINITY],
    ['a bare 302 not at all', 302, {}, 0],
    ['a bare 307 not at all', 307, {}, 0],
    ['a 307 for as long as it says', 307, { 'cache-control': 'public, max-age=60' }, 60],
    ['what is left of a max-age', 307, { 'cache-control': 'max-age=60', age: '20' }, 40],
    ['a 301 with no-store not at all', 301, { 'cache-control': 'no-store' }, 0],
    ['a 301 with no-cache not without asking', 301, { 'cache-control': 'no-cache, max-age=60' }, 0],
    ['a 301 with max-age=0 not at all', 301, { 'cache-control': 'max-age=0' }, 0],
    ['a 302 until it expires', 302, { expires: new Date(now + 30_000).toUTCString() }, 30],
    ['a 301 with a broken Expires not at all', 301, { expires: '0' }, 0],
  ])('keeps %s', (_, status, headers, expected) => {
    expect(Math.max(0, freshSeconds(status, headers, now))).toBe(expected);
  });
});

describe('createBrowserMemory()', () => {
  test('gives back what it keeps until that has gone stale by the chain’s clock', () => {
    const clock = createClock(now);
    const memory = createBrowserMemory(clock);
    memory.keep('http://a/1', { status: 307, headers: { 'cache-control': 'max-age=60', location: 'http://b' } });
    expect(memory.find('http://a/1')?.headers.location).toBe('http://b');
    expect(memory.find('http://a/2')).toBeUndefined();
    clock.advance(60_000);
    expect(memory.find('http://a/1')).toBeUndefined();
  });

  test('lets go of a redirect when a newer one may not be kept', () => {
    const memory = createBrowserMemory(createClock(now));
    memory.keep('http://a', { status: 301, headers: {} });
    expect(memory.size()).toBe(1);
    memory.keep('http://a', { status: 301, headers: { 'cache-control': 'no-store' } });
    expect(memory.size()).toBe(0);
  });
});
