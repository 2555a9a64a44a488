/** `make purge` on a real S3 server, with derivatives as the service stores them. */
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findByKeys, findByVersion } from '../../infra/purge/find.ts';
import { readOptions } from '../../infra/purge/options.ts';
import { deleteDerivatives, dollarsOf, planPurge } from '../../infra/purge/purge.ts';
import { cacheTagOf, s3Derivatives } from '../../src/adapters/s3-image-store.ts';
import { config } from '../../src/config.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';

const presets = ['48x48', '48x48.webp', '200x200'];
const keysOf = (key: string) => presets.map((preset) => `${preset}/${key}`);
const hostile = "a b+c%20&=#?/it's 木.jpg";
const anyTime = { from: new Date(0), to: new Date(Date.now() + 60_000) };
const hour = 3_600_000;

let s3: TestS3;
let bucket: string;

beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.stop());
beforeEach(async () => {
  bucket = await s3.newBucket();
});

async function store(version: string, preset: string, originalKey: string): Promise<void> {
  const derivatives = s3Derivatives(s3.client, bucket, version, config.limits);
  const derivative = {
    bytes: Buffer.from('pixels'),
    contentType: 'image/jpeg',
    cacheControl: 'max-age=1',
    originalId: 'a'.repeat(64),
    originalKey,
  };
  await derivatives.put(`${preset}/${originalKey}`, derivative, undefined, AbortSignal.timeout(5_000));
}

async function keysLeft(): Promise<string[]> {
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = '' }) => Key);
}

describe('by key', () => {
  test('deletes all derivatives of the original and no other, and invalidates one tag', async () => {
    for (const preset of presets) await store('1.0.0', preset, hostile);
    await store('1.0.0', '48x48', `${hostile}g`);
    const found = await findByKeys(s3.client, bucket, keysOf(hostile));
    expect(found.derivatives.map(({ key }) => key)).toEqual(presets.map((preset) => `${preset}/${hostile}`));

    const plan = planPurge(found, [cacheTagOf(hostile)]);
    // The tag of the key is the one that the service has stored.
    expect(plan.items).toEqual([`#${found.derivatives[0]?.tag}`]);
    await deleteDerivatives(s3.client, bucket, plan);
    expect(await keysLeft()).toEqual([`48x48/${hostile}g`]);
  });

  test('invalidates the tag also when S3 has nothing left: the edge may', async () => {
    const found = await findByKeys(s3.client, bucket, keysOf('gone.jpg'));
    expect(planPurge(found, [cacheTagOf('gone.jpg')])).toEqual({
      derivatives: [],
      items: [`#${cacheTagOf('gone.jpg')}`],
    });
  });
});

describe('by version', () => {
  test('deletes what the release has stored, one tag for each original', async () => {
    for (const preset of presets) await store('2.0.0', preset, 'ann.jpg');
    await store('2.0.0', '48x48', 'bob.jpg');
    await store('1.0.0', '200x200', 'bob.jpg');
    const plan = planPurge(await findByVersion(s3.client, bucket, '2.0.0', anyTime));
    expect(plan.derivatives).toHaveLength(4);
    expect(plan.items).toEqual([cacheTagOf('ann.jpg'), cacheTagOf('bob.jpg')].map((tag) => `#${tag}`));
    await deleteDerivatives(s3.client, bucket, plan);
    expect(await keysLeft()).toEqual(['200x200/bob.jpg']);
  });

  test('reads the metadata only of what was stored in the period', async () => {
    for (const preset of presets) await store('2.0.0', preset, 'ann.jpg');
    const before = { from: new Date(0), to: new Date(Date.now() - hour) };
    expect(await findByVersion(s3.client, bucket, '2.0.0', before)).toEqual({ derivatives: [], heads: 0, lists: 1 });
    const after = { from: new Date(Date.now() - hour), to: new Date(Date.now() + hour) };
    expect(await findByVersion(s3.client, bucket, '2.0.0', after)).toMatchObject({ heads: 3, lists: 1 });
  });

  test('has nothing to do for a version that has stored nothing', async () => {
    await store('1.0.0', '48x48', 'ann.jpg');
    const plan = planPurge(await findByVersion(s3.client, bucket, '9.9.9', anyTime));
    expect(plan).toEqual({ derivatives: [], items: [] });
    await deleteDerivatives(s3.client, bucket, plan);
    expect(await keysLeft()).toEqual(['48x48/ann.jpg']);
  });
});

test('an object without a tag, or more tags than CloudFront takes, is everything', async () => {
  await store('1.0.0', '48x48', 'ann.jpg');
  await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: '200x200/ann.jpg', Body: 'by hand' }));
  const found = await findByKeys(s3.client, bucket, keysOf('ann.jpg'));
  expect(planPurge(found).items).toEqual(['/*']);

  const derivative = { key: '', bytes: 0, modified: new Date(), version: '1.0.0' };
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...derivative, tag: `o-${index}` }));
  expect(planPurge({ ...found, derivatives: many(3_000) }).items).toHaveLength(3_000);
  expect(planPurge({ ...found, derivatives: many(3_001) }).items).toEqual(['/*']);
});

test('dollars are of the requests and of each invalidated tag', () => {
  const plan = { derivatives: [], items: ['#a', '#b'] };
  expect(dollarsOf({ derivatives: [], heads: 1_000_000, lists: 1_000 }, plan)).toBeCloseTo(0.4 + 0.005 + 0.01, 9);
});

test.each([
  ['nothing to purge', '', [], 'Neither KEY nor VERSION is given'],
  ['both', 'a.jpg', ['--version', '1.0.0'], 'KEY and VERSION are both given'],
  ['a key that is none', '/a.jpg', [], 'KEY is "/a.jpg"'],
  ['a time without a zone', '', ['--version', '1.0.0', '--from', '2026-11-25T09:00'], 'FROM is "2026-11-25T09:00"'],
  ['a period that ends before it begins', '', ['--version', '1', '--from', '2999-01-01T00:00Z'], 'FROM is 2999'],
  ['an unknown target', 'a.jpg', ['--target', 'nowhere'], 'TARGET is "nowhere"'],
  ['another confirmation', 'a.jpg', ['--yes', 'no'], 'YES is "no"'],
])('%s is refused by name', (_, key, args, message) => {
  expect(() => readOptions(args, key)).toThrow(message);
});
