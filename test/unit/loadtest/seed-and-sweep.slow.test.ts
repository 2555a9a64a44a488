import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Buckets, seedOriginals, startReplacer } from '../../../loadtest/run/buckets.ts';
import { type CorpusImage, readCorpus } from '../../../loadtest/run/corpus.ts';
import { isRunId, newRunId } from '../../../loadtest/run/make-plan.ts';
import { sweep } from '../../../loadtest/run/sweep.ts';
import { rawQuarters } from '../../fixtures/images.ts';
import { startTestS3, type TestS3 } from '../../fixtures/s3.ts';

let s3: TestS3;
let folder: string;
let corpus: CorpusImage[];
beforeAll(async () => {
  s3 = await startTestS3();
  folder = mkdtempSync(join(tmpdir(), 'corpus-'));
  const image = (width: number, height: number) =>
    sharp(rawQuarters(width, height), { raw: { width, height, channels: 3 } });
  await image(40, 30).png().toFile(join(folder, 'a.png'));
  await image(60, 20).withMetadata({ orientation: 6 }).jpeg().toFile(join(folder, 'b phone.jpg'));
  writeFileSync(join(folder, 'notes.txt'), 'no image');
  corpus = await readCorpus(folder);
});
afterAll(async () => {
  await s3.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function newBuckets(): Promise<Buckets> {
  const originals = { client: s3.client, name: await s3.newBucket() };
  const derivatives = { client: s3.client, name: await s3.newBucket() };
  return { originals, derivatives, close: () => {} };
}

async function keysIn({ client, name }: Buckets['originals']): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name }));
  return Contents.map(({ Key = '' }) => Key).sort();
}

const put = ({ client, name }: Buckets['originals'], key: string) =>
  client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: 'x' }));

const runId = '20260101-000000-abcd';

describe('newRunId()', () => {
  it('names the time of the start, and passes isRunId()', () => {
    const id = newRunId(new Date('2026-11-27T01:20:50.123Z'));
    expect(id).toMatch(/^20261127-012050-/);
    expect(isRunId(id)).toBe(true);
  });
});

describe('readCorpus()', () => {
  it('reads the upright size of every image, and skips other files', () => {
    expect(corpus.map(({ type, width, height, extension }) => ({ type, width, height, extension }))).toEqual([
      { type: 'png', width: 40, height: 30, extension: '.png' },
      { type: 'jpeg', width: 20, height: 60, extension: '.jpg' },
    ]);
  });
});

describe('seedOriginals()', () => {
  it('copies each image to its keys, whatever they are called', async () => {
    const buckets = await newBuckets();
    const keys = [`loadtest/seed/${runId}/a/0000.png`, `loadtest/seed/${runId}/a/50% & +é 日.png`];
    const seeds = [
      ...keys.map((key) => ({ key, from: { image: 0 } })),
      { key: `loadtest/seed/${runId}/a/page.jpg`, from: { bytes: Buffer.from('<html>') } },
    ];
    await seedOriginals(buckets, runId, { seeds, replacements: [] }, corpus);
    for (const key of keys) {
      const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: buckets.originals.name, Key: key }));
      expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(Buffer.from(corpus[0]?.bytes ?? []))).toBe(
        true,
      );
    }
    expect(await keysIn(buckets.originals)).toContain(`loadtest/seed/${runId}/a/page.jpg`);
  });
});

describe('seedOriginals() of an interrupted run', () => {
  it('stops, and throws the reason', async () => {
    const buckets = await newBuckets();
    const interrupted = new AbortController();
    const seeds = Array.from({ length: 400 }, (_, n) => ({
      key: `loadtest/seed/${runId}/a/${n}.jpg`,
      from: { bytes: Buffer.from('x') },
    }));
    const seeding = seedOriginals(buckets, runId, { seeds, replacements: [] }, corpus, interrupted.signal);
    interrupted.abort(new Error('interrupted'));
    await expect(seeding).rejects.toThrow('interrupted');
    expect((await keysIn(buckets.originals)).length).toBeLessThan(seeds.length);
  });
});

describe('startReplacer()', () => {
  it('replaces the original of a number, and refuses a number that has none', async () => {
    const buckets = await newBuckets();
    const key = `loadtest/replaced/${runId}/0000.png`;
    const seedOf = (image: number) => [{ key, from: { image } }];
    await seedOriginals(buckets, runId, { seeds: seedOf(0), replacements: seedOf(1) }, corpus);
    const replacer = await startReplacer(buckets, runId, seedOf(1));
    expect((await fetch(`${replacer.url}/0`, { method: 'POST' })).status).toBe(204);
    expect((await fetch(`${replacer.url}/1`, { method: 'POST' })).status).toBe(500);
    await replacer.close();
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: buckets.originals.name, Key: key }));
    expect((await Body?.transformToByteArray())?.length).toBe(corpus[1]?.bytes.length);
  });
});

describe('sweep()', () => {
  it('removes what a run has made from both buckets, and nothing else', async () => {
    const buckets = await newBuckets();
    const others = ['profile/ann.jpg', 'loadtest/seed/20250101-000000-zzzz/a.jpg', `loadtest/seed/${runId}x/a.jpg`];
    for (const key of [...others, `loadtest/seed/${runId}/cold/1.jpg`, `loadtest/replaced/${runId}/2.jpg`])
      await put(buckets.originals, key);
    const kept = ['200x200/profile/ann.jpg', `200x200/loadtest/seed/${runId}x/a.jpg`];
    for (const key of [
      ...kept,
      `200x200/loadtest/seed/${runId}/cold/1.jpg`,
      `320x.avif/loadtest/replaced/${runId}/2.jpg`,
    ]) {
      await put(buckets.derivatives, key);
    }
    const removed: string[] = [];
    expect(await sweep(buckets, runId, (object) => removed.push(object))).toEqual({ originals: 2, derivatives: 2 });
    expect(removed.sort()).toEqual(
      [
        `${buckets.derivatives.name}/200x200/loadtest/seed/${runId}/cold/1.jpg`,
        `${buckets.derivatives.name}/320x.avif/loadtest/replaced/${runId}/2.jpg`,
        `${buckets.originals.name}/loadtest/seed/${runId}/cold/1.jpg`,
        `${buckets.originals.name}/loadtest/replaced/${runId}/2.jpg`,
      ].sort(),
    );
    expect(await keysIn(buckets.originals)).toEqual([...others].sort());
    expect(await keysIn(buckets.derivatives)).toEqual([...kept].sort());
  });

  it('removes what all runs have left without an id, and nothing of the canary, smoke and e2e', async () => {
    const buckets = await newBuckets();
    const others = ['loadtest/canary/a.jpg', 'loadtest/smoke-1234/a.jpg', 'loadtests.jpg', 'profile/ann.jpg'];
    for (const key of ['loadtest/seed/20250101-000000-zzzz/a.jpg', ...others]) await put(buckets.originals, key);
    for (const key of ['loadtest/seed/20250101-000000-zzzz/a.jpg', 'loadtest/canary/a.jpg'])
      await put(buckets.derivatives, `320x.avif/${key}`);
    expect(await sweep(buckets)).toEqual({ originals: 1, derivatives: 1 });
    expect(await keysIn(buckets.originals)).toEqual(others);
    expect(await keysIn(buckets.derivatives)).toEqual(['320x.avif/loadtest/canary/a.jpg']);
  });

  it('waits for what a Lambda stores late', async () => {
    const buckets = await newBuckets();
    await put(buckets.originals, `loadtest/seed/${runId}/a.jpg`);
    const late = setTimeout(() => void put(buckets.derivatives, `200x200/loadtest/seed/${runId}/a.jpg`), 300);
    expect(await sweep(buckets, runId)).toEqual({ originals: 1, derivatives: 1 });
    clearTimeout(late);
  });

  it.each(['', '..', 'a/b', 'canary', '20250101-000000-zzz', '20250101-000000-ZZZZ'])(
    'refuses %j, which is no run',
    async (id) => {
      const buckets = await newBuckets();
      await expect(sweep(buckets, id)).rejects.toThrow('expected the name of its folder');
    },
  );

  it('removes every version of an original, page by page', async () => {
    const aws = await startVersionedBucket(['v1', 'v2', 'v3']);
    const client = new S3Client({
      endpoint: aws.endpoint,
      region: 'us-east-1',
      credentials: s3.credentials,
      forcePathStyle: true,
    });
    const { derivatives } = await newBuckets();
    const buckets: Buckets = {
      originals: { client, name: 'originals' },
      derivatives,
      close: () => {},
    };
    const removed: string[] = [];
    expect(await sweep(buckets, runId, (object) => removed.push(object))).toEqual({ originals: 3, derivatives: 0 });
    expect(removed).toContain(`originals/loadtest/seed/${runId}/a.jpg version v1`);
    expect(aws.deleted).toEqual(['v1', 'v2', 'v3']);
    client.destroy();
    await aws.stop();
  });
});

/** Just so much of a versioned bucket: lists one version on each page, the last one a delete marker, and deletes. */
async function startVersionedBucket(versions: string[]) {
  const deleted: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.setHeader('content-type', 'application/xml');
    if (request.method === 'POST') {
      deleted.push(
        ...[
          ...Buffer.concat(chunks)
            .toString()
            .matchAll(/<VersionId>(\w+)</g),
        ].map(([, id]) => id ?? ''),
      );
      return response.end('<DeleteResult></DeleteResult>');
    }
    const isSeed = url.searchParams.get('prefix')?.startsWith('loadtest/seed/');
    const [version, next] = isSeed ? versions.filter((one) => !deleted.includes(one)) : [];
    const name = version === versions.at(-1) ? 'DeleteMarker' : 'Version';
    const entry = version
      ? `<${name}><Key>loadtest/seed/${runId}/a.jpg</Key><VersionId>${version}</VersionId></${name}>`
      : '';
    return response.end(
      `<ListVersionsResult><IsTruncated>${next !== undefined}</IsTruncated>${entry}</ListVersionsResult>`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    deleted,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
