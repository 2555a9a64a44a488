/** What the S3 adapter makes of a body that breaks on its way: the store's troubles at the cheapest level. */
import { Readable } from 'node:stream';
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { s3Client } from '../../src/adapters/s3-client.ts';
import { s3Originals } from '../../src/adapters/s3-image-store.ts';
import { config } from '../../src/config.ts';
import { ServiceError } from '../../src/core/service-error.ts';
import { startFaultyS3 } from '../fixtures/faulty-s3.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';

const patient = { ...config.limits, attemptMilliseconds: 10_000, getMilliseconds: 30_000 };
/** Only where a test waits for the end of an attempt. */
const hasty = { ...patient, attemptMilliseconds: 600 };
const signal = new AbortController().signal;
const key = 'a.jpg';
const bytes = Buffer.alloc(200_000, 'resize on miss ');

let s3: TestS3;
let proxy: Awaited<ReturnType<typeof startFaultyS3>>;
let bucket: string;
let get: string;
beforeAll(async () => {
  s3 = await startTestS3();
  proxy = await startFaultyS3(s3.endpoint);
  bucket = await s3.newBucket();
  get = `GET ${bucket}`;
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: proxy.endpoint,
  });
});
afterEach(() => {
  proxy.rules.length = 0;
  proxy.seen.length = 0;
  proxy.hooks.clear();
});
afterAll(async () => {
  await proxy.stop();
  await s3.stop();
});

const put = (Body: Uint8Array) => s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
const open = async (within = patient) => {
  await put(bytes);
  const original = await s3Originals(s3Client(within, s3.region), bucket, within).open(key, signal);
  if (!original) throw new Error('no original');
  return original;
};
const codeOf = (reading: Promise<unknown>) => reading.then(() => 'ok').catch((thrown) => thrown.code);
const gets = () => proxy.seen.filter((call) => call === get).length;

describe('an original whose body breaks', () => {
  it.each(['cut', 'stall', 'flip'] as const)('is read again, whole, after the fault "%s"', async (fault) => {
    proxy.rules.push({ method: 'GET', bucket, fault, times: 1 });
    const original = await open(fault === 'stall' ? hasty : patient);
    expect(Buffer.compare(await original.read(() => undefined), bytes)).toBe(0);
    expect(gets()).toBe(2);
  });

  it.each([
    ['original-replaced', 'replaced', () => put(Buffer.alloc(bytes.length, 'another image'))],
    ['original-missing', 'deleted', () => s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))],
  ])('is %s once it was %s: never the bytes of one image under the id of another', async (code, _, change) => {
    proxy.rules.push({ method: 'GET', bucket, fault: 'cut', times: 1 });
    const original = await open();
    proxy.hooks.set(get, async () => void (await change()));
    expect(await codeOf(original.read(() => undefined))).toBe(code);
  });

  it.each([
    ['type-unsupported', 'refusal', new ServiceError('type-unsupported', { seen: 'a PDF' })],
    ['internal-error', 'error', new Error('ours')],
  ])('is not asked for again after %s, an %s of ours', async (code, _, thrown) => {
    const original = await open();
    const reading = original.read(() => {
      throw thrown;
    });
    expect(await codeOf(reading)).toBe(code);
    expect(gets()).toBe(1);
  });

  it('is asked for again with more time, where the store is slow for everybody', async () => {
    proxy.rules.push({ method: 'GET', bucket, fault: { afterMilliseconds: 1.5 * hasty.attemptMilliseconds } });
    expect(await codeOf((await open(hasty)).read(() => undefined))).toBe('ok');
    expect(gets()).toBe(2);
  });

  it('is given up once its whole time is up, whatever attempts are left', async () => {
    proxy.rules.push({ method: 'GET', bucket, fault: 'silence' });
    expect(await codeOf(open({ ...patient, getMilliseconds: 300 }))).toBe('store-slow');
    expect(gets()).toBe(1);
  });
});

/** HTTP itself refuses a body of another length than it states, so these answers come from here. */
describe('an answer of the store', () => {
  const length = 1_000;
  const opened = async (Body: Readable, stated: object = {}) => {
    const client = { send: async () => ({ Body, ContentLength: length, ETag: '"1"', ...stated }) };
    return s3Originals(client as unknown as S3Client, bucket, hasty).open(key, signal);
  };
  const read = async (...answer: Parameters<typeof opened>) =>
    codeOf(((await opened(...answer)) ?? expect.fail()).read(() => undefined));

  it.each([
    ['ok', length, {}],
    ['store-unavailable', length - 1, {}],
    ['store-unavailable', length + 1, {}],
    ['store-unavailable', length, { ChecksumCRC32: 'AAAAAA==', ChecksumType: 'FULL_OBJECT' }],
    // Of an upload in parts: no checksum of the whole is known.
    ['ok', length, { ChecksumCRC32: 'AAAAAA==', ChecksumType: 'COMPOSITE' }],
  ])('is %s with %i bytes of 1,000 and %j', async (code, sent, stated) => {
    expect(await read(Readable.from([Buffer.alloc(sent)]), stated)).toBe(code);
  });

  it('may take longer than an attempt, as long as bytes come', async () => {
    const slow = async function* () {
      for (let n = 0; n < 4; n += 1) {
        await new Promise((resolve) => setTimeout(resolve, hasty.attemptMilliseconds / 3));
        yield Buffer.alloc(length / 4);
      }
    };
    expect(await read(Readable.from(slow()))).toBe('ok');
  });

  it('may break unread, without ending the process', async () => {
    const Body = new Readable({ read: () => undefined });
    await opened(Body);
    expect(() => Body.emit('error', new Error('reset'))).not.toThrow();
  });

  it('that is closed unread is not downloaded', async () => {
    const Body = new Readable({ read: () => undefined });
    (await opened(Body))?.close();
    expect(Body.destroyed).toBe(true);
  });
});
