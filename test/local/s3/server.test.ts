import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { Agent, type ClientRequest, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
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
const copyFrom = (CopySource: string, Key: string) => client.send(new CopyObjectCommand({ Bucket, Key, CopySource }));
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
    ['location', () => client.send(new GetBucketLocationCommand({ Bucket }))],
    ['versions', () => client.send(new ListObjectVersionsCommand({ Bucket }))],
    ['GET on the bucket', () => client.send(new ListObjectsCommand({ Bucket }))],
    ['fetch-owner', () => client.send(new ListObjectsV2Command({ Bucket, FetchOwner: true }))],
    ['uploads', () => client.send(new CreateMultipartUploadCommand(object))],
    ['versionId', () => client.send(new GetObjectCommand({ ...object, VersionId: '1' }))],
    ['partNumber', () => client.send(new GetObjectCommand({ ...object, PartNumber: 1 }))],
    ['response-content-type', () => client.send(new GetObjectCommand({ ...object, ResponseContentType: 'a/b' }))],
    ['versionId of x-amz-copy-source', () => copyFrom(`${Bucket}/a?versionId=1`, 'b')],
    ['x-amz-acl', () => client.send(new PutObjectCommand({ ...object, Body: 'x', ACL: 'public-read' }))],
    ['x-amz-tagging', () => client.send(new PutObjectCommand({ ...object, Body: 'x', Tagging: 'a=b' }))],
    ['x-amz-storage-class', () => client.send(new PutObjectCommand({ ...object, Body: 'x', StorageClass: 'GLACIER' }))],
    [
      'x-amz-server-side-encryption',
      () => client.send(new PutObjectCommand({ ...object, Body: 'x', ServerSideEncryption: 'AES256' })),
    ],
    [
      'x-amz-checksum-crc32c',
      () => client.send(new PutObjectCommand({ ...object, Body: 'x', ChecksumCRC32C: 'AAAAAA==' })),
    ],
    ['if-match', () => client.send(new DeleteObjectCommand({ ...object, IfMatch: '"a"' }))],
    [
      'VersionId',
      () => client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a', VersionId: '1' }] } })),
    ],
  ])('%s', async (name, send) => {
    await expect(send()).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining(name) });
  });
});

test('a copy onto itself that changes nothing is refused', async () => {
  await put('itself', 'x');
  await expect(copyFrom(`${Bucket}/itself`, 'itself')).rejects.toMatchObject({ name: 'InvalidRequest' });
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

  test('that is refused in the middle of its body can go on, on the same connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '9',
    };
    const upload = { agent, method: 'PUT', path: `/${Bucket}/framed`, headers };
    const sent = openRequest(server, upload);
    sent.write('no size of a chunk\r\n');
    const [refusal] = await once(sent, 'response');
    expect([refusal.statusCode, await text(refusal)]).toEqual([400, expect.stringContaining('InvalidRequest')]);
    sent.end(Buffer.alloc(3_000_000));
    const next = openRequest(server, { agent }).end();
    const [answer] = await once(next, 'response');
    expect(answer.statusCode).toBe(200);
    expect(next.socket).toBe(sent.socket);
    answer.resume();
    agent.destroy();
  });

  test('that hangs up before its answer does no harm, also during close()', async () => {
    const second = await start();
    await put('copied', Buffer.alloc(10_000_000));
    const headers = { 'x-amz-copy-source': `/${Bucket}/copied` };
    for (let n = 0; n < 20; n += 1) {
      const copy = openRequest(second, { method: 'PUT', path: `/${Bucket}/copy`, headers });
      copy.on('error', () => {}).end();
      await sleep(n % 8);
      copy.destroy();
    }
    await second.close();
    expect(failures).toEqual([]);
  });

  test.each([
    ['speaks no HTTP', 'hello\r\n\r\n'],
    ['speaks half a request', 'PUT /images/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf'],
    ['sends a broken path', 'GET /images/%zz HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['sends a broken method', 'BREW /images/a HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['sends a full address', 'GET http://a/images/a HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('that %s and hangs up does no harm', async (_, bytes) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(bytes);
    await sleep(20);
    socket.destroy();
    expect(await (await fetch(server.endpoint)).text()).toContain('AccessDenied');
    expect(failures).toEqual([]);
  });

  test('that aborts a GET, before or after its first byte, leaves no file open', async () => {
    await put('large', Buffer.alloc(5_000_000, 1));
    for (let n = 0; n < 20; n += 1) {
      const early = openRequest(server, { path: `/${Bucket}/large` });
      early.on('error', () => {}).end();
      await sleep(n / 10);
      early.destroy();
      const { Body } = await get('large');
      if (!(Body instanceof Readable)) throw new Error('The SDK gives a stream in Node');
      for await (const _ of Body) break;
    }
    expect((await read('large'))?.length).toBe(5_000_000);
    await expect.poll(openByteFiles).toEqual([]);
    expect(failures).toEqual([]);
  });

  test('that aborts a PUT leaves nothing, and the old object stays', async () => {
    await put('steady', 'old');
    const files = readdirSync(bytesFolder).length;
    for (const Key of ['broken', 'steady']) await expect(putHalf(Key, client)).rejects.toThrow();
    await expect.poll(() => readdirSync(bytesFolder).length).toBe(files);
    await expect.poll(openByteFiles).toEqual([]);
    await expect(read('broken')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await read('steady')).toBe('old');
    expect(failures).toEqual([]);
  });
});

/** A request of which the test sends the body: what no well-behaved client would do. */
function openRequest(
  { port }: RunningS3,
  { headers = {}, ...options }: RequestOptions & { readonly headers?: Record<string, string> },
): ClientRequest {
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request';
  return request({ hostname: '127.0.0.1', port, ...options, headers: { authorization, ...headers } });
}

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

test('encoding-type=url writes keys in form encoding, with their slashes', async () => {
  await put('url/ä b+c*.jpg', 'x');
  const list = new ListObjectsV2Command({ Bucket, Prefix: 'url/', EncodingType: 'url' });
  const { Contents } = await client.send(list);
  expect(Contents?.map(({ Key }) => Key)).toEqual(['url/%C3%A4+b%2Bc*.jpg']);
});

/** The files of objects that this process has open; known on Linux only. */
function openByteFiles(): string[] {
  const descriptors = '/proc/self/fd';
  if (!existsSync(descriptors)) return [];
  return readdirSync(descriptors)
    .map((name) => join(descriptors, name))
    .flatMap((link) => (existsSync(link) ? [readlinkSync(link)] : []))
    .filter((file) => file.startsWith(bytesFolder));
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

  test('readers and copies beside writers never see two objects mixed', async () => {
    const whole = (n: number) => Buffer.alloc(300_000, n);
    const copy = new CopyObjectCommand({ Bucket, Key: 'mixed copy', CopySource: `${Bucket}/mixed` });
    const expectWhole = async (Key: string) => {
      const bytes = Buffer.from((await (await get(Key)).Body?.transformToByteArray()) ?? []);
      expect(bytes.equals(whole(bytes[0] ?? 255))).toBe(true);
    };
    await put('mixed', whole(0));
    let writing = true;
    const read = async () => {
      while (writing) await expectWhole('mixed');
    };
    const copyAndRead = async () => {
      while (writing) {
        await client.send(copy);
        await expectWhole('mixed copy');
      }
    };
    const all = Promise.all([read(), read(), copyAndRead()]);
    for (let n = 1; n <= 15; n += 1) await put('mixed', whole(n));
    writing = false;
    await all;
    expect(failures).toEqual([]);
  });

  test('each object has one file, and a deleted one has none', async () => {
    const files = () => readdirSync(bytesFolder).length;
    const before = files();
    await Promise.all(Array.from({ length: 20 }, (_, n) => put('same', `${n}`)));
    expect(files()).toBe(before + 1);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'same' }));
    expect(files()).toBe(before);
  });

  test('a refused PUT leaves no file, early or late', async () => {
    const before = readdirSync(bytesFolder);
    const refused = Array.from({ length: 30 }, (_, n) => {
      const damaged = { Bucket, Key: 'refused', Body: Buffer.alloc(n * 10_000), ChecksumCRC32: 'BBBBBB==' };
      return expect(client.send(new PutObjectCommand(damaged))).rejects.toMatchObject({ name: 'BadDigest' });
    });
    await Promise.all(refused);
    await sleep(50); // A file that is made too late would be made now.
    expect(readdirSync(bytesFolder)).toEqual(before);
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
  test('ends calls in progress', async () => {
    const second = await start();
    await put('unread', Buffer.alloc(30_000_000));
    const { Body } = await get('unread', clientOf(second));
    if (Body instanceof Readable) Body.on('error', () => {});
    const writing = put('late', Buffer.alloc(30_000_000), clientOf(second)).catch(() => 'cut');
    await second.close();
    expect(await writing).toBe('cut');
    expect(failures).toEqual([]);
  });

  test('is not needed if the port is taken: startS3() closes the store', async () => {
    const other = mkdtempSync(join(tmpdir(), 's3-other-'));
    await expect(start({ directory: other, port: server.port })).rejects.toThrow('is taken');
    // SQLite removes its log when the last one closes.
    expect(readdirSync(other).sort()).toEqual(['bytes', 'index.sqlite']);
    rmSync(other, { recursive: true });
  });
});
