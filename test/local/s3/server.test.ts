import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedStore } from '../../../local/aws/s3/embedded-store.ts';
import { type RunningS3, startS3 } from '../../../local/aws/s3/server.ts';
import { clientFor } from './started-s3.ts';

/** What only our server promises: refusals by name, its clock, and that nothing ends it or leaves half objects. */
const Bucket = 'images';
const directory = mkdtempSync(join(tmpdir(), 's3-server-'));
const bytesFolder = join(directory, 'bytes');
const failures: string[] = [];
let server: RunningS3;
let client: S3Client;

const start = ({ directory: folder = directory, port = 0, now = Date.now } = {}) =>
  startS3({
    store: openEmbeddedStore(folder, now),
    port,
    now,
    callers: new Map([['test', 'owner']]),
    logFailure: (message) => failures.push(message),
  });
const clientOf = ({ endpoint }: RunningS3) => clientFor(endpoint, 'test');
const put = (Key: string, Body: string | Uint8Array, via = client) =>
  via.send(new PutObjectCommand({ Bucket, Key, Body }));
const get = (Key: string, via = client) => via.send(new GetObjectCommand({ Bucket, Key }));
const read = async (Key: string, via = client) => (await get(Key, via)).Body?.transformToString();

beforeAll(async () => {
  server = await start();
  client = clientOf(server);
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => {
  failures.length = 0;
});
afterAll(async () => {
  client.destroy();
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('the server refuses by name', () => {
  const object = { Bucket, Key: 'a' };
  test.each([
    ['policy', () => client.send(new PutBucketPolicyCommand({ Bucket, Policy: '{}' }))],
    ['GET on the bucket', () => client.send(new ListObjectsCommand({ Bucket }))],
    ['uploads', () => client.send(new CreateMultipartUploadCommand(object))],
    ['key-marker', () => client.send(new ListObjectVersionsCommand({ Bucket, KeyMarker: 'a' }))],
    ['range', () => client.send(new GetObjectCommand({ ...object, Range: 'bytes=0-1' }))],
    ['encoding-type', () => client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }))],
    ['GET on the service', () => client.send(new ListBucketsCommand({}))],
    ['x-amz-acl', () => client.send(new PutObjectCommand({ ...object, Body: 'x', ACL: 'public-read' }))],
    ['If-Match: *', () => client.send(new DeleteObjectCommand({ ...object, IfMatch: '*' }))],
    [
      'Size of DeleteObjects',
      () => client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a', Size: 1 }] } })),
    ],
  ])('%s', async (name, send) => {
    await expect(send()).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining(name) });
  });
});

test('Last-Modified and Date follow the given clock, in whole seconds', async () => {
  const ahead = await start({ now: () => Date.parse('2031-02-03T04:05:06.789Z') });
  const via = clientOf(ahead);
  await put('ahead', 'x', via);
  const seconds = new Date('2031-02-03T04:05:06.000Z');
  expect((await via.send(new HeadObjectCommand({ Bucket, Key: 'ahead' }))).LastModified).toEqual(seconds);
  const { Contents } = await via.send(new ListObjectsV2Command({ Bucket, Prefix: 'ahead' }));
  expect(Contents?.[0]?.LastModified).toEqual(seconds);
  expect((await fetch(ahead.endpoint)).headers.get('date')).toBe(seconds.toUTCString());
  await ahead.close();
});

describe('a failure of the server', () => {
  test('is answered 500, logged, and ends with its request', async () => {
    await put('kept', 'old');
    renameSync(bytesFolder, `${bytesFolder}-away`);
    try {
      await expect(put('kept', Buffer.alloc(5_000_000))).rejects.toMatchObject({ name: 'InternalError' });
      await expect(read('kept')).rejects.toMatchObject({ name: 'InternalError' });
      expect(failures).toEqual([
        expect.stringContaining('PUT /images/kept'),
        expect.stringContaining('GET /images/kept'),
      ]);
    } finally {
      renameSync(`${bytesFolder}-away`, bytesFolder);
    }
    expect(await read('kept')).toBe('old');
  });
});

describe('a client', () => {
  test('that is refused before its body was read can go on', async () => {
    const elsewhere = new PutObjectCommand({ Bucket: 'missing', Key: 'a', Body: Buffer.alloc(5_000_000) });
    await expect(client.send(elsewhere)).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await put('after', 'x');
    expect(await read('after')).toBe('x');
  });

  test.each([
    ['speaks no HTTP', 'hello\r\n\r\n'],
    ['speaks half a request', 'PUT /images/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf'],
    ['sends a broken path', 'GET /images/%zz HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('that %s and hangs up does no harm', async (_, bytes) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(bytes);
    await sleep(20);
    socket.destroy();
    expect(await (await fetch(server.endpoint)).text()).toContain('AccessDenied');
    expect(failures).toEqual([]);
  });

  test('that aborts a PUT leaves nothing, and the old object stays', async () => {
    await put('steady', 'old');
    const files = readdirSync(bytesFolder).length;
    for (const Key of ['broken', 'steady']) await expect(putHalf(Key, client)).rejects.toThrow();
    await expect.poll(() => readdirSync(bytesFolder).length).toBe(files);
    await expect(read('broken')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await read('steady')).toBe('old');
    expect(failures).toEqual([]);
  });
});

/** Sends half of a body, waits until the server has some of it on disk, and aborts. */
async function putHalf(Key: string, via: S3Client): Promise<void> {
  const stop = new AbortController();
  const half = async function* () {
    yield Buffer.alloc(1_000_000, 7);
    await sleep(100);
    stop.abort();
    yield Buffer.alloc(1_000_000, 7);
  };
  const Body = Readable.from(half()).on('error', () => {});
  await via.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: 2_000_000 }), { abortSignal: stop.signal });
}

describe('whole objects only', () => {
  test('a reader keeps the object that it began to read while it is replaced and deleted', async () => {
    await put('replaced', Buffer.alloc(8_000_000, 1));
    const { Body } = await get('replaced');
    await put('replaced', 'new');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'replaced' }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.alloc(8_000_000, 1))).toBe(true);
  });
});

test('a start removes old files of killed processes, and no others', async () => {
  await put('named', 'x');
  const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  for (const name of readdirSync(bytesFolder)) utimesSync(join(bytesFolder, name), longAgo, longAgo);
  const [left, beingWritten] = [join(bytesFolder, 'left'), join(bytesFolder, 'being-written')];
  for (const file of [left, beingWritten]) writeFileSync(file, 'half');
  utimesSync(left, longAgo, longAgo);
  const next = await start();
  expect([existsSync(left), existsSync(beingWritten)]).toEqual([false, true]);
  expect(await read('named', clientOf(next))).toBe('x');
  await next.close();
});

describe('close()', () => {
  test('is not needed if the port is taken: startS3() closes the store', async () => {
    const other = mkdtempSync(join(tmpdir(), 's3-other-'));
    await expect(start({ directory: other, port: server.port })).rejects.toThrow('is taken');
    // SQLite removes its log when the last one closes.
    expect(readdirSync(other).sort()).toEqual(['bytes', 'index.sqlite']);
    rmSync(other, { recursive: true });
  });
});
