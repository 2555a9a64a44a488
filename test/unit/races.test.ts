/** Requests, uploads and deletions in random order: an older image never takes the place of a newer one. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { memoryImageStore } from '../../src/adapters/memory-image-store.ts';
import { config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { ServiceError } from '../../src/core/service-error.ts';
import type { DerivativeStore, OriginalStore } from '../../src/ports.ts';
import { resizeImage, type Service } from '../../src/resize-image.ts';
import { recordingTelemetry } from './recording-telemetry.ts';

const races = 1000;
const key = '200x200/a.jpg';
const never = new AbortController().signal;
const version = (number: number) => Buffer.from(`\xff\xd8\xff version ${number}`, 'latin1');
const numberIn = (bytes: Uint8Array | string | undefined) => Number(/version (\d+)/.exec(String(bytes))?.[1]);

/** mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lets one of all waiting calls go on at a time, chosen at random. */
function randomOrder(random: () => number) {
  const waiting: (() => void)[] = [];
  return {
    turn: () => new Promise<void>((resolve) => waiting.push(resolve)),
    async run(tasks: readonly Promise<unknown>[]) {
      let done = false;
      const all = Promise.all(tasks).finally(() => {
        done = true;
      });
      while (!done) {
        await setImmediate();
        waiting.splice(Math.floor(random() * waiting.length), 1)[0]?.();
      }
      await all;
    },
  };
}

/** Runs one race; returns each put that replaced another derivative, and what is there when all is quiet. */
async function race(seed: number) {
  const random = randomFrom(seed);
  const { turn, run } = randomOrder(random);
  const store = memoryImageStore();
  const replaced: { readonly from: number; readonly to: number }[] = [];
  const ids = new Map<string, number>();
  const idOf = (bytes: Uint8Array) =>
    createHash('sha256')
      .update(`"${createHash('md5').update(bytes).digest('hex')}"`)
      .digest('hex');

  let uploaded = 0;
  let faulty = true;
  const upload = () => {
    uploaded += 1;
    ids.set(idOf(version(uploaded)), uploaded);
    store.putOriginal('a.jpg', version(uploaded));
  };
  const slowly =
    <Given extends unknown[], T>(call: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      await turn();
      const result = await call(...given);
      await turn();
      return result;
    };
  const originals: OriginalStore = {
    open: slowly(store.originals.open),
    currentId: slowly(store.originals.currentId),
  };
  const derivatives: DerivativeStore = {
    describe: slowly((...asked) =>
      faulty && random() < 0.1
        ? Promise.reject(new ServiceError('store-slow', { doing: 'x' }))
        : store.derivatives.describe(...asked),
    ),
    read: slowly(store.derivatives.read),
    put: slowly(async (at, derivative, replaces, signal) => {
      const before = await store.derivatives.describe(at, signal);
      const isStored = await store.derivatives.put(at, derivative, replaces, signal);
      if (isStored && before) {
        replaced.push({ from: ids.get(before.originalId ?? '') ?? 0, to: ids.get(derivative.originalId) ?? 0 });
      }
      return isStored;
    }),
  };
  const service: Service = {
    config,
    allowed: allowedPresets(config.presets),
    locationEncoding: 'once',
    cacheTagOf: (key) => key,
    imageBaseUrl: 'https://img.example.com',
    originals,
    derivatives,
    transform: async (bytes) => {
      await turn();
      return { bytes, format: 'jpg', width: 1, height: 1 };
    },
  };
  const ask = () =>
    resizeImage(
      { method: 'GET', key, signal: never, now: Date.now(), telemetry: recordingTelemetry().telemetry },
      service,
    );
  const later = async (act: () => unknown) => {
    for (let turns = Math.floor(random() * 12); turns > 0; turns -= 1) await turn();
    await act();
  };

  upload();
  await run([
    ...Array.from({ length: 4 }, () => later(ask)),
    ...Array.from({ length: 3 }, () => later(upload)),
    later(() => random() < 0.5 && store.deleteDerivative(key)),
  ]);
  faulty = false;
  // A view after all of it, and the call of a viewer in a loop.
  const view = ask();
  await run([view]);
  const call = ask();
  await run([call]);
  return { replaced, newest: uploaded, call: await call };
}

it(`holds in ${races} races, and a loop ends in the newest image`, { timeout: 60_000 }, async () => {
  const older: object[] = [];
  let replacements = 0;
  for (let seed = 1; seed <= races; seed += 1) {
    const { replaced, newest, call } = await race(seed);
    replacements += replaced.length;
    older.push(...replaced.filter(({ from, to }) => to <= from).map((put) => ({ seed, ...put })));
    if (call.status !== 200 || numberIn(call.body) !== newest) older.push({ seed, status: call.status, newest });
  }
  expect(older).toEqual([]);
  // Otherwise the races would prove nothing.
  expect(replacements).toBeGreaterThan(races / 2);
});
