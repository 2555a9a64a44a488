import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryImageStore } from '../../src/adapters/memory-image-store.ts';
import { s3Originals } from '../../src/adapters/s3-image-store.ts';
import { config } from '../../src/config.ts';
import { ServiceError } from '../../src/core/service-error.ts';
import type { OriginalStore } from '../../src/ports.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';
import { unsupportedKeys } from '../s3-servers/unsupported-keys.ts';
import { acceptedKeys } from '../unit/core/keys.ts';

interface Subject {
  readonly store: OriginalStore;
  put(key: string, bytes: Uint8Array, focal?: string): Promise<void>;
}

let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.stop());

const subjects: Record<string, () => Promise<Subject>> = {
  memory: async () => {
    const memory = memoryImageStore();
    return { store: memory.originals, put: async (key, bytes, focal) => memory.putOriginal(key, bytes, focal) };
  },
  S3: async () => {
    const bucket = await s3.newBucket();
    return {
      store: s3Originals(s3.client, bucket, config.limits),
      put: async (key, bytes, focal) => {
        const Metadata = focal === undefined ? undefined : { focal };
        await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, Metadata }));
      },
    };
  },
};

const signal = new AbortController().signal;
const megabytes = Buffer.alloc(3_000_000, 'resize on miss ');

describe.each(Object.entries(subjects))('an OriginalStore in %s', (_, make) => {
  it('gives undefined for an original that is not there', async () => {
    expect(await (await make()).store.open('nobody.jpg', signal)).toBeUndefined();
  });

  it.each([
    ['a few bytes', Buffer.from('abc')],
    ['no bytes', Buffer.alloc(0)],
    ['some megabytes', megabytes],
  ])('gives back %s, whole, with their number and an id', async (_, bytes) => {
    const { store, put } = await make();
    await put('a.jpg', bytes);
    const original = await store.open('a.jpg', signal);
    expect(original).toMatchObject({ bytes: bytes.length, id: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(Buffer.compare((await original?.read(() => undefined)) ?? Buffer.of(1), bytes)).toBe(0);
    original?.close();
  });

  it.each([
    ['some megabytes', megabytes],
    ['no bytes', Buffer.alloc(0)],
  ])('shows the first bytes of %s once, before the rest', async (_, bytes) => {
    const { store, put } = await make();
    await put('a.jpg', bytes);
    const heads: Buffer[] = [];
    const original = await store.open('a.jpg', signal);
    await original?.read((head) => heads.push(Buffer.from(head)));
    expect(heads).toHaveLength(1);
    expect(heads[0]?.subarray(0, 512)).toEqual(bytes.subarray(0, 512));
  });

  it('stops when the first bytes are refused, with the error of the refusal', async () => {
    const { store, put } = await make();
    await put('a.jpg', megabytes);
    const original = await store.open('a.jpg', signal);
    const refusal = new ServiceError('type-unsupported', { seen: 'a PDF' });
    const reading = original?.read(() => {
      throw refusal;
    });
    await expect(reading).rejects.toBe(refusal);
    original?.close();
  });

  it('gives another id once the original has been replaced, also when only that is asked for', async () => {
    const { store, put } = await make();
    await put('a.jpg', Buffer.from('one'));
    const first = await store.open('a.jpg', signal);
    await put('a.jpg', Buffer.from('two'));
    const second = await store.open('a.jpg', signal);
    expect(second?.id).not.toBe(first?.id);
    expect(await store.currentId('a.jpg', signal)).toBe(second?.id);
    expect(await store.currentId('nobody.jpg', signal)).toBeUndefined();
    first?.close();
    second?.close();
  });

  it('gives the focal point, which is a part of the id unless it is malformed', async () => {
    const { store, put } = await make();
    const opened = async (focal?: string) => {
      await put('a.jpg', Buffer.from('one'), focal);
      const original = await store.open('a.jpg', signal);
      original?.close();
      expect(await store.currentId('a.jpg', signal)).toBe(original?.id);
      return original;
    };
    const [without, malformed, one, same, other] = [
      await opened(),
      await opened('1.2,0'),
      await opened('0.5,0.25'),
      await opened('0.50, 0.25'),
      await opened('0.5,0.75'),
    ];
    expect([without, malformed, one, other].map((original) => original?.focal)).toEqual([
      undefined,
      'malformed',
      { x: 0.5, y: 0.25 },
      { x: 0.5, y: 0.75 },
    ]);
    expect([malformed?.id, same?.id]).toEqual([without?.id, one?.id]);
    expect(new Set([without?.id, one?.id, other?.id]).size).toBe(3);
  });

  it('can be released after it was read, and read anew afterwards', async () => {
    const { store, put } = await make();
    await put('a.jpg', megabytes);
    const first = await store.open('a.jpg', signal);
    await first?.read(() => undefined);
    first?.release();
    first?.close();
    const second = await store.open('a.jpg', signal);
    expect(Buffer.compare((await second?.read(() => undefined)) ?? Buffer.of(1), megabytes)).toBe(0);
    second?.close();
  });

  it('can be closed without being read, and more than once', async () => {
    const { store, put } = await make();
    await put('a.jpg', megabytes);
    const original = await store.open('a.jpg', signal);
    original?.close();
    original?.close();
  });

  it('opens nothing once the time is up', async () => {
    const { store, put } = await make();
    await put('a.jpg', megabytes);
    await expect(store.open('a.jpg', AbortSignal.abort())).rejects.toThrow();
  });

  it('holds each of the accepted keys apart', async ({ skip }) => {
    const { store, put } = await make();
    const keys = acceptedKeys.filter((key) => !unsupportedKeys(s3.server)(key));
    if (keys.length === 0) skip('this server holds none of them');
    for (const key of keys) await put(key, Buffer.from(key));
    for (const key of keys) {
      const original = await store.open(key, signal);
      expect(Buffer.from((await original?.read(() => undefined)) ?? []).toString()).toBe(key);
    }
  });
});
