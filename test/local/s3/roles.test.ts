/** What the chain needs of S3 besides the store: roles are authorized, faults happen, calls are reported. */
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { createFaults, type Fault } from '../../../local/aws/s3/faults.ts';
import { allow, clientFor, outcome, roleArn, startedS3 } from './started-s3.ts';

const put = (Bucket: string, Key: string, Body: string | Uint8Array = 'pixels') =>
  new PutObjectCommand({ Bucket, Key, Body });
const get = (Bucket: string, Key: string) => new GetObjectCommand({ Bucket, Key });
const head = (Bucket: string, Key: string) => new HeadObjectCommand({ Bucket, Key });

async function read(client: S3Client, Bucket: string, Key: string): Promise<string> {
  const { Body } = await client.send(get(Bucket, Key));
  return (await Body?.transformToString()) ?? '';
}

describe('a role', () => {
  test('does what its policies allow', async () => {
    const { lambda, owner } = await startedS3();
    await owner.send(put('originals', 'a b+c%20&=#?/ä😀.jpg'));
    expect(await read(lambda, 'originals', 'a b+c%20&=#?/ä😀.jpg')).toBe('pixels');
    await lambda.send(put('derivatives', '200x200/a.jpg'));
    expect(await read(owner, 'derivatives', '200x200/a.jpg')).toBe('pixels');
  });

  test.each<[string, (client: S3Client) => Promise<unknown>]>([
    ['write an original', (client) => client.send(put('originals', 'a.jpg'))],
    ['write outside its prefixes', (client) => client.send(put('derivatives', '999x1/a.jpg'))],
    [
      'delete a derivative',
      (client) => client.send(new DeleteObjectCommand({ Bucket: 'derivatives', Key: '200x200/a.jpg' })),
    ],
    ['list the derivatives', (client) => client.send(new ListObjectsV2Command({ Bucket: 'derivatives' }))],
  ])('may not %s without a policy that allows it', async (_, call) => {
    const { lambda } = await startedS3();
    expect(await outcome(call(lambda))).toBe('403 AccessDenied');
  });

  test('deletes the objects of a list that it may delete, and learns which others it may not', async () => {
    const { lambda, owner } = await startedS3([allow('s3:DeleteObject', 'arn:aws:s3:::derivatives/200x200/*')]);
    for (const key of ['200x200/a', '800x/a']) await owner.send(put('derivatives', key));
    const Objects = ['200x200/a', '800x/a'].map((Key) => ({ Key }));
    const answer = await lambda.send(new DeleteObjectsCommand({ Bucket: 'derivatives', Delete: { Objects } }));
    expect(answer.Deleted).toEqual([{ Key: '200x200/a' }]);
    expect(answer.Errors).toMatchObject([{ Key: '800x/a', Code: 'AccessDenied' }]);
    expect(await outcome(owner.send(head('derivatives', '800x/a')))).toBe('done');
  });

  test('learns that a key is missing only if it may list the bucket', async () => {
    const { lambda } = await startedS3();
    expect(await outcome(lambda.send(get('originals', 'none.jpg')))).toBe('404 NoSuchKey');
    expect(await outcome(lambda.send(head('originals', 'none.jpg')))).toBe('404 NotFound');
    expect(await outcome(lambda.send(get('derivatives', '200x200/none.jpg')))).toBe('403 AccessDenied');
    expect(await outcome(lambda.send(head('derivatives', '200x200/none.jpg')))).toMatch(/^403 /);
  });
});

test('the owner of the buckets may do everything, an unknown access key and an anonymous caller nothing', async () => {
  const { owner, endpoint } = await startedS3();
  expect(await outcome(owner.send(put('originals', 'a.jpg')))).toBe('done');
  const nobody = clientFor(endpoint, 'nobody');
  expect(await outcome(nobody.send(get('originals', 'a.jpg')))).toBe('403 InvalidAccessKeyId');
  expect((await fetch(`${endpoint}/originals/a.jpg`)).status).toBe(403);
});

test('every call is reported with its caller and its outcome', async () => {
  const { lambda, owner, calls } = await startedS3();
  await owner.send(put('originals', 'a.jpg'));
  await outcome(lambda.send(put('originals', 'b.jpg')));
  expect(calls).toMatchObject([
    { caller: 'owner', operation: 'PutObject', bucket: 'originals', key: 'a.jpg', status: 200 },
    { caller: { roleArn }, operation: 'PutObject', key: 'b.jpg', status: 403 },
  ]);
});

describe('a fault', () => {
  test('answers the nth call with an error and lets the others pass', async () => {
    const { lambda, owner, faults } = await startedS3();
    await owner.send(put('originals', 'a.jpg'));
    faults.add({ operation: 'GetObject', nth: 2, times: 1, effect: { error: { status: 503, code: 'SlowDown' } } });
    const outcomes = [];
    for (let i = 0; i < 3; i++) outcomes.push(await outcome(read(lambda, 'originals', 'a.jpg')));
    expect(outcomes).toEqual(['done', '503 SlowDown', 'done']);
  });

  test('leaves the owner of the buckets alone', async () => {
    const { owner, faults } = await startedS3();
    faults.add({ effect: { error: { status: 503, code: 'SlowDown' } } });
    expect(await outcome(owner.send(put('originals', 'a.jpg')))).toBe('done');
  });

  test('cuts a body after so many bytes', async () => {
    const { lambda, owner, faults } = await startedS3();
    await owner.send(put('originals', 'a.jpg', Buffer.alloc(3_000_000)));
    faults.add({ effect: { cut: { afterBytes: 1_000_000 } } });
    const { Body, ContentLength } = await lambda.send(get('originals', 'a.jpg'));
    expect(ContentLength).toBe(3_000_000);
    await expect(Body?.transformToByteArray()).rejects.toThrow();
  });

  test('cuts before S3 hears of a call, and after it has done its work', async () => {
    const { lambda, owner, faults } = await startedS3();
    const remove = faults.add({ effect: { cut: 'request' } });
    expect(await outcome(lambda.send(put('derivatives', '200x200/a')))).toMatch(/^no answer/);
    expect(await outcome(owner.send(head('derivatives', '200x200/a')))).toBe('404 NotFound');
    remove();
    faults.add({ effect: { cut: 'answer' } });
    expect(await outcome(lambda.send(put('derivatives', '200x200/a')))).toMatch(/^no answer/);
    expect(await outcome(owner.send(head('derivatives', '200x200/a')))).toBe('done');
  });

  test.each([{ stall: 'request' as const }, { stall: { afterBytes: 1_000 } }])('stops sending: %j', async (effect) => {
    const { lambda, owner, faults } = await startedS3();
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
  });
});

const effect = { delayMilliseconds: 1 };
const call = { operation: 'GetObject', bucket: 'originals', key: 'a/b.jpg' };

/** Which of four equal calls are hit. */
function hitsOf(fault: Omit<Fault, 'effect'>): boolean[] {
  const faults = createFaults();
  faults.add({ ...fault, effect });
  return Array.from({ length: 4 }, () => faults.next(call) === effect);
}

describe('createFaults()', () => {
  test.each<[string, Omit<Fault, 'effect'>, boolean[]]>([
    ['misses another operation', { operation: 'PutObject' }, [false, false, false, false]],
    ['misses another bucket', { bucket: 'derivatives' }, [false, false, false, false]],
    ['misses keys of another pattern', { key: 'b/*' }, [false, false, false, false]],
    ['hits the second call and all that follow', { nth: 2 }, [false, true, true, true]],
    ['hits the first call alone', { times: 1 }, [true, false, false, false]],
    ['hits the second and third call', { nth: 2, times: 2 }, [false, true, true, false]],
  ])('%s', (_, fault, expected) => {
    expect(hitsOf(fault)).toEqual(expected);
  });

  test('counts for each fault by itself, and the first that hits decides', () => {
    const faults = createFaults();
    const other = { cut: 'request' as const };
    faults.add({ times: 1, effect });
    faults.add({ nth: 2, times: 1, effect: other });
    expect([faults.next(call), faults.next(call), faults.next(call)]).toEqual([effect, other, undefined]);
  });

  test('takes one fault away, or all', () => {
    const faults = createFaults();
    const remove = faults.add({ effect });
    remove();
    expect(faults.next(call)).toBeUndefined();
    faults.add({ effect });
    faults.clear();
    expect([faults.next(call), faults.list()]).toEqual([undefined, []]);
  });
});
