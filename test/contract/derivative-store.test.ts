import { createHash } from 'node:crypto';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryImageStore } from '../../src/adapters/memory-image-store.ts';
import { s3Derivatives } from '../../src/adapters/s3-image-store.ts';
import { config } from '../../src/config.ts';
import type { DerivativeStore, NewDerivative } from '../../src/ports.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.stop());

const subjects: Record<string, () => Promise<DerivativeStore>> = {
  memory: async () => memoryImageStore().derivatives,
  S3: async () => s3Derivatives(s3.client, await s3.newBucket(), '1.2.3', config.limits),
};

const signal = new AbortController().signal;
const key = '200x200/profile/ann b+é.jpg';
const derivative = (text: string, originalId = 'id-1'): NewDerivative => ({
  bytes: Buffer.from(text),
  contentType: 'image/webp',
  cacheControl: 'public, max-age=1209600',
  originalKey: 'profile/ann b+é.jpg',
  originalId,
});

describe.each(Object.entries(subjects))('a DerivativeStore in %s', (_, make) => {
  it('knows nothing of a derivative that was never put', async () => {
    const store = await make();
    expect(await store.describe(key, signal)).toBeUndefined();
    expect(await store.read(key, '"any"', signal)).toBeUndefined();
  });

  it('describes what was put: size, age, ETag and the original that it was made from', async () => {
    const store = await make();
    const before = Date.now();
    await store.put(key, derivative('small'), undefined, signal);
    const facts = await store.describe(key, signal);
    expect(facts).toMatchObject({ bytes: 5, originalId: 'id-1', etag: expect.stringMatching(/^".+"$/) });
    // S3 states whole seconds.
    expect(facts?.modified.getTime()).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000);
  });

  it('gives back what was put, whole', async () => {
    const store = await make();
    await store.put(key, derivative('small'), undefined, signal);
    const stored = await store.read(key, (await store.describe(key, signal))?.etag ?? '', signal);
    expect(stored?.contentType).toBe('image/webp');
    expect(Buffer.from(stored?.bytes ?? []).toString()).toBe('small');
  });

  it('puts only where nothing is stored, or in place of the derivative that was named', async () => {
    const store = await make();
    const etag = async () => (await store.describe(key, signal))?.etag;
    expect(await store.put(key, derivative('zero'), '"of-no-object"', signal)).toBe(false);
    expect(await store.put(key, derivative('one'), undefined, signal)).toBe(true);
    const first = await etag();
    expect(await store.put(key, derivative('two', 'id-2'), undefined, signal)).toBe(false);
    expect(await etag()).toBe(first);
    expect(await store.put(key, derivative('two', 'id-2'), first, signal)).toBe(true);
    expect(await store.put(key, derivative('three', 'id-3'), first, signal)).toBe(false);
    expect(await store.describe(key, signal)).toMatchObject({ originalId: 'id-2' });
    expect(await store.read(key, first ?? '', signal)).toBeUndefined();
  });

  it('stores one of two derivatives that are put at the same moment', async () => {
    const store = await make();
    const puts = await Promise.all([1, 2].map((n) => store.put(key, derivative(`n${n}`), undefined, signal)));
    expect(puts.filter(Boolean)).toHaveLength(1);
  });

  it('neither describes, reads nor puts once the time is up', async () => {
    const store = await make();
    await store.put(key, derivative('in time'), undefined, signal);
    const { etag = '' } = (await store.describe(key, signal)) ?? {};
    await expect(store.put(key, derivative('late'), etag, AbortSignal.abort())).rejects.toThrow();
    await expect(store.describe(key, AbortSignal.abort())).rejects.toThrow();
    await expect(store.read(key, etag, AbortSignal.abort())).rejects.toThrow();
    expect(await store.describe(key, signal)).toMatchObject({ etag });
  });
});

describe('s3Derivatives()', () => {
  it('stores all that the website needs, and where the derivative came from', async () => {
    const bucket = await s3.newBucket();
    await s3Derivatives(s3.client, bucket, '1.2.3', config.limits).put(key, derivative('small'), undefined, signal);
    const tag = createHash('sha256').update('profile/ann b+é.jpg').digest('hex').slice(0, 40);
    expect(await s3.client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).toMatchObject({
      ContentType: 'image/webp',
      CacheControl: 'public, max-age=1209600',
      Metadata: { 'original-id': 'id-1', 'service-version': '1.2.3', 'cache-tag': `o-${tag}` },
    });
  });
});
