import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3ServerName, startTestS3, type TestS3 } from '../../fixtures/s3.ts';
import { clashingKeys, type Gap, hasGap, unsupportedKeys } from '../../s3-servers/unsupported-keys.ts';

/** Buckets, keys and lists, by the SDK over loopback. Runs on every server of `test/s3-servers/`. */
let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.stop());

const put = (Bucket: string, Key: string) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body: `body of ${Key}` }));
/** Where the server has the gap the test must fail, so that a closed gap is noticed. */
const unlessGap = (gap: Gap) => (hasGap(s3ServerName(), gap) ? test.fails : test);
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function bucketWith(keys: readonly string[]): Promise<string> {
  const bucket = await s3.newBucket();
  for (const key of keys) await put(bucket, key);
  return bucket;
}

async function list(Bucket: string, input: Partial<ListObjectsV2CommandInput> = {}) {
  const pages = [];
  for await (const page of paginateListObjectsV2({ client: s3.client }, { Bucket, ...input })) pages.push(page);
  return {
    pages,
    keys: pages.flatMap(({ Contents = [] }) => Contents.map(({ Key }) => Key ?? '')),
    prefixes: pages.flatMap(({ CommonPrefixes = [] }) => CommonPrefixes.map(({ Prefix }) => Prefix)),
  };
}

describe('different keys are different objects:', () => {
  const reasonAgainst = unsupportedKeys(s3ServerName());
  const clash = clashingKeys(s3ServerName());
  const cannotHold = (keys: readonly string[]) =>
    keys.some(reasonAgainst) || keys.some((one) => keys.some((other) => one !== other && clash(one, other)));

  test.for<readonly [name: string, ...keys: string[]]>([
    ['nested', 'profile/ann.jpg'],
    ['a key that begins like a preset', '200x200/profile/ann.jpg', '200x200/200x200/ann.jpg'],
    ['space and plus', 'a b.jpg', 'a+b.jpg', 'a%20b.jpg', 'a%2Bb.jpg'],
    ['percent', '100%.jpg', '100%25.jpg'],
    ['slash, and slash encoded', 'a/b.jpg', 'a%2Fb.jpg'],
    ['& = ; # ? quotes and brackets', 'a&b=c;d#e?f=g"h\'i(j)[k]{l}<m>.jpg'],
    ['! * ~ @ , : $ ^ ` | and a backslash', 'a!*~@,:$^`|\\b.jpg'],
    ['emoji', '📷/🧑‍🚀.jpg'],
    ['NFC and NFD', 'caf\u00e9.jpg', 'cafe\u0301.jpg'],
    ['upper and lower case', 'A.JPG', 'a.jpg'],
    ['1,024 bytes in many segments', `${'abcdefg/'.repeat(127)}abcd.jpg`],
    ['1,024 bytes in one segment', 'k'.repeat(1024)],
    ['a file that is a folder too', 'a', 'a/', 'a/b'],
    ['empty segments', 'a//b', 'a/b', '/a'],
    ['dot segments', 'a/../b', 'b', './b'],
    ['control characters', 'a\tb\nc\r\u0001\u007f.jpg'],
  ])('%s', async ([, ...keys]) => {
    // As with a gap: keys that the server cannot hold must fail on it.
    if (cannotHold(keys)) await expect(holdAll(keys)).rejects.toThrow();
    else await holdAll(keys);
  });

  async function holdAll(keys: readonly string[]): Promise<void> {
    const Bucket = await bucketWith(keys);
    for (const Key of keys) {
      const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body?.transformToString()).toBe(`body of ${Key}`);
    }
    expect((await list(Bucket)).keys).toEqual([...keys].sort(byBytes));
    const Objects = keys.map((Key) => ({ Key }));
    await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect((await list(Bucket)).keys).toEqual([]);
  }

  unlessGap('key limit')('but not with 1,025 bytes', async () => {
    const Bucket = await s3.newBucket();
    await expect(put(Bucket, 'k'.repeat(1025))).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });
});

describe('ListObjectsV2', () => {
  test('has the keys below a prefix', async () => {
    const Bucket = await bucketWith(['a.jpg', 'b/1.jpg', 'b/c/3.jpg', 'd/4.jpg']);
    expect((await list(Bucket, { Prefix: 'b/' })).keys).toEqual(['b/1.jpg', 'b/c/3.jpg']);
    expect((await list(Bucket, { Prefix: 'none/' })).pages[0]?.KeyCount).toBe(0);
  });

  test('folds keys by a delimiter, and begins after a key', async () => {
    const Bucket = await bucketWith(['a.jpg', 'b/1.jpg', 'b/2.jpg', 'b/c/3.jpg', 'd/4.jpg']);
    const root = await list(Bucket, { Delimiter: '/' });
    expect([root.keys, root.prefixes, root.pages[0]?.KeyCount]).toEqual([['a.jpg'], ['b/', 'd/'], 3]);
    const below = await list(Bucket, { Delimiter: '/', Prefix: 'b/' });
    expect([below.keys, below.prefixes]).toEqual([['b/1.jpg', 'b/2.jpg'], ['b/c/']]);
    const paged = await list(Bucket, { Delimiter: '/', MaxKeys: 1 });
    expect([paged.keys, paged.prefixes]).toEqual([['a.jpg'], ['b/', 'd/']]);
    expect((await list(Bucket, { StartAfter: 'b/2.jpg' })).keys).toEqual(['b/c/3.jpg', 'd/4.jpg']);
  });

  test('has size, ETag and time of each object', async () => {
    const Bucket = await bucketWith(['a']);
    const { ETag, LastModified, ContentLength } = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    const [entry] = (await list(Bucket)).pages[0]?.Contents ?? [];
    expect(entry).toMatchObject({ Key: 'a', Size: ContentLength, ETag });
    // Some servers list the milliseconds that a header cannot say.
    expect(Math.floor(Number(entry?.LastModified) / 1000)).toBe(Number(LastModified) / 1000);
  });

  test('has every key once over all pages, in byte order', async () => {
    const keys = Array.from({ length: 25 }, (_, n) => `p/${String.fromCodePoint(0x41 + n * 37)} ${n}.jpg`);
    const Bucket = await bucketWith(keys);
    const { pages, keys: listed } = await list(Bucket, { MaxKeys: 7 });
    expect(listed).toEqual([...keys].sort(byBytes));
    expect(pages.map(({ Contents = [] }) => Contents.length)).toEqual([7, 7, 7, 4]);
  });
});

describe('DeleteObjects', () => {
  const deleteAll = (Bucket: string, keys: readonly string[], Quiet = false) =>
    s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Quiet, Objects: keys.map((Key) => ({ Key })) } }));

  test('names what it deleted, missing keys among them', async () => {
    const Bucket = await bucketWith(['a & <b>', 'stays']);
    const { Deleted, Errors } = await deleteAll(Bucket, ['a & <b>', 'missing']);
    expect([Deleted?.map(({ Key }) => Key), Errors]).toEqual([['a & <b>', 'missing'], undefined]);
    expect((await list(Bucket)).keys).toEqual(['stays']);
  });

  unlessGap('DeleteObjects quiet')('says nothing when it is to be quiet', async () => {
    const Bucket = await bucketWith(['a']);
    expect((await deleteAll(Bucket, ['a'], true)).Deleted).toBeUndefined();
    expect((await list(Bucket)).keys).toEqual([]);
  });

  unlessGap('DeleteObjects limit')('refuses 1,001 keys', async () => {
    const Bucket = await s3.newBucket();
    const keys = Array.from({ length: 1001 }, (_, n) => `${n}`);
    await expect(deleteAll(Bucket, keys)).rejects.toMatchObject({ name: 'MalformedXML' });
  });
});
