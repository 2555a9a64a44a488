import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { allow, role, startedFront } from './started-front.ts';

const put = (Bucket: string, Key: string, Body: string | Uint8Array = 'pixels') =>
  new PutObjectCommand({
    Bucket,
    Key,
    Body,
    CacheControl: 'max-age=1',
    ContentType: 'image/jpeg',
    Metadata: { original: 'e' },
  });
const get = (Bucket: string, Key: string) => new GetObjectCommand({ Bucket, Key });
const head = (Bucket: string, Key: string) => new HeadObjectCommand({ Bucket, Key });

/** Name and status of the error that a call ends with; `done` when it ends well. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return `${$metadata?.httpStatusCode ?? 'no answer'} ${name}`;
  }
}

async function read(client: S3Client, Bucket: string, Key: string): Promise<string> {
  const { Body } = await client.send(get(Bucket, Key));
  return (await Body?.transformToString()) ?? '';
}

describe('The S3 front', () => {
  test.each(['a/b.jpg', 'a b+c%20&=#?/ä😀.jpg', "!'()*~"])(
    'carries %s to the S3 server and back, with all that belongs to it',
    async (key) => {
      const { lambda, owner } = await startedFront();
      await lambda.send(put('derivatives', `200x200/${key}`));
      const found = await owner.send(get('derivatives', `200x200/${key}`));
      expect(await found.Body?.transformToString()).toBe('pixels');
      expect(found).toMatchObject({
        CacheControl: 'max-age=1',
        ContentType: 'image/jpeg',
        Metadata: { original: 'e' },
      });
    },
  );

  test('carries large bodies whole, given as a buffer and as a stream', async () => {
    const { lambda, owner } = await startedFront();
    const bytes = Buffer.alloc(9_000_000, 'pixel data ');
    await lambda.send(put('derivatives', '200x200/buffer', bytes));
    const stream = {
      Bucket: 'derivatives',
      Key: '200x200/stream',
      Body: Readable.from([bytes]),
      ContentLength: bytes.length,
    };
    await lambda.send(new PutObjectCommand(stream));
    const md5 = `"${createHash('md5').update(bytes).digest('hex')}"`;
    for (const key of ['200x200/buffer', '200x200/stream']) {
      expect(await owner.send(head('derivatives', key))).toMatchObject({ ETag: md5, ContentLength: bytes.length });
    }
  });

  test('§4.2 carries conditions and ranges, and answers as the server does', async () => {
    const { lambda, owner } = await startedFront();
    const { ETag } = await owner.send(put('originals', 'a.jpg'));
    const part = await lambda.send(
      new GetObjectCommand({ Bucket: 'originals', Key: 'a.jpg', Range: 'bytes=0-2', IfMatch: ETag }),
    );
    expect(await part.Body?.transformToString()).toBe('pix');
    const other = new GetObjectCommand({ Bucket: 'originals', Key: 'a.jpg', IfMatch: '"other"' });
    expect(await outcome(lambda.send(other))).toBe('412 PreconditionFailed');
    const again = new PutObjectCommand({ Bucket: 'derivatives', Key: '200x200/a', Body: 'x', IfNoneMatch: '*' });
    await lambda.send(again);
    expect(await outcome(lambda.send(again))).toBe('412 PreconditionFailed');
  });

  test.each<[string, (client: S3Client) => Promise<unknown>]>([
    ['writes an original', (client) => client.send(put('originals', 'a.jpg'))],
    ['writes outside its prefixes', (client) => client.send(put('derivatives', '999x1/a.jpg'))],
    [
      'deletes a derivative',
      (client) => client.send(new DeleteObjectCommand({ Bucket: 'derivatives', Key: '200x200/a.jpg' })),
    ],
    ['lists the derivatives', (client) => client.send(new ListObjectsV2Command({ Bucket: 'derivatives' }))],
    ['reads an object of a bucket of others', (client) => client.send(get('others', 'a.jpg'))],
    [
      'copies from where it may not read',
      (client) =>
        client.send(
          new CopyObjectCommand({ Bucket: 'derivatives', Key: '200x200/a', CopySource: 'derivatives/secret' }),
        ),
    ],
    [
      'sets an ACL',
      (client) =>
        client.send(new PutObjectCommand({ Bucket: 'derivatives', Key: '200x200/a', Body: 'x', ACL: 'public-read' })),
    ],
  ])('refuses a role that %s without being allowed to', async (_, call) => {
    const { lambda } = await startedFront();
    expect(await outcome(call(lambda))).toBe('403 AccessDenied');
  });

  test('lets the owner of the buckets do what the role may not', async () => {
    const { owner } = await startedFront();
    expect(await outcome(owner.send(put('originals', 'a.jpg')))).toBe('done');
    expect(await outcome(owner.send(new ListObjectsV2Command({ Bucket: 'derivatives' })))).toBe('done');
  });

  test('§4.2 tells that a key is missing only to a role that may list the bucket', async () => {
    const { lambda } = await startedFront();
    expect(await outcome(lambda.send(get('originals', 'none.jpg')))).toBe('404 NoSuchKey');
    expect(await outcome(lambda.send(head('originals', 'none.jpg')))).toBe('404 NotFound');
    expect(await outcome(lambda.send(get('derivatives', '200x200/none.jpg')))).toBe('403 AccessDenied');
    expect(await outcome(lambda.send(head('derivatives', '200x200/none.jpg')))).toMatch(/^403 /);
  });

  test('§4.2 tells it once the role may list', async () => {
    const { lambda } = await startedFront([...role, allow('s3:ListBucket', 'arn:aws:s3:::derivatives')]);
    expect(await outcome(lambda.send(head('derivatives', '200x200/none.jpg')))).toBe('404 NotFound');
  });

  test('refuses a wrong secret, an unknown key and a call that nobody signed', async () => {
    const { client, endpoint } = await startedFront();
    const signedBy = (accessKeyId: string, secretAccessKey: string) =>
      client({ credentials: { accessKeyId, secretAccessKey } });
    expect(await outcome(signedBy('owner', 'wrong').send(get('originals', 'a')))).toBe('403 SignatureDoesNotMatch');
    expect(await outcome(signedBy('nobody', 'x').send(get('originals', 'a')))).toBe('403 InvalidAccessKeyId');
    expect((await fetch(`${endpoint}/originals/a`)).status).toBe(403);
  });

  test('notes every call with who made it and how it went', async () => {
    const { lambda, owner, calls } = await startedFront();
    await owner.send(put('originals', 'a.jpg'));
    await outcome(lambda.send(put('originals', 'b.jpg')));
    expect(calls).toMatchObject([
      { caller: 'owner', operation: 'PutObject', bucket: 'originals', key: 'a.jpg', status: 200 },
      {
        caller: { roleArn: 'arn:aws:iam::123456789012:role/resize' },
        operation: 'PutObject',
        key: 'b.jpg',
        status: 403,
      },
    ]);
  });

  describe('as a place of faults', () => {
    test('answers the nth call with an error and lets the others pass', async () => {
      const { lambda, owner, faults } = await startedFront();
      await owner.send(put('originals', 'a.jpg'));
      faults.add({ operation: 'GetObject', nth: 2, times: 1, effect: { error: { status: 503, code: 'SlowDown' } } });
      const outcomes = [];
      for (let i = 0; i < 3; i++) outcomes.push(await outcome(read(lambda, 'originals', 'a.jpg')));
      expect(outcomes).toEqual(['done', '503 SlowDown', 'done']);
    });

    test('leaves the owner of the buckets alone', async () => {
      const { owner, faults } = await startedFront();
      faults.add({ effect: { error: { status: 503, code: 'SlowDown' } } });
      expect(await outcome(owner.send(put('originals', 'a.jpg')))).toBe('done');
    });

    test('lets a call wait', async () => {
      const { lambda, owner, faults } = await startedFront();
      await owner.send(put('originals', 'a.jpg'));
      faults.add({ effect: { delayMilliseconds: 300 } });
      const start = performance.now();
      expect(await read(lambda, 'originals', 'a.jpg')).toBe('pixels');
      expect(performance.now() - start).toBeGreaterThan(290);
    });

    test('cuts a body after so many bytes', async () => {
      const { lambda, owner, faults } = await startedFront();
      await owner.send(put('originals', 'a.jpg', Buffer.alloc(3_000_000)));
      faults.add({ effect: { cut: { afterBytes: 1_000_000 } } });
      const { Body, ContentLength } = await lambda.send(get('originals', 'a.jpg'));
      expect(ContentLength).toBe(3_000_000);
      await expect(Body?.transformToByteArray()).rejects.toThrow();
    });

    test('cuts before S3 hears of a call, and after it has done its work', async () => {
      const { lambda, owner, faults } = await startedFront();
      const remove = faults.add({ effect: { cut: 'request' } });
      expect(await outcome(lambda.send(put('derivatives', '200x200/a')))).toMatch(/^no answer/);
      expect(await outcome(owner.send(head('derivatives', '200x200/a')))).toBe('404 NotFound');
      remove();
      faults.add({ effect: { cut: 'answer' } });
      expect(await outcome(lambda.send(put('derivatives', '200x200/a')))).toMatch(/^no answer/);
      expect(await outcome(owner.send(head('derivatives', '200x200/a')))).toBe('done');
    });

    test.each([{ stall: 'request' as const }, { stall: { afterBytes: 1_000 } }])(
      'says nothing more: %j',
      async (effect) => {
        const { lambda, owner, faults } = await startedFront();
        await owner.send(put('originals', 'a.jpg', Buffer.alloc(3_000_000)));
        faults.add({ effect });
        const abort = AbortSignal.timeout(500);
        const call = lambda.send(get('originals', 'a.jpg'), { abortSignal: abort });
        const body = call.then(({ Body }) =>
          Promise.race([
            Body?.transformToByteArray(),
            new Promise((_, reject) => abort.addEventListener('abort', () => reject(new Error('still waiting')))),
          ]),
        );
        await expect(body).rejects.toThrow();
        expect(abort.aborted).toBe(true);
      },
    );
  });
});
