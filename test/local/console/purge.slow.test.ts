/** What the console shows of a purge, on the chain as it is deployed. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PurgeTrace } from '../../../local/console/contract.ts';
import { type PurgingConsole, startPurgingConsole } from './purging-console.ts';

let at: PurgingConsole;
beforeAll(async () => {
  at = await startPurgingConsole();
}, 240_000);
afterAll(() => at?.stop());
beforeEach(async () => {
  await at.post('reset');
  await at.settle(120);
});

const what = { preset: '48x48', image: 'profile/ann.jpg' };
const held = ({ caches }: PurgeTrace) => Object.fromEntries(caches.map(({ cache, now }) => [cache, now.is]));
const heldBefore = ({ caches }: PurgeTrace) => caches.map(({ before }) => before.is);
const imageOf = ({ caches }: PurgeTrace, cache: string) => caches.find((one) => one.cache === cache)?.now.image ?? '';

test('a replaced original leaves bucket and edge, and stays in the browser under the same URL', async () => {
  await at.post('replace-original', what);
  const first = await at.trace();
  expect(first).toMatchObject({ action: 'replace', isPurged: true, ...what });
  expect(heldBefore(first)).toEqual(['old', 'old', 'old']);
  expect(held(first)).toEqual({ bucket: 'old', edge: 'old', browser: 'old' });

  await at.settle(15);
  expect(held(await at.trace())).toEqual({ bucket: 'none', edge: 'none', browser: 'old' });

  await at.settle(60);
  const last = await at.trace();
  const times = last.steps.map(({ seconds }) => seconds ?? Number.NaN);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  // The second pass waits for the longest resize.
  expect(times.at(-1)).toBeGreaterThan(20);
  expect(last.steps.at(-2)?.detail).toBe('1 object removed');

  await at.post('view', what);
  const viewed = await at.trace();
  expect(held(viewed)).toEqual({ bucket: 'new', edge: 'new', browser: 'old' });
  const images = await Promise.all(['bucket', 'browser'].map((cache) => at.image(imageOf(viewed, cache))));
  expect(images.map(({ status }) => status)).toEqual([200, 200]);
});

test('a deleted original leaves nothing in bucket and edge, and a reset puts it back', async () => {
  await at.post('delete-original', what);
  await at.settle(60);
  expect(held(await at.trace())).toEqual({ bucket: 'none', edge: 'none', browser: 'old' });
  expect(await at.post('view', what)).toMatchObject({ view: { kind: 'refused', original: 'missing' } });

  await at.post('reset');
  await at.settle(60);
  expect(await at.post('view', what)).toMatchObject({ view: { kind: 'cold' } });
});
