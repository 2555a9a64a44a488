/** What every store promises, asked of the embedded one, and of the outside one over a server of ours. */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedStore } from '../../../local/aws/s3/embedded-store.ts';
import { expiryOf, readExpiryRules } from '../../../local/aws/s3/lifecycle.ts';
import { openOutsideStore } from '../../../local/aws/s3/outside-store.ts';
import { startS3 } from '../../../local/aws/s3/server.ts';
import { listAll, readObject, type Store, type WriteCondition } from '../../../local/aws/s3/store.ts';
import { bucket, resolved } from '../a-resource.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startedS3 } from './started-s3.ts';

async function openEmbedded() {
  const store = openEmbeddedStore(temporaryFolder());
  return { store, stop: async () => store.close() };
}

async function openOutside() {
  const server = await startS3({
    store: openEmbeddedStore(temporaryFolder()),
    port: 0,
    callers: new Map([['owner', 'owner']]),
  });
  const store = await openOutsideStore({
    endpoint: server.endpoint,
    accessKeyId: 'owner',
    secretAccessKey: 'any',
  });
  const stop = async () => {
    store.close();
    await server.close();
  };
  return { store, stop };
}

const etagOf = (text: string) => `"${createHash('md5').update(text).digest('hex')}"`;

describe.each([
  ['the embedded store', openEmbedded],
  ['the outside store', openOutside],
])('%s', (_, open) => {
  let store: Store;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ store, stop } = await open());
    await store.createBucket('images');
  });
  afterAll(() => stop());

  const put = (key: string, text: string, condition?: WriteCondition, headers = {}) =>
    store.put('images', key, { headers, body: [Buffer.from(text)] }, condition);
  const read = async (key: string) => (await readObject(store, 'images', key))?.body.toString();

  test('returns an object as it was stored', async () => {
    const headers = {
      'content-type': 'image/jpeg',
      'cache-control': 'max-age=1',
      'content-disposition': 'inline',
      'content-encoding': 'br',
      'content-language': 'de',
      expires: 'Thu, 01 Jan 2032 00:00:00 GMT',
      'x-amz-website-redirect-location': '/elsewhere',
      'x-amz-meta-original': '"e"',
    };
    await put('a b+c%.jpg', 'pixels', undefined, headers);
    const expected = { key: 'a b+c%.jpg', bytes: 6, etag: etagOf('pixels'), headers };
    expect(await store.head('images', 'a b+c%.jpg')).toMatchObject(expected);
    expect(await readObject(store, 'images', 'a b+c%.jpg')).toMatchObject({
      ...expected,
      body: Buffer.from('pixels'),
    });
  });

  test('has nothing under a missing key, and refuses a missing bucket', async () => {
    expect([await store.head('images', 'none'), await store.get('images', 'none')]).toEqual([undefined, undefined]);
    await expect(store.get('missing', 'a')).rejects.toMatchObject({ status: 404, code: 'NoSuchBucket' });
    await expect(store.list('missing')).rejects.toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });

  test.each<[WriteCondition, string | undefined, string | undefined]>([
    [{ ifNoneMatch: '*' }, undefined, undefined],
    [{ ifNoneMatch: '*' }, 'old', 'PreconditionFailed'],
    [{ ifMatch: etagOf('old') }, 'old', undefined],
    [{ ifMatch: etagOf('old').slice(1, -1) }, 'old', undefined],
    [{ ifMatch: etagOf('other') }, 'old', 'PreconditionFailed'],
    [{ ifMatch: etagOf('old') }, undefined, 'NoSuchKey'],
  ])('with %j over %j ends a put in %s', async (condition, current, code) => {
    await store.delete('images', 'conditional');
    if (current !== undefined) await put('conditional', current);
    const write = put('conditional', 'new', condition);
    if (code === undefined) await write;
    else await expect(write).rejects.toMatchObject({ code });
    expect(await read('conditional')).toBe(code === undefined ? 'new' : current);
  });

  test('keeps the old object when a body turns out to be wrong', async () => {
    await put('kept', 'old');
    const verify = () => {
      throw new Error('not these bytes');
    };
    const write = store.put('images', 'kept', { headers: {}, body: [Buffer.from('new')], verify });
    await expect(write).rejects.toThrow('not these bytes');
    expect(await read('kept')).toBe('old');
  });

  test('lists over all pages, and below a prefix', async () => {
    await store.createBucket('listed');
    const keys = ['a/1', 'a/2', 'a/3', 'b', 'c'];
    for (const key of keys) await store.put('listed', key, { headers: {}, body: [Buffer.from(key)] });
    const first = await store.list('listed', { maxKeys: 3 });
    const second = await store.list('listed', { maxKeys: 3, token: first.next ?? '' });
    expect([...first.objects, ...second.objects].map(({ key }) => key)).toEqual(keys);
    expect(second.next).toBeUndefined();
    expect(await listAll(store, 'listed')).toMatchObject(
      keys.map((key) => ({ key, bytes: key.length, etag: etagOf(key) })),
    );
    const below = await store.list('listed', { prefix: 'a/', maxKeys: 3 });
    expect(below.objects.map(({ key }) => key)).toEqual(['a/1', 'a/2', 'a/3']);
    expect(below.next).toBeUndefined();
  });

  test('creates a bucket once, and keeps its objects', async () => {
    await store.createBucket('images');
    expect(await read('a b+c%.jpg')).toBe('pixels');
  });
});

describe('expiryOf()', () => {
  const at = (iso: string) => Date.parse(iso);
  const rules = [
    { prefix: '', days: 90 },
    { prefix: '200x200/loadtest/', days: 1 },
  ];

  test.each([
    ['a.jpg', '2026-01-01T12:00:00Z', '2026-04-02T00:00:00Z'],
    ['a.jpg', '2026-01-01T00:00:00Z', '2026-04-01T00:00:00Z'],
    ['a.jpg', '2026-01-01T00:00:01Z', '2026-04-02T00:00:00Z'],
    ['200x200/loadtest/a.jpg', '2026-01-15T10:30:00Z', '2026-01-17T00:00:00Z'],
  ])('expires %s of %s at the midnight after its days, %s', (key, made, gone) => {
    expect(expiryOf(rules, { key, lastModified: at(made) })).toBe(at(gone));
  });

  test('expires nothing without a rule for it', () => {
    expect(expiryOf([{ prefix: 'x/', days: 1 }], { key: 'y', lastModified: 0 })).toBeUndefined();
  });

  test('reads the enabled rules that have days', () => {
    const Rules = [
      { Status: 'Enabled', ExpirationInDays: 90 },
      { Status: 'Disabled', ExpirationInDays: 1 },
      { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      { Status: 'Enabled', ExpirationInDays: 1, Prefix: 'loadtest/' },
    ];
    const template = resolved({ A: bucket('a', { LifecycleConfiguration: { Rules } }), B: bucket('b') });
    expect([...readExpiryRules(template)]).toEqual([
      [
        'a',
        [
          { prefix: '', days: 90 },
          { prefix: 'loadtest/', days: 1 },
        ],
      ],
    ]);
  });
});

function images(files: Record<string, string>): string {
  const root = join(temporaryFolder(), 'images');
  mkdirSync(join(root, 'profile'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return root;
}

const at = (Key: string) => ({ Bucket: 'originals', Key });

describe('a folder of images beside the store', () => {
  test('serves its files as originals, with length and time', async () => {
    const { lambda } = await startedS3(undefined, { folder: images({ 'profile/änn +.jpg': 'pixels' }) });
    const whole = await lambda.send(new GetObjectCommand(at('profile/änn +.jpg')));
    expect(await whole.Body?.transformToString()).toBe('pixels');
    expect(whole).toMatchObject({
      ContentLength: 6,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      LastModified: expect.any(Date),
    });
    expect((await lambda.send(new HeadObjectCommand(at('profile/änn +.jpg')))).ContentLength).toBe(6);
  });

  test('serves new and changed files at once, under another ETag', async () => {
    const root = images({ 'a.jpg': 'one' });
    const { lambda } = await startedS3(undefined, { folder: root });
    const first = await lambda.send(new GetObjectCommand(at('a.jpg')));
    writeFileSync(join(root, 'a.jpg'), 'two');
    writeFileSync(join(root, 'b.jpg'), 'new');
    const second = await lambda.send(new GetObjectCommand(at('a.jpg')));
    expect(await second.Body?.transformToString()).toBe('two');
    expect(second.ETag).not.toBe(first.ETag);
    expect(await (await lambda.send(new GetObjectCommand(at('b.jpg')))).Body?.transformToString()).toBe('new');
    rmSync(join(root, 'a.jpg'));
    await expect(lambda.send(new GetObjectCommand(at('a.jpg')))).rejects.toThrow('The specified key does not exist');
  });

  test('refuses a read of a file that has changed since', async () => {
    const root = images({ 'a.jpg': 'one' });
    const { lambda } = await startedS3(undefined, { folder: root });
    const { ETag } = await lambda.send(new HeadObjectCommand(at('a.jpg')));
    writeFileSync(join(root, 'a.jpg'), 'changed');
    const read = lambda.send(new GetObjectCommand({ ...at('a.jpg'), IfMatch: ETag }));
    await expect(read).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
  });

  test('is never written: an upload goes to the store and comes first', async () => {
    const root = images({ 'a.jpg': 'file' });
    const { owner, lambda } = await startedS3(undefined, { folder: root });
    await owner.send(new PutObjectCommand({ ...at('a.jpg'), Body: 'uploaded' }));
    expect(await (await lambda.send(new GetObjectCommand(at('a.jpg')))).Body?.transformToString()).toBe('uploaded');
  });

  test.each(['../secret', 'profile/../../secret', 'profile'])('has nothing under the key %s', async (key) => {
    const root = images({ 'a.jpg': 'x' });
    writeFileSync(join(root, '..', 'secret'), 'secret');
    const { lambda } = await startedS3(undefined, { folder: root });
    await expect(lambda.send(new GetObjectCommand(at(key)))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });
});
