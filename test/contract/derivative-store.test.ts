import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryImageStore } from '../../src/adapters/memory-image-store.ts';
import { s3Derivatives } from '../../src/adapters/s3-image-store.ts';
import { config } from '../../src/config.ts';
import type { DerivativeStore, StoredDerivative } from '../../src/ports.ts';
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
const derivative = (text: string, originalEtag = '"original-1"'): StoredDerivative => ({
  bytes: Buffer.from(text),
  contentType: 'image/webp',
  cacheControl: 'public, max-age=1209600',
  originalEtag,
});

describe.each(Object.entries(subjects))('a DerivativeStore in %s', (_, make) => {
  it('knows nothing of a derivative that was never put', async () => {
    const store = await make();
    expect(await store.describe(key, signal)).toBeUndefined();
    expect(await store.read(key, '"any"', signal)).toBeUndefined();
  });

  it('describes what was put: size, age, ETag and the original that it was made of', async () => {
    const store = await make();
    const before = Date.now();
    await store.put(key, derivative('small'), signal);
    const facts = await store.describe(key, signal);
    expect(facts).toMatchObject({ bytes: 5, originalEtag: '"original-1"', etag: expect.stringMatching(/^".+"$/) });
    // S3 states whole seconds.
    expect(facts?.modified.getTime()).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000);
  });

  it('gives back what was put, whole', async () => {
    const store = await make();
    await store.put(key, derivative('small'), signal);
    const stored = await store.read(key, (await store.describe(key, signal))?.etag ?? '', signal);
    expect(stored).toMatchObject({
      contentType: 'image/webp',
      cacheControl: 'public, max-age=1209600',
      originalEtag: '"original-1"',
    });
    expect(Buffer.from(stored?.bytes ?? []).toString()).toBe('small');
  });

  it('gives nothing when another derivative has taken its place', async () => {
    const store = await make();
    await store.put(key, derivative('one'), signal);
    const first = await store.describe(key, signal);
    await store.put(key, derivative('two', '"original-2"'), signal);
    expect(await store.read(key, first?.etag ?? '', signal)).toBeUndefined();
    expect(await store.describe(key, signal)).toMatchObject({ originalEtag: '"original-2"' });
  });

  it('neither describes, reads nor puts once the time is up', async () => {
    const store = await make();
    await store.put(key, derivative('in time'), signal);
    const { etag = '' } = (await store.describe(key, signal)) ?? {};
    await expect(store.put(key, derivative('late'), AbortSignal.abort())).rejects.toThrow();
    await expect(store.describe(key, AbortSignal.abort())).rejects.toThrow();
    await expect(store.read(key, etag, AbortSignal.abort())).rejects.toThrow();
    expect(await store.describe(key, signal)).toMatchObject({ etag });
  });
});

describe('s3Derivatives()', () => {
  it('stores all that the website needs, and the release that made it', async () => {
    const bucket = await s3.newBucket();
    await s3Derivatives(s3.client, bucket, '1.2.3', config.limits).put(key, derivative('small'), signal);
    expect(await s3.client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).toMatchObject({
      ContentType: 'image/webp',
      CacheControl: 'public, max-age=1209600',
      Metadata: { 'original-etag': '"original-1"', 'service-version': '1.2.3' },
    });
  });
});
