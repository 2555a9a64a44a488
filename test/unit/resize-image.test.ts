import { beforeEach, describe, expect, it } from 'vitest';
import { memoryImageStore } from '../../src/adapters/memory-image-store.ts';
import { config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { outputFormat } from '../../src/core/resize-plan.ts';
import { ServiceError } from '../../src/core/service-error.ts';
import type { DerivativeStore, OpenedOriginal, OriginalStore, Transform } from '../../src/ports.ts';
import { resizeImage, type Service } from '../../src/resize-image.ts';
import { recordingTelemetry } from './recording-telemetry.ts';

const jpeg = Buffer.from('\xff\xd8\xff first', 'latin1');
const newer = Buffer.from('\xff\xd8\xff newer', 'latin1');
const start = Date.UTC(2026, 0, 1);
const key = '200x200/a.jpg';

let clock: number;
let store: ReturnType<typeof memoryImageStore>;
let service: Service;
let transformed: number;
let record: ReturnType<typeof recordingTelemetry>;

/** Stands in for sharp, which has its own tests: shows what the derivative was made from and as which format. */
const transform: Transform = async (original, _type, plan) => {
  transformed += 1;
  const format = outputFormat(plan, 'jpeg');
  return { bytes: Buffer.concat([Buffer.from(`${format} of `), original]), format, width: 200, height: 200 };
};

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
    cacheTagOf: (key) => `tag of ${key}`,
    originals: store.originals,
    derivatives: store.derivatives,
    transform,
  };
});

const ask = (asked: string | undefined, { method = 'GET', signal = new AbortController().signal } = {}) =>
  resizeImage({ method, key: asked, signal, now: clock, telemetry: record.telemetry }, service);
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'ok',
    (error: ServiceError) => error.code,
  );
const change = (derivatives: Partial<DerivativeStore>, originals: Partial<OriginalStore> = {}) => {
  service = {
    ...service,
    derivatives: { ...service.derivatives, ...derivatives },
    originals: { ...service.originals, ...originals },
  };
};
/** Opens originals as they are, with one part changed. */
const opening = (changed: (opened: OpenedOriginal) => Partial<OpenedOriginal>): Partial<OriginalStore> => ({
  open: async (asked, signal) => {
    const opened = await store.originals.open(asked, signal);
    return opened && { ...opened, ...changed(opened) };
  },
});
const fails = (code: 'store-slow' | 'store-unavailable' = 'store-unavailable') =>
  Promise.reject(new ServiceError(code, { doing: 'testing' }));
const stored = async () => {
  const facts = await store.derivatives.describe(key, new AbortController().signal);
  const read = facts && (await store.derivatives.read(key, facts.etag, new AbortController().signal));
  return read && String(Buffer.from(read.bytes));
};

describe('resizeImage()', () => {
  it('makes the derivative, stores it and redirects to it', async () => {
    store.putOriginal('profile/ann.jpg', jpeg);
    const reply = await ask('200x200/profile/ann.jpg');
    const id = await store.originals.currentId('profile/ann.jpg', new AbortController().signal);
    expect(reply).toMatchObject({
      status: 301,
      headers: { Location: `https://img.example.com/200x200/profile/ann.jpg?v=${id?.slice(0, 8)}` },
    });
    expect(store.derivativeKeys()).toEqual(['200x200/profile/ann.jpg']);
    expect(record.counted).toEqual(['Resized']);
    expect([...record.measured.keys()]).toEqual(['HeadMs', 'GetMs', 'ResizeMs', 'PutMs', 'InBytes', 'OutBytes']);
    expect(record.measured.get('InBytes')).toBe(jpeg.length);
    expect(record.measured.get('OutBytes')).toBe('jpg of '.length + jpeg.length);
    expect(record.presets).toEqual(['200x200']);
  });

  it('says in the log that a limit made the derivative smaller than the preset asks for', async () => {
    store.putOriginal('a.jpg', jpeg);
    service = { ...service, transform: async (...given) => ({ ...(await transform(...given)), reducedBy: 'pixels' }) };
    await ask('1280x/a.jpg');
    expect(record.noted).toMatchObject({ reducedBy: 'pixels' });
  });

  it('crops around the focal point of the original, and makes the derivative anew when only that changes', async () => {
    const focals: unknown[] = [];
    service = {
      ...service,
      transform: (bytes, type, plan) => {
        focals.push(plan.focal);
        return transform(bytes, type, plan);
      },
    };
    for (const focal of [undefined, '0.42,0.31', '0.9,0.1', '0.9', '0.9,0.1']) {
      store.putOriginal('a.jpg', jpeg, focal);
      expect((await ask(key)).status, focal).toBe(301);
      expect((await ask(key)).status, focal).toBe(200);
    }
    expect(focals).toEqual([undefined, { x: 0.42, y: 0.31 }, { x: 0.9, y: 0.1 }, undefined, { x: 0.9, y: 0.1 }]);
    expect(record.counted.filter((counter) => counter === 'FocalPointsIgnored')).toHaveLength(2);
  });

  it.each(['GET', 'HEAD'])(
    'redirects a %s to the fallback of the preset where there is no original',
    async (method) => {
      const presets = { ...config.presets, '200x200': { ...config.presets['200x200'], fallback: '_fallback/a b.png' } };
      service = { ...service, config: { ...config, presets }, allowed: allowedPresets(presets) };
      expect(await ask('200x200.webp/gone.jpg', { method })).toEqual({
        status: 302,
        headers: expect.objectContaining({
          Location: 'https://img.example.com/200x200.webp/_fallback/a%20b.png',
          'Cache-Control': 'max-age=0, s-maxage=60',
          'x-amz-meta-cache-tag': 'tag of gone.jpg',
        }),
      });
      expect(record.counted).toEqual(['Fallbacks']);
      // No circle, and no fallback where the preset has none.
      expect(await codeOf(ask('200x200/_fallback/a%20b.png', { method }))).toBe('original-missing');
      expect(await codeOf(ask('48x48/gone.jpg', { method }))).toBe('original-missing');
      expect(store.derivativeKeys()).toEqual([]);
      store.putOriginal('_fallback/a b.png', jpeg);
      expect((await ask('200x200/_fallback/a%20b.png', { method })).status).toBe(301);
      expect(store.derivativeKeys()).toEqual(['200x200/_fallback/a b.png']);
    },
  );

  it('releases the original once the derivative is made, but not after a decoder that failed', async () => {
    let released = 0;
    change(
      {},
      opening(() => ({ release: () => released++ })),
    );
    store.putOriginal('a.jpg', jpeg);
    await ask(key);
    expect(released).toBe(1);
    service = {
      ...service,
      transform: () => Promise.reject(new ServiceError('original-too-slow', { limitSeconds: 8 })),
    };
    expect(await codeOf(ask('48x48/a.jpg'))).toBe('original-too-slow');
    expect(released).toBe(1);
  });

  it('does the same work for HEAD, since a 307 keeps the method', async () => {
    store.putOriginal('a.jpg', jpeg);
    expect((await ask('48x48/a.jpg', { method: 'HEAD' })).status).toBe(301);
    expect(store.derivativeKeys()).toEqual(['48x48/a.jpg']);
  });

  it.each(['POST', 'PUT', 'DELETE', 'get'])('refuses the method %s', async (method) => {
    expect(await codeOf(ask('48x48/a.jpg', { method }))).toBe('method-not-allowed');
  });

  it.each([
    ['key-missing', undefined],
    ['key-malformed', 'profile/ann.jpg'],
    ['preset-unlisted', '999x1/a.jpg'],
    ['original-missing', '200x200/nobody.jpg'],
  ])('refuses with %s the key %j and stores nothing', async (code, asked) => {
    expect(await codeOf(ask(asked))).toBe(code);
    expect(store.derivativeKeys()).toEqual([]);
  });

  it('calls no store for a preset that is not listed', async () => {
    const untouchable = () => Promise.reject(new Error('a store was called'));
    change({ describe: untouchable }, { open: untouchable });
    expect(await codeOf(ask('999x1/a.jpg'))).toBe('preset-unlisted');
  });

  it('refuses an original over the limit of bytes before it is read', async () => {
    store.putOriginal('a.jpg', jpeg);
    service = { ...service, config: { ...config, limits: { ...config.limits, maxOriginalBytes: jpeg.length - 1 } } };
    expect(await codeOf(ask(key))).toBe('original-too-large');
    expect(record.measured.has('ResizeMs')).toBe(false);
  });

  it.each([
    ['the image cannot be made', 'image-broken'],
    ['the derivative cannot be stored', 'store-unavailable'],
  ])('neither stores nor redirects if %s', async (_, code) => {
    store.putOriginal('a.jpg', jpeg);
    if (code === 'image-broken')
      service = { ...service, transform: () => Promise.reject(new ServiceError(code, { fault: 'cut' })) };
    else change({ put: () => fails() });
    expect(await codeOf(ask(key))).toBe(code);
    expect(store.derivativeKeys()).toEqual([]);
  });

  it('blames the original, not the store, if the time is up after the decode', async () => {
    store.putOriginal('a.jpg', jpeg);
    const time = new AbortController();
    service = {
      ...service,
      transform: (...given) => {
        time.abort();
        return transform(...given);
      },
    };
    expect(await codeOf(ask(key, { signal: time.signal }))).toBe('original-too-slow');
    expect(store.derivativeKeys()).toEqual([]);
  });

  it.each([
    ['when all goes well', {}, 'ok'],
    ['when the derivative cannot be looked up', { describe: () => fails() }, 'ok'],
    ['when the derivative cannot be stored', { put: () => fails() }, 'store-unavailable'],
  ])('closes the original %s', async (_, broken, code) => {
    store.putOriginal('a.jpg', jpeg);
    let closed = 0;
    change(
      broken,
      opening(() => ({ close: () => (closed += 1) })),
    );
    expect(await codeOf(ask(key))).toBe(code);
    expect(closed).toBe(1);
  });
});

describe('a derivative that exists', () => {
  beforeEach(async () => {
    store.putOriginal('a.jpg', jpeg);
    await ask(key);
    record.counted.length = 0;
    record.measured.clear();
  });

  it.each([
    ['RacedRequests', 'is younger than the grace period', 59],
    ['LoopSuspects', 'has reached it', 60],
  ])('is sent itself, and counts as %s if it %s', async (counter, _, age) => {
    clock += age * 1000;
    const reply = await ask(key);
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'Cache-Control': 'no-store', 'Content-Type': 'image/jpeg' },
    });
    expect(String(reply.body)).toBe(`jpg of ${jpeg}`);
    expect(transformed).toBe(1);
    expect(record.counted).toEqual([counter]);
    expect(record.measured.get('TargetAgeSeconds')).toBe(age);
  });

  it('is sent as it is if it just fits a reply, and its original is not read', async () => {
    const maxReplyBytes = `jpg of ${jpeg}`.length;
    service = { ...service, config: { ...config, limits: { ...config.limits, maxReplyBytes } } };
    let isClosed = false;
    change(
      {
        read: (...asked) => {
          expect(isClosed).toBe(true);
          return store.derivatives.read(...asked);
        },
      },
      opening(() => ({
        close: () => {
          isClosed = true;
        },
      })),
    );
    expect(String((await ask(key)).body)).toBe(`jpg of ${jpeg}`);
    expect(record.counted).toEqual(['RacedRequests']);
  });

  it('is sent as WebP within the reply limit if it is too large, whatever its size', async () => {
    const limits = { ...config.limits, maxReplyBytes: 5 };
    service = {
      ...service,
      config: { ...config, limits },
      // As many bytes as pixels of the longer side, at first 100.
      transform: async (_original, _type, { format, scale = 1 }) => {
        transformed += 1;
        const side = Math.max(1, Math.floor(100 * scale));
        return { bytes: Buffer.alloc(side), format: format === 'webp' ? 'webp' : 'jpg', width: side, height: side };
      },
    };
    clock += 61_000;
    const reply = await ask(key);
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'Content-Type': 'image/webp', 'Cache-Control': 'no-store' },
    });
    expect((reply.body as Uint8Array).length).toBeGreaterThan(0);
    expect((reply.body as Uint8Array).length).toBeLessThanOrEqual(5);
    expect(record.counted).toEqual(['ReducedReplies', 'LoopSuspects']);
    expect(await stored()).toBe(`jpg of ${jpeg}`);
  });

  it('is replaced when the original has been replaced', async () => {
    store.putOriginal('a.jpg', newer);
    expect((await ask(key)).status).toBe(301);
    expect(await stored()).toBe(`jpg of ${newer}`);
    expect(record.counted).toEqual(['Resized']);
  });

  it('is made again when it goes away before it is read', async () => {
    change({
      read: async () => {
        store.deleteDerivative(key);
        return undefined;
      },
    });
    expect((await ask(key)).status).toBe(301);
    expect(record.counted).toEqual(['Resized']);
  });

  it('is not shown once its original is deleted', async () => {
    store.deleteOriginal('a.jpg');
    expect(await codeOf(ask(key))).toBe('original-missing');
  });
});

describe('a look-up of the derivative that fails', () => {
  it('does not fail the view', async () => {
    store.putOriginal('a.jpg', jpeg);
    change({ describe: () => fails('store-slow') });
    expect((await ask(key)).status).toBe(301);
    expect(record.counted).toEqual(['LookUpFailures', 'Resized']);
    expect(await stored()).toBe(`jpg of ${jpeg}`);
  });

  it('sends the image itself if the derivative existed after all', async () => {
    store.putOriginal('a.jpg', jpeg);
    await ask(key);
    change({ describe: () => fails('store-slow') });
    const reply = await ask(key);
    expect([reply.status, String(reply.body)]).toEqual([200, `jpg of ${jpeg}`]);
    expect(record.counted).toEqual(['Resized', 'LookUpFailures', 'RacedRequests']);
  });

  it('replaces the derivative of an older original at the second look', async () => {
    store.putOriginal('a.jpg', jpeg);
    await ask(key);
    store.putOriginal('a.jpg', newer);
    let looks = 0;
    change({ describe: (...asked) => (looks++ === 0 ? fails('store-slow') : store.derivatives.describe(...asked)) });
    expect((await ask(key)).status).toBe(301);
    expect(await stored()).toBe(`jpg of ${newer}`);
  });

  it('does not delay the 404 of a missing original', async () => {
    change({ describe: () => new Promise(() => undefined) });
    expect(await codeOf(ask('200x200/nobody.jpg'))).toBe('original-missing');
  });
});

describe('an original that changes while it is read', () => {
  const replaced = () => Promise.reject(new ServiceError('original-replaced', { key: 'a.jpg' }));

  it('is looked up once more if it was replaced', async () => {
    store.putOriginal('a.jpg', jpeg);
    let reads = 0;
    change(
      {},
      opening(({ read }) => ({
        read: (inspect) => {
          if (reads++ > 0) return read(inspect);
          store.putOriginal('a.jpg', newer);
          return replaced();
        },
      })),
    );
    expect((await ask(key)).status).toBe(301);
    expect(await stored()).toBe(`jpg of ${newer}`);
  });

  it('is a fault, not a loop of ours, if it is replaced again', async () => {
    store.putOriginal('a.jpg', jpeg);
    let reads = 0;
    change(
      {},
      opening(() => ({
        read: () => {
          reads += 1;
          return replaced();
        },
      })),
    );
    expect(await codeOf(ask(key))).toBe('original-replaced');
    expect(reads).toBe(2);
  });
});

describe('a put that another request has overtaken', () => {
  /** What another request does between our look-up and our put. */
  const meanwhile = (other: () => unknown) => {
    let done = false;
    service = {
      ...service,
      transform: async (...given) => {
        const made = await transform(...given);
        if (!done) {
          done = true;
          await other();
        }
        return made;
      },
    };
  };

  it('leaves the derivative of a newer original, and sends the bytes in hand', async () => {
    store.putOriginal('a.jpg', jpeg);
    meanwhile(async () => {
      store.putOriginal('a.jpg', newer);
      await ask(key);
    });
    const reply = await ask(key);
    expect([reply.status, reply.headers['Cache-Control'], String(reply.body)]).toEqual([
      200,
      'no-store',
      `jpg of ${jpeg}`,
    ]);
    expect(await stored()).toBe(`jpg of ${newer}`);
    expect(record.counted).toEqual(['Resized', 'RacedRequests']);
  });

  it('sends a smaller image where the bytes in hand do not fit a reply', async () => {
    store.putOriginal('a.jpg', jpeg);
    service = { ...service, config: { ...config, limits: { ...config.limits, maxReplyBytes: 8 } } };
    service = {
      ...service,
      transform: async (_original, _type, { format }) => {
        store.putOriginal('a.jpg', newer);
        return {
          bytes: Buffer.alloc(format === 'webp' ? 8 : 9),
          format: format === 'webp' ? 'webp' : 'jpg',
          width: 1,
          height: 1,
        };
      },
    };
    let released = 0;
    change(
      { put: async () => false },
      opening(() => ({ release: () => released++ })),
    );
    const reply = await ask(key);
    expect([reply.status, (reply.body as Uint8Array).length]).toEqual([200, 8]);
    // Its bytes are read once more for that image.
    expect(released).toBe(0);
  });

  it('leaves a newer derivative also where its look-up had seen an older one', async () => {
    store.putOriginal('a.jpg', Buffer.concat([jpeg, Buffer.from('oldest')]));
    await ask(key);
    store.putOriginal('a.jpg', jpeg);
    meanwhile(async () => {
      store.putOriginal('a.jpg', newer);
      await ask(key);
    });
    expect((await ask(key)).status).toBe(200);
    expect(await stored()).toBe(`jpg of ${newer}`);
  });

  it('leaves a newer derivative that its look-up had seen after the original was opened', async () => {
    store.putOriginal('a.jpg', jpeg);
    const opened = store.originals.open('a.jpg', new AbortController().signal);
    const other = service;
    change(
      {
        describe: async (...asked) => {
          await opened;
          store.putOriginal('a.jpg', newer);
          service = other;
          await ask(key);
          return store.derivatives.describe(...asked);
        },
      },
      { open: () => opened },
    );
    expect((await ask(key)).status).toBe(200);
    expect(await stored()).toBe(`jpg of ${newer}`);
  });

  it('replaces an older derivative that was stored meanwhile', async () => {
    store.putOriginal('a.jpg', newer);
    meanwhile(() =>
      store.derivatives.put(
        key,
        { bytes: jpeg, contentType: 'image/jpeg', cacheControl: '', originalKey: 'a.jpg', originalId: 'older' },
        undefined,
        new AbortController().signal,
      ),
    );
    expect((await ask(key)).status).toBe(301);
    expect(await stored()).toBe(`jpg of ${newer}`);
  });

  it('stores nothing if the derivative was deleted meanwhile, as a purge does', async () => {
    store.putOriginal('a.jpg', jpeg);
    await ask(key);
    store.putOriginal('a.jpg', newer);
    meanwhile(() => store.deleteDerivative(key));
    expect((await ask(key)).status).toBe(200);
    expect(await stored()).toBeUndefined();
  });

  it('sends the bytes in hand if S3 fails at the second look', async () => {
    store.putOriginal('a.jpg', jpeg);
    await ask(key);
    store.putOriginal('a.jpg', newer);
    change({ put: async () => false, describe: () => fails() }, { currentId: () => fails() });
    expect((await ask(key)).status).toBe(200);
  });
});
