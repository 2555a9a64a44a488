import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3ServerName, startTestS3, type TestS3 } from '../../fixtures/s3.ts';
import { type Gap, hasGap } from '../../s3-servers/unsupported-keys.ts';

/** What S3 does with one object, by the SDK over loopback. Runs on every server of `test/s3-servers/`. */
let s3: TestS3;
let Bucket = '';
beforeAll(async () => {
  s3 = await startTestS3();
  Bucket = await s3.newBucket();
});
afterAll(() => s3.stop());

/** Where the server has the gap the test must fail, so that a closed gap is noticed. */
const unlessGap = (gap: Gap) => (hasGap(s3ServerName(), gap) ? test.fails : test);
const put = (
  Key: string,
  Body: NonNullable<PutObjectCommandInput['Body']>,
  more: Partial<PutObjectCommandInput> = {},
) => s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: object = {}) => s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
const head = (Key: string, more: object = {}) => s3.client.send(new HeadObjectCommand({ Bucket, Key, ...more }));
const remove = (Key: string) => s3.client.send(new DeleteObjectCommand({ Bucket, Key }));
const read = async (Key: string, more: object = {}) => (await get(Key, more)).Body?.transformToString();
const md5 = (bytes: string | Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;
const refusal = (status: number, name?: string) =>
  expect.objectContaining({
    $metadata: expect.objectContaining({ httpStatusCode: status }),
    ...(name ? { name } : {}),
  });

const dress = {
  ContentType: 'image/jpeg',
  CacheControl: 'public, max-age=1209600',
  ContentDisposition: 'inline; filename="a b.jpg"',
  ContentEncoding: 'br',
  ContentLanguage: 'de',
  ExpiresString: 'Thu, 01 Jan 2032 00:00:00 GMT',
  Metadata: { 'source-etag': '"0123-4"', version: '1.2.3 (a=b; c)' },
};

describe('PutObject', () => {
  test('keeps the headers and metadata of an object', async () => {
    await put('dressed', 'hello', { ...dress, Expires: new Date(dress.ExpiresString) });
    expect(await get('dressed')).toMatchObject(dress);
    expect(await head('dressed')).toMatchObject({ ...dress, ContentLength: 5, ETag: md5('hello') });
  });

  test('replaces bytes and headers together', async () => {
    await put('twice', 'first', dress);
    await put('twice', 'second');
    const answer = await get('twice');
    expect(await answer.Body?.transformToString()).toBe('second');
    expect([answer.CacheControl, answer.Metadata]).toEqual([undefined, {}]);
    expect(answer.ContentType).toBe('application/octet-stream');
  });

  test.each([0, 1, 65_536, 3_000_001])('stores %i bytes unchanged', async (size) => {
    const Body = randomBytes(size);
    expect((await put('sized', Body)).ETag).toBe(md5(Body));
    expect((await head('sized')).ContentLength).toBe(size);
    const bytes = await (await get('sized')).Body?.transformToByteArray();
    expect(Buffer.from(bytes ?? []).equals(Body)).toBe(true);
  });

  unlessGap('aws-chunked')('keeps no trace of how a stream travelled', async () => {
    await put('travelled', Readable.from([Buffer.from('x')]), { ContentLength: 1 });
    expect((await head('travelled')).ContentEncoding).toBeUndefined();
  });

  unlessGap('wrong checksum').each([
    ['CRC32', { ChecksumCRC32: 'AAAAAA==' }],
    ['Content-MD5', { ContentMD5: createHash('md5').digest('base64') }],
  ])('refuses a body with a wrong %s and stores nothing', async (_, sum) => {
    await expect(put('damaged', 'hello', sum)).rejects.toEqual(refusal(400, 'BadDigest'));
    await expect(head('damaged')).rejects.toBeInstanceOf(NotFound);
  });

  test('with If-None-Match * writes once', async () => {
    await put('once', 'one', { IfNoneMatch: '*' });
    await expect(put('once', 'two', { IfNoneMatch: '*' })).rejects.toEqual(refusal(412, 'PreconditionFailed'));
    expect(await read('once')).toBe('one');
  });

  test('with If-None-Match * lets one of ten racers win', async () => {
    const racers = Array.from({ length: 10 }, (_, n) => put('race', `racer ${n}`, { IfNoneMatch: '*' }));
    const won = (await Promise.allSettled(racers)).flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
    expect(won).toHaveLength(1);
    expect(await read('race')).toBe(`racer ${won[0]}`);
  });

  test('with If-Match replaces only what the writer has seen', async () => {
    const { ETag } = await put('seen', 'one');
    await put('seen', 'two', { IfMatch: ETag });
    await expect(put('seen', 'three', { IfMatch: ETag })).rejects.toEqual(refusal(412, 'PreconditionFailed'));
    expect(await read('seen')).toBe('two');
  });
});

describe('GetObject and HeadObject', () => {
  test('answer 404 NoSuchKey for a missing key', async () => {
    await expect(get('missing')).rejects.toBeInstanceOf(NoSuchKey);
    await expect(head('missing')).rejects.toBeInstanceOf(NotFound);
  });

  test('answer 404 NoSuchBucket for a missing bucket', async () => {
    const other = new GetObjectCommand({ Bucket: 'test-missing', Key: 'a' });
    await expect(s3.client.send(other)).rejects.toEqual(refusal(404, 'NoSuchBucket'));
  });

  test('answer 304 and 412 by ETag', async () => {
    const { ETag } = await put('known', 'x');
    await expect(get('known', { IfNoneMatch: ETag })).rejects.toEqual(refusal(304));
    await expect(head('known', { IfNoneMatch: ETag })).rejects.toEqual(refusal(304));
    await expect(get('known', { IfMatch: '"other"' })).rejects.toEqual(refusal(412));
    await expect(head('known', { IfMatch: '"other"' })).rejects.toEqual(refusal(412));
    expect(await read('known', { IfMatch: ETag, IfNoneMatch: '"other"' })).toBe('x');
  });

  unlessGap('If-Modified-Since')('answer 304 and 412 by time', async () => {
    await put('dated', 'x');
    const { LastModified } = await head('dated');
    await expect(get('dated', { IfModifiedSince: LastModified })).rejects.toEqual(refusal(304));
    await expect(get('dated', { IfUnmodifiedSince: new Date(0) })).rejects.toEqual(refusal(412));
  });
});

describe('CopyObject', () => {
  const copy = (Key: string, from: string, more: object = {}) =>
    s3.client.send(
      new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${encodeURIComponent(from)}`, ...more }),
    );

  test('copies bytes and headers, for any key', async () => {
    await put('from ä+%&.jpg', 'copied', dress);
    expect((await copy('copy', 'from ä+%&.jpg')).CopyObjectResult?.ETag).toBe(md5('copied'));
    const answer = await get('copy');
    expect(await answer.Body?.transformToString()).toBe('copied');
    expect(answer).toMatchObject({ CacheControl: dress.CacheControl, Metadata: dress.Metadata });
  });

  unlessGap('website redirect')('leaves the redirect of a website behind', async () => {
    await put('redirects', 'x', { WebsiteRedirectLocation: '/elsewhere' });
    await copy('plain', 'redirects');
    expect((await head('plain')).WebsiteRedirectLocation).toBeUndefined();
  });

  unlessGap('replaced metadata')(
    'replaces the metadata where it is told to, also of an object copied onto itself',
    async () => {
      await put('original', 'same bytes', dress);
      await expect(copy('original', 'original')).rejects.toEqual(refusal(400, 'InvalidRequest'));
      const replace = { MetadataDirective: 'REPLACE', Metadata: { focal: '0.42,0.31' } } as const;
      expect((await copy('original', 'original', replace)).CopyObjectResult?.ETag).toBe(md5('same bytes'));
      const answer = await get('original');
      expect(await answer.Body?.transformToString()).toBe('same bytes');
      expect([answer.CacheControl, answer.Metadata]).toEqual([undefined, { focal: '0.42,0.31' }]);
    },
  );

  test('refuses a source that is not there', async () => {
    await expect(copy('copy', 'missing')).rejects.toEqual(refusal(404, 'NoSuchKey'));
  });
});

describe('DeleteObject', () => {
  test('removes an object, and accepts a missing one', async () => {
    await put('doomed', 'x');
    await remove('doomed');
    await expect(head('doomed')).rejects.toBeInstanceOf(NotFound);
    await remove('doomed');
  });
});
