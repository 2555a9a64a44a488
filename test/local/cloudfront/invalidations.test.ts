/** Cache tags, and the API that invalidates them, as the AWS SDK calls it. */
import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
  type InvalidationBatch,
} from '@aws-sdk/client-cloudfront';
import { afterEach, describe, expect, test } from 'vitest';
import { createInvalidations, type InvalidationChange } from '../../../local/aws/cloudfront/invalidations.ts';
import { openListener } from '../../../local/aws/http/server.ts';
import type { Caller } from '../../../local/aws/iam/caller.ts';
import { readPolicy } from '../../../local/aws/iam/policy.ts';
import { advanceTo, createTimers } from '../../../local/aws/timers.ts';
import { quietLogger } from '../../fixtures/s3.ts';
import { anEdge, names } from './an-edge.ts';

const header = 'x-amz-meta-cache-tag';
const cached = (tags: string) => ({ headers: { 'cache-control': 'max-age=600', [header]: tags }, body: 'image' });
const taggedEdge = (tagsOf: (target: string) => string, more: object = {}) =>
  anEdge({
    config: { CacheTagConfig: { HeaderName: header } },
    origin: ({ target }) => cached(tagsOf(target)),
    ...more,
  });

describe('an invalidation by tag', () => {
  test('removes every object with the tag, in any case', async () => {
    const edge = taggedEdge((target) => (target.includes('ann') ? 'other, O-Ann' : 'o-bob'));
    for (const target of ['/200x200/ann', '/800x/ann', '/200x200/bob']) await edge.ask(target);
    expect(edge.cloudFront.invalidate(['#o-ann'])).toBe(2);
    expect((await edge.ask('/800x/ann')).xCache).toBe('Miss');
    expect((await edge.ask('/200x200/bob')).xCache).toBe('Hit');
    expect(edge.cloudFront.invalidate(['#o-*'])).toBe(0);
  });

  test('knows the tags in Origin Shield and those of a revalidated copy', async () => {
    const edge = taggedEdge(() => 'o-ann', {
      originConfig: { OriginShield: { Enabled: true, OriginShieldRegion: 'us-east-1' } },
      origin: (_: unknown, count: number) =>
        count === 1
          ? { headers: { 'cache-control': 'max-age=10', etag: '"1"', [header]: 'o-ann' }, body: 'image' }
          : { status: 304, headers: { etag: '"1"' } },
    });
    await edge.ask();
    edge.seconds(11);
    expect((await edge.ask()).xCache).toBe('RefreshHit');
    expect(edge.cloudFront.invalidate(['#o-ann'])).toBe(2);
  });

  test('finds no tags without a CacheTagConfig, and not more than 50 in one object', async () => {
    const plain = anEdge({ origin: () => cached('o-ann') });
    await plain.ask();
    expect(plain.cloudFront.invalidate(['#o-ann'])).toBe(0);
    const edge = taggedEdge(() => [...Array(51).keys()].map((number) => `t${number}`).join());
    await edge.ask();
    expect(edge.cloudFront.invalidate(['#t50'])).toBe(0);
    expect(edge.cloudFront.invalidate(['#t49'])).toBe(1);
  });

  test('does not need the header to reach the viewer', async () => {
    const edge = taggedEdge(() => 'o-ann', {
      responseHeadersPolicy: { RemoveHeadersConfig: { Items: [{ Header: header }] } },
    });
    expect((await edge.ask()).headers[header]).toBeUndefined();
    expect(edge.cloudFront.invalidate(['#o-ann'])).toBe(1);
  });
});

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const roleArn = 'arn:aws:iam::1:role/purge';
const DistributionId = names.id;
const distributionArn = `arn:aws:cloudfront::1:distribution/${DistributionId}`;
const may = (Action: string, Resource = distributionArn) => ({ Effect: 'Allow', Action, Resource });

async function anApi(...statements: readonly object[]) {
  const edge = taggedEdge(() => 'o-ann');
  const { clock } = edge;
  const timers = createTimers(clock);
  const changes: InvalidationChange[] = [];
  const api = createInvalidations({
    distributionId: DistributionId,
    accountId: '1',
    callers: new Map<string, Caller>([
      ['owner', 'owner'],
      ['lambda', { roleArn }],
    ]),
    rolePolicies: new Map([[roleArn, [readPolicy('Role', { Statement: statements })]]]),
    clock,
    timers,
    invalidate: edge.cloudFront.invalidate,
    delays: () => ({ effectiveMilliseconds: 5_000, completeMilliseconds: 25_000 }),
    onChange: (change) => changes.push(change),
  });
  const { address: endpoint, close } = await openListener(api, { port: 0, host: 'cloudfront', toLocal: (url) => url });
  stops.push(close);
  function client(accessKeyId = 'owner') {
    const credentials = { accessKeyId, secretAccessKey: 'any' };
    const made = new CloudFrontClient({
      endpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
      logger: quietLogger,
    });
    stops.push(() => made.destroy());
    return made;
  }
  const create = async (items: readonly string[], reference = 'r', by = client(), id = DistributionId) => {
    const InvalidationBatch: InvalidationBatch = {
      CallerReference: reference,
      Paths: { Quantity: items.length, Items: [...items] },
    };
    const command = new CreateInvalidationCommand({ DistributionId: id, InvalidationBatch });
    return (await by.send(command)).Invalidation;
  };
  const pass = (seconds: number) => advanceTo(clock.now() + seconds * 1000, clock, timers);
  const statusOf = async (Id = '') =>
    (await client().send(new GetInvalidationCommand({ DistributionId, Id }))).Invalidation?.Status;
  return { edge, changes, client, create, pass, statusOf };
}

const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error) => `${error.$metadata?.httpStatusCode} ${error.name}`,
  );

describe('CreateInvalidation', () => {
  test('removes the objects after its delay, and is completed later', async () => {
    const { edge, create, pass, statusOf, changes } = await anApi();
    await edge.ask('/a&b');
    const items = ['#o-ann', '/200x200/*', '/a&b'];
    const made = await create(items);
    expect(made).toMatchObject({ Status: 'InProgress', InvalidationBatch: { Paths: { Quantity: 3, Items: items } } });
    await pass(4.9);
    expect((await edge.ask('/a&b')).xCache).toBe('Hit');
    await pass(0.1);
    expect((await edge.ask('/a&b')).xCache).toBe('Miss');
    expect(changes.map(({ status, removed }) => [status, removed])).toEqual([
      ['created', undefined],
      ['effective', 1],
    ]);
    expect(await statusOf(made?.Id)).toBe('InProgress');
    await pass(20);
    expect(await statusOf(made?.Id)).toBe('Completed');
  });

  test('is done once for a caller reference', async () => {
    const { create } = await anApi();
    const first = await create(['#o-ann'], 'same');
    expect((await create(['#o-ann'], 'same'))?.Id).toBe(first?.Id);
    expect(await errorOf(create(['#o-bob'], 'same'))).toBe('400 InvalidationBatchAlreadyExists');
  });

  test('is refused while too many files or wildcards are in progress', async () => {
    const { create, pass } = await anApi();
    const many = (count: number) => [...Array(count).keys()].map((number) => `#t${number}`);
    await create(many(2_999), 'most');
    await create(['/a'], 'last');
    expect(await errorOf(create(['#one-more'], 'more'))).toBe('400 TooManyInvalidationsInProgress');
    for (const name of many(15)) await create([`/${name}/*`], name);
    expect(await errorOf(create(['/x/*'], 'sixteenth'))).toBe('400 TooManyInvalidationsInProgress');
    await pass(25);
    expect(await errorOf(create(['#one-more', '/x/*'], 'more'))).toBe('done');
    expect(await errorOf(create(many(3_001), 'too large'))).toBe('413 BatchTooLarge');
  });

  test.each<[string, readonly string[], string]>([
    ['without paths', [], '400 InconsistentQuantities'],
    ['of a path that is not URL-encoded', ['/ä'], '400 InvalidArgument'],
    ['of a path without its slash', ['a'], '400 InvalidArgument'],
  ])('%s is refused', async (_, items, error) => {
    const { create } = await anApi();
    expect(await errorOf(create(items))).toBe(error);
  });

  test('of another distribution is refused', async () => {
    const { create, client } = await anApi();
    expect(await errorOf(create(['/a'], 'r', client(), 'EOTHER'))).toBe('404 NoSuchDistribution');
  });

  test.each<[string, readonly object[], string]>([
    ['of this distribution', [may('cloudfront:CreateInvalidation')], 'done'],
    ['of another', [may('cloudfront:CreateInvalidation', `${distributionArn}X`)], '403 AccessDenied'],
    ['of another action', [may('cloudfront:GetInvalidation')], '403 AccessDenied'],
  ])('asks the role for the right %s', async (_, statements, answer) => {
    const { create, client } = await anApi(...statements);
    expect(await errorOf(create(['#o-ann'], 'r', client('lambda')))).toBe(answer);
    expect(await errorOf(create(['#o-ann'], 'r', client('unknown')))).toBe('403 AccessDenied');
  });
});
