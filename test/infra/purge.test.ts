import { describe, expect, test } from 'vitest';
import { checkEnvironments } from '../../infra/environments.ts';
import { readPurgeEnvironment } from '../../src/adapters/environment.ts';
import { config, type ServiceConfig } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { onlyOf, plainStaging, resourcesOf, type Tree, templateOf } from './synthesized.ts';

const template = templateOf({ purge: true });
const originals = onlyOf(template, 'AWS::S3::Bucket', 'Originals');
const derivatives = onlyOf(template, 'AWS::S3::Bucket', 'Derivatives');
const queue = onlyOf(template, 'AWS::SQS::Queue', 'PurgeQueue');
const second = onlyOf(template, 'AWS::SQS::Queue', 'PurgeSecondPassQueue');
const lambda = onlyOf(template, 'AWS::Lambda::Function', 'Purge');
const arn = ({ id }: { id: string }) => ({ 'Fn::GetAtt': [id, 'Arn'] });

test('the bucket of the originals sends its events without a custom resource, and that of the derivatives none', () => {
  expect(originals.Properties.NotificationConfiguration).toEqual({
    EventBridgeConfiguration: { EventBridgeEnabled: true },
  });
  // Otherwise each delete of the purge would start another.
  expect(derivatives.Properties.NotificationConfiguration).toBeUndefined();
  expect(resourcesOf(template, 'Custom::S3BucketNotifications')).toEqual([]);
});

test('every event goes to both queues, and those of the load test and of the canary to none', () => {
  const { EventPattern, Targets } = onlyOf(template, 'AWS::Events::Rule').Properties;
  expect(EventPattern).toEqual({
    source: ['aws.s3'],
    'detail-type': ['Object Created', 'Object Deleted'],
    detail: {
      bucket: { name: [{ Ref: originals.id }] },
      object: { key: [{ 'anything-but': { prefix: ['loadtest/seed/', 'loadtest/canary/'] } }] },
    },
  });
  expect(Targets.map(({ Arn }: Tree) => Arn)).toEqual([arn(queue), arn(second)]);
});

test('the second pass comes when every resize that was running has ended', () => {
  expect(queue.Properties.DelaySeconds).toBe(0);
  const resize: number = onlyOf(template, 'AWS::Lambda::Function', 'Resize').Properties.Timeout;
  expect(second.Properties.DelaySeconds).toBe(resize + 5);
});

test('a message is received five times, later than its run can last, and then kept for as long as SQS keeps anything', () => {
  const dead = onlyOf(template, 'AWS::SQS::Queue', 'PurgeDeadLetters');
  expect(dead.Properties.MessageRetentionPeriod).toBe(1_209_600);
  for (const { Properties } of [queue, second]) {
    expect(Properties.RedrivePolicy).toEqual({ deadLetterTargetArn: arn(dead), maxReceiveCount: 5 });
    expect(Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * lambda.Properties.Timeout);
  }
});

test('both queues call the one Lambda in batches that can fail in part', () => {
  const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
  expect(mappings.map(({ EventSourceArn }) => EventSourceArn)).toEqual([arn(queue), arn(second)]);
  for (const mapping of mappings) {
    expect(mapping).toMatchObject({
      FunctionName: { Ref: lambda.id },
      BatchSize: config.purge.batchSize,
      MaximumBatchingWindowInSeconds: config.purge.batchSeconds,
      ScalingConfig: { MaximumConcurrency: config.purge.concurrency },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  }
});

test('the Lambda finds what it reads in its environment', () => {
  const variables: Record<string, Tree> = lambda.Properties.Environment.Variables;
  expect(variables.SECOND_PASS_QUEUE_ARN).toEqual(arn(second));
  expect(variables.DISTRIBUTION_ID).toEqual({ Ref: onlyOf(template, 'AWS::CloudFront::Distribution').id });
  // A tag or a path costs half a cent.
  expect(variables.INVALIDATIONS_PER_DAY).toBe(String(config.purge.dollarsPerDay * 200));
  const deployed = { ORIGINALS_BUCKET: 'o', DERIVATIVES_BUCKET: 'd', DISTRIBUTION_ID: 'E1' };
  const complete = { ...variables, ...deployed, SECOND_PASS_QUEUE_ARN: 'arn:aws:sqs:us-east-1:1:q' };
  expect(() => readPurgeEnvironment(complete)).not.toThrow();
  expect(() => readPurgeEnvironment({ ...complete, DISTRIBUTION_ID: '' })).toThrow('DISTRIBUTION_ID');
});

describe('the role', () => {
  const role = onlyOf(template, 'AWS::IAM::Role', 'Purge').Properties;

  test('may look at originals, delete derivatives of listed presets, count and invalidate, and no more', () => {
    const within = (of: { id: string }, path: string) => ({ 'Fn::Join': ['', [arn(of), path]] });
    expect(role.ManagedPolicyArns).toBeUndefined();
    expect(role.Policies).toHaveLength(1);
    const statements: Tree[] = role.Policies[0].PolicyDocument.Statement;
    expect(statements.map(({ Effect }) => Effect)).toEqual(statements.map(() => 'Allow'));
    const rights = statements.flatMap(({ Action, Resource }) =>
      [Resource].flat().map((resource: unknown) => [[Action].flat().sort(), resource]),
    );
    const expected = [
      [['s3:GetObject', 's3:GetObjectVersion'], within(originals, '/*')],
      [['s3:ListBucketVersions'], arn(originals)],
      [['s3:ListBucket'], arn(originals)],
      [['s3:ListBucket'], arn(derivatives)],
      ...[...allowedPresets(config.presets).keys()].map((name) => [
        ['s3:DeleteObject', 's3:GetObject'],
        within(derivatives, `/${name}/*`),
      ]),
      [['s3:GetObject', 's3:PutObject'], within(derivatives, '/_purge/*')],
      [['cloudfront:CreateInvalidation'], expect.objectContaining({ 'Fn::Join': expect.anything() })],
      [['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], arn(queue)],
      [['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], arn(second)],
      [['logs:CreateLogStream', 'logs:PutLogEvents'], arn(onlyOf(template, 'AWS::Logs::LogGroup', 'Purge'))],
    ];
    expect(rights).toHaveLength(expected.length);
    expect(rights).toEqual(expect.arrayContaining(expected));
    const [, distribution] = rights.find(([actions]) => String(actions) === 'cloudfront:CreateInvalidation') ?? [];
    expect(JSON.stringify(distribution)).toContain(onlyOf(template, 'AWS::CloudFront::Distribution').id);
  });

  test('fits the 10,240 characters that IAM allows also with fifty presets', () => {
    const presets: ServiceConfig['presets'] = Object.fromEntries(
      [...Array(25)].map((_, i) => [
        `${1000 + i}x1000`,
        { width: 1000 + i, height: 1000, fit: 'cover', formats: ['webp'] } as const,
      ]),
    );
    const of = templateOf({ purge: true }, { ...config, presets });
    const { Policies } = onlyOf(of, 'AWS::IAM::Role', 'Purge').Properties;
    const longest = JSON.stringify(Policies[0].PolicyDocument).replaceAll(
      JSON.stringify({ 'Fn::GetAtt': [derivatives.id, 'Arn'] }),
      JSON.stringify(`arn:aws:s3:::${'b'.repeat(63)}`),
    );
    expect(longest.match(/b{63}/g)).toHaveLength(52);
    expect(longest.length).toBeLessThan(10_240);
  });
});

test('what the purge counts is denied to CloudFront, so no viewer reads it', () => {
  const { PolicyDocument } = onlyOf(template, 'AWS::S3::BucketPolicy', 'Derivatives').Properties;
  const denied = PolicyDocument.Statement.find(({ Effect }: Tree) => Effect === 'Deny');
  expect(denied).toMatchObject({
    Action: 's3:GetObject',
    Resource: { 'Fn::Join': ['', [arn(derivatives), '/_purge/*']] },
  });
  expect(Object.keys(denied.Condition)).toEqual(['StringEquals']);
});

describe('an existing bucket', () => {
  const ours = { bucketName: 'uploads-of-ours' };
  const stateOf = (of: Tree) => of.Outputs.PurgeState.Value;
  const undecided = (({ purge: _, ...rest }) => rest)(plainStaging);

  test('is not purged until it is known to send its events, which the output of a deploy says', () => {
    const off = templateOf({ existingOriginals: ours, purge: undefined });
    expect(resourcesOf(off, 'AWS::SQS::Queue')).toEqual([]);
    expect(stateOf(off)).toContain('uploads-of-ours is not known to send events');
    const on = templateOf({ existingOriginals: ours, purge: true });
    expect(stateOf(on)).toBe('on');
    expect(onlyOf(on, 'AWS::Events::Rule').Properties.EventPattern.detail.bucket).toEqual({
      name: ['uploads-of-ours'],
    });
  });

  test('in another region is refused with the reason', () => {
    const elsewhere = { ...ours, region: 'eu-central-1' };
    expect(checkEnvironments([{ ...plainStaging, existingOriginals: elsewhere, purge: true }])).toEqual([
      expect.stringMatching(/^environments\.staging\.purge is true, expected false: .*eu-central-1/),
    ]);
    expect(checkEnvironments([{ ...undecided, existingOriginals: elsewhere }])).toEqual([]);
    expect(checkEnvironments([{ ...plainStaging, existingOriginals: ours, purge: true }])).toEqual([]);
  });
});

test('without a decision the own bucket is purged', () => {
  expect(resourcesOf(templateOf({ purge: undefined }), 'AWS::SQS::Queue')).toHaveLength(3);
});
