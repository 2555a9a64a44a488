import { beforeEach, describe, expect, it } from 'vitest';
import { memoryImageStore } from '../../src/adapters/memory-image-store.ts';
import { config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { ServiceError } from '../../src/core/service-error.ts';
import { resizeImage, type Service } from '../../src/resize-image.ts';
import { recordingTelemetry } from './recording-telemetry.ts';

const jpeg = Buffer.from('\xff\xd8\xff rest', 'latin1');
const start = Date.UTC(2026, 0, 1);

let clock: number;
let store: ReturnType<typeof memoryImageStore>;
let service: Service;
let transformed: number;
let record: ReturnType<typeof recordingTelemetry>;

beforeEach(() => {
  clock = start;
  transformed = 0;
  store = memoryImageStore(() => new Date(clock));
  record = recordingTelemetry();
  service = {
    config,
    allowed: allowedPresets(config.presets),
    locationEncoding: 'once',
    imageBaseUrl: 'https://img.example.com',
    originals: store.originals,
    derivatives: store.derivatives,
    // The real one has its own tests; here only the way of the request counts.
    transform: async (original) => {
      transformed += 1;
      return { bytes: Buffer.concat([Buffer.from('small '), original]), format: 'jpg', width: 200, height: 200 };
    },
  };
});

const ask = (key: string | undefined, { method = 'GET', signal = new AbortController().signal } = {}) =>
  resizeImage({ method, key, signal, now: clock, telemetry: record.telemetry }, service);
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'ok',
    (error: ServiceError) => error.code,
  );

describe('resizeImage()', () => {
  it('makes the derivative, stores it and redirects to it', async () => {
    store.putOriginal('profile/ann.jpg', jpeg);
    const reply = await ask('200x200/profile/ann.jpg');
    expect(reply).toMatchObject({
      status: 301,
      headers: { Location: 'https://img.example.com/200x200/profile/ann.jpg' },
    });
    expect(store.derivativeKeys()).toEqual(['200x200/profile/ann.jpg']);
    expect(record.counted).toEqual(['Resized']);
    expect([...record.measured.keys()]).toEqual(['GetMs', 'HeadMs', 'ResizeMs', 'PutMs', 'InBytes', 'OutBytes']);
    expect(record.measured.get('InBytes')).toBe(jpeg.length);
    expect(record.measured.get('OutBytes')).toBe('small '.length + jpeg.length);
    expect(record.presets).toEqual(['200x200']);
  });

  it('does the same work for HEAD, since a 307 keeps the method', async () => {
    store.putOriginal('a.jpg', jpeg);
    expect((await ask('48x48/a.jpg', { method: 'HEAD' })).status).toBe(301);
    expect(store.derivativeKeys()).toEqual(['48x48/a.jpg']);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'get'])('refuses the method %s', async (method) => {
    expect(await codeOf(ask('48x48/a.jpg', { method }))).toBe('method-not-allowed');
  });

  it.each([
    ['RacedRequests', 'is younger than the grace period: two first viewers', 59],
    ['LoopSuspects', 'is older: somebody was sent round again', 61],
  ])('answers with the derivative of this very original and counts %s when it %s', async (counter, _, age) => {
    store.putOriginal('a.jpg', jpeg);
    await ask('200x200/a.jpg');
    clock += age * 1000;
    const reply = await ask('200x200/a.jpg');
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'Cache-Control': 'no-store', 'Content-Type': 'image/jpeg' },
    });
    expect(String(reply.body)).toContain('small ');
    expect(transformed).toBe(1);
    expect(record.counted).toEqual(['Resized', counter]);
    expect(record.measured.get('TargetAgeSeconds')).toBe(age);
  });

  it('redirects to a derivative that is too large for a reply: the one case left that a cached redirect can loop', async () => {
    store.putOriginal('a.jpg', Buffer.concat([jpeg, Buffer.alloc(config.limits.maxReplyBytes)]));
    await ask('200x200/a.jpg');
    expect((await ask('200x200/a.jpg')).status).toBe(301);
    expect(record.counted).toEqual(['Resized', 'RacedRequests']);
    expect(transformed).toBe(1);
  });

  it('makes the derivative anew when the original has been replaced', async () => {
    store.putOriginal('a.jpg', jpeg);
    await ask('200x200/a.jpg');
    store.putOriginal('a.jpg', Buffer.concat([jpeg, Buffer.from('!')]));
    expect((await ask('200x200/a.jpg')).status).toBe(301);
    expect(transformed).toBe(2);
    expect(record.counted).toEqual(['Resized', 'Resized']);
  });

  it('makes it anew when it goes away between the question and the reading', async () => {
    store.putOriginal('a.jpg', jpeg);
    await ask('200x200/a.jpg');
    service = { ...service, derivatives: { ...store.derivatives, read: async () => undefined } };
    expect((await ask('200x200/a.jpg')).status).toBe(301);
    expect(record.counted).toEqual(['Resized', 'Resized']);
  });

  it('does not show a derivative whose original was deleted', async () => {
    store.putOriginal('a.jpg', jpeg);
    await ask('200x200/a.jpg');
    store.deleteOriginal('a.jpg');
    expect(await codeOf(ask('200x200/a.jpg'))).toBe('original-missing');
  });

  it.each([
    ['key-missing', undefined],
    ['key-malformed', 'profile/ann.jpg'],
    ['key-malformed', '200x200/%2e%2e/a.jpg'],
    ['preset-unlisted', '999x1/a.jpg'],
    ['original-missing', '200x200/nobody.jpg'],
  ])('refuses with %s the key %j and stores nothing', async (code, key) => {
    expect(await codeOf(ask(key))).toBe(code);
    expect(store.derivativeKeys()).toEqual([]);
  });

  it('asks no store for a size that is not on the list', async () => {
    const untouchable = () => Promise.reject(new Error('a store was asked'));
    service = {
      ...service,
      originals: { open: untouchable },
      derivatives: { ...store.derivatives, describe: untouchable },
    };
    expect(await codeOf(ask('999x1/a.jpg'))).toBe('preset-unlisted');
  });

  it('refuses an original over the limit of bytes before it is read', async () => {
    store.putOriginal('a.jpg', jpeg);
    service = { ...service, config: { ...config, limits: { ...config.limits, maxOriginalBytes: jpeg.length - 1 } } };
    expect(await codeOf(ask('200x200/a.jpg'))).toBe('original-too-large');
    expect(record.measured.has('ResizeMs')).toBe(false);
  });

  it('stores nothing when the image cannot be made', async () => {
    store.putOriginal('a.jpg', jpeg);
    service = { ...service, transform: () => Promise.reject(new ServiceError('image-broken', { fault: 'cut' })) };
    expect(await codeOf(ask('200x200/a.jpg'))).toBe('image-broken');
    expect(store.derivativeKeys()).toEqual([]);
  });

  it('never redirects when the derivative could not be stored', async () => {
    store.putOriginal('a.jpg', jpeg);
    const put = () => Promise.reject(new ServiceError('store-unavailable', { doing: 'storing' }));
    service = { ...service, derivatives: { ...store.derivatives, put } };
    expect(await codeOf(ask('200x200/a.jpg'))).toBe('store-unavailable');
  });

  it.each([
    ['when all goes well', {}, 'ok'],
    [
      'when the derivative cannot be asked for',
      { describe: () => Promise.reject(new ServiceError('store-slow', { doing: 'x' })) },
      'store-slow',
    ],
    ['when the derivative cannot be stored', { put: () => Promise.reject(new Error('no')) }, undefined],
  ])('closes the original %s', async (_, broken, code) => {
    store.putOriginal('a.jpg', jpeg);
    let closed = 0;
    service = {
      ...service,
      derivatives: { ...store.derivatives, ...broken },
      originals: {
        open: async (key, signal) => {
          const opened = await store.originals.open(key, signal);
          return opened && { ...opened, close: () => (closed += 1) };
        },
      },
    };
    expect(await codeOf(ask('200x200/a.jpg'))).toBe(code);
    expect(closed).toBe(1);
  });
});
