import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { quietLogger } from '../../fixtures/s3.ts';

const directory = mkdtempSync(join(tmpdir(), 's3-main-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const Bucket = 'images';
const started: ChildProcessWithoutNullStreams[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

function run(...args: string[]): ChildProcessWithoutNullStreams {
  const main = join(import.meta.dirname, '../../../local/aws/s3/main.ts');
  const child = spawn(process.execPath, [main, ...args]);
  started.push(child);
  return child;
}

async function runToEnd(...args: string[]) {
  const child = run(...args);
  const [out, err] = [child.stdout.setEncoding('utf8').toArray(), child.stderr.setEncoding('utf8').toArray()];
  const [code] = await once(child, 'close');
  return { code, out: (await out).join(''), err: (await err).join('') };
}

async function serve() {
  const child = run('--port', '0', '--dir', directory, '--access-key', 'me', '--secret-key', 'mine');
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  const endpoint = /http:\S+\d/.exec(line)?.[0];
  if (!endpoint) throw new Error(`Expected an address, got ${line}`);
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'me', secretAccessKey: 'mine' },
    forcePathStyle: true,
    maxAttempts: 1,
    logger: quietLogger,
  });
  return { child, client };
}

describe('the command line', () => {
  test.each([
    [['--port', 'many'], '--port many: expected 0 to 65535'],
    [['--colour'], '--colour'],
  ])('refuses %j', async (args, message) => {
    expect(await runToEnd(...args)).toMatchObject({ code: 1, err: expect.stringContaining(message) });
  });

  test('ends cleanly on SIGTERM, and the next start finds everything', async () => {
    const signal = 'SIGTERM';
    const { child, client } = await serve();
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key: signal, Body: 'x', CacheControl: 'no-store' }));
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    const next = await serve();
    const answer = await next.client.send(new HeadObjectCommand({ Bucket, Key: signal }));
    expect(answer).toMatchObject({ CacheControl: 'no-store', ContentLength: 1 });
    next.child.kill(signal);
    await once(next.child, 'exit');
  });
});

test('two processes on one folder keep every object, and one of many racing writers wins', async () => {
  const servers = [await serve(), await serve()];
  await servers[0]?.client.send(new CreateBucketCommand({ Bucket }));
  const puts = (Key: (n: number) => string, IfNoneMatch?: '*') =>
    Array.from({ length: 50 }, (_, n) =>
      servers.map(({ client }, which) =>
        client.send(
          new PutObjectCommand({ Bucket, Key: Key(n), Body: `${which} ${n}`, ...(IfNoneMatch && { IfNoneMatch }) }),
        ),
      ),
    ).flat();
  await Promise.all(puts((n) => `key ${n}`));
  const raced = await Promise.allSettled(puts(() => 'raced', '*'));
  const lost = raced.flatMap((one) => (one.status === 'rejected' ? [one.reason.name] : []));
  expect([lost.length, new Set(lost)]).toEqual([99, new Set(['PreconditionFailed'])]);
  for (const { client } of servers) {
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'key ' }));
    expect(KeyCount).toBe(50);
  }
  for (const { child } of servers) {
    child.kill();
    await once(child, 'exit');
  }
});

test('kill -9 during a PUT leaves nothing, and the old object stays', async () => {
  const first = await serve();
  await first.client.send(new CreateBucketCommand({ Bucket }));
  await first.client.send(new PutObjectCommand({ Bucket, Key: 'survivor', Body: 'old' }));
  await killDuringPut(first, 'survivor');
  const second = await serve();
  await killDuringPut(second, 'killed');

  const { client, child } = await serve();
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'survivor' }));
  expect(await Body?.transformToString()).toBe('old');
  await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'killed' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
  child.kill();
  await once(child, 'exit');
});

async function killDuringPut({ child, client }: Awaited<ReturnType<typeof serve>>, Key: string): Promise<void> {
  const half = async function* () {
    yield Buffer.alloc(2_000_000, 7);
    child.kill('SIGKILL');
    await once(child, 'exit');
    yield Buffer.alloc(2_000_000, 7);
  };
  const Body = Readable.from(half()).on('error', () => {});
  await expect(client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: 4_000_000 }))).rejects.toThrow();
}
