import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Environment } from '../../infra/environments.ts';
import { type Aws, aws } from '../../infra/preflight/aws-cli.ts';
import { checkAccount } from '../../infra/preflight/check-account.ts';
import { fallbackProblems } from '../../infra/preflight/check-fallbacks.ts';
import { checkOriginals, missingRules, withRules } from '../../infra/preflight/check-originals.ts';
import { checkEdgeAddresses } from '../../infra/preflight/edge-addresses.ts';
import {
  type AccountFacts,
  type Fact,
  known,
  type LifecycleRule,
  type OriginalsFacts,
} from '../../infra/preflight/facts.ts';
import { accessProblems, deployProblems } from '../../infra/preflight/preflight.ts';
import { config } from '../../src/config.ts';
import { plainStaging } from './synthesized.ts';

const capacity = config.capacity.staging;
const unread: Fact<never> = { known: false, reason: 'An error occurred (AccessDenied)' };

const ready: AccountFacts = {
  account: '111122223333',
  bootstrapVersion: known(27),
  publicAccessBlock: known({ blockPublicPolicy: false, restrictPublicBuckets: false }),
  concurrency: known({ limit: 1000, unreserved: 1000, ours: 0 }),
};

test('an account that has everything has no problem', () => {
  expect(checkAccount(ready, plainStaging, capacity)).toEqual([]);
});

test.each<[what: string, facts: Partial<AccountFacts>, says: string[]]>([
  ['no bootstrap', { bootstrapVersion: known(undefined) }, ['111122223333', 'make bootstrap']],
  ['an old bootstrap', { bootstrapVersion: known(5) }, ['version 5', 'make bootstrap']],
  [
    'Block Public Access',
    { publicAccessBlock: known({ blockPublicPolicy: true, restrictPublicBuckets: false }) },
    ['BlockPublicPolicy', 'aws s3control put-public-access-block --account-id 111122223333'],
  ],
  [
    'the quota of a new account',
    { concurrency: known({ limit: 10, unreserved: 10, ours: 0 }) },
    [
      'reservedConcurrency is 80, but the account can reserve 0 (quota 10',
      '--desired-value 1000',
      'reserveConcurrency to false',
    ],
  ],
  [
    'a pool that others have reserved',
    { concurrency: known({ limit: 1000, unreserved: 150, ours: 0 }) },
    ['can reserve 50', 'others reserve 850', '--desired-value 1030'],
  ],
])('%s stops a deploy with one line that says what to do', (_, facts, says) => {
  const problems = checkAccount({ ...ready, ...facts }, plainStaging, capacity);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.severity).toBe('stop');
  expect(problems[0]?.line).not.toContain('\n');
  for (const part of says) expect(problems[0]?.line).toContain(part);
});

test('what our own Lambda has reserved already counts as free', () => {
  const concurrency = known({ limit: 1000, unreserved: 120, ours: 80 });
  expect(checkAccount({ ...ready, concurrency }, plainStaging, capacity)).toEqual([]);
});

test.each([
  ['staging', 'note'],
  ['prod', 'stop'],
] as const)('without a reserve, a quota of ten is a %s: %s', (stage, severity) => {
  const concurrency = known({ limit: 10, unreserved: 10, ours: 0 });
  const environment = { ...plainStaging, stage, reserveConcurrency: false };
  const problems = checkAccount({ ...ready, concurrency }, environment, config.capacity[stage]);
  expect(problems).toMatchObject([{ severity, line: expect.stringContaining('shares 10 executions') }]);
  const roomy = known({ limit: 1000, unreserved: 1000, ours: 0 });
  expect(checkAccount({ ...ready, concurrency: roomy }, environment, config.capacity[stage])).toEqual([]);
});

test('credentials of another account stop every command, also those that only read', () => {
  const answers = { ...readyAnswers, 'sts get-caller-identity': { Account: '444455556666' } };
  for (const problems of [
    deployProblems(answering(answers), plainStaging, folder),
    accessProblems(answering(answers), plainStaging),
  ]) {
    expect(problems).toMatchObject([{ severity: 'stop', line: expect.stringContaining("'444455556666'") }]);
  }
});

test('a fact that cannot be read is a note', () => {
  expect(checkAccount({ ...ready, publicAccessBlock: unread }, plainStaging, capacity)).toEqual([
    {
      severity: 'note',
      line: expect.stringContaining('s3:GetAccountPublicAccessBlock failed: An error occurred (AccessDenied)'),
    },
  ]);
});

const existing = { bucketName: 'uploads-of-ours', region: 'eu-central-1' };
const rules: readonly LifecycleRule[] = missingRules([]);
const good: OriginalsFacts = {
  bucketName: 'uploads-of-ours',
  derivativesBucket: 'derivatives-of-ours',
  region: known('eu-central-1'),
  versioned: known(true),
  encryptionKeyArn: known(undefined),
  lifecycle: known(rules),
  notifications: known({}),
};
const files = { lifecycle: 'rules.json', notifications: 'events.json' };
const check = (facts: OriginalsFacts, existingOriginals: NonNullable<Environment['existingOriginals']> = existing) =>
  checkOriginals(facts, { existingOriginals }, files);
const key = 'arn:aws:kms:eu-central-1:111122223333:key/example';

test('an existing bucket that has everything has no problem', () => {
  expect(check(good)).toEqual([]);
});

test.each<[what: string, facts: Partial<OriginalsFacts>, says: string[]]>([
  [
    'the derivatives bucket',
    { derivativesBucket: 'uploads-of-ours' },
    ['existingOriginals.bucketName is uploads-of-ours'],
  ],
  [
    'a bucket that is not there',
    { region: { known: false, reason: 'NoSuchBucket' } },
    ['NoSuchBucket', 'check existingOriginals'],
  ],
  ['another region', { region: known('us-west-2') }, ["set existingOriginals.region to 'us-west-2'"]],
  ['no versions', { versioned: known(false) }, ['aws s3api put-bucket-versioning --bucket uploads-of-ours']],
  [
    'a key that the role may not use',
    { encryptionKeyArn: known(key) },
    [`set existingOriginals.encryptionKeyArn to '${key}'`],
  ],
  [
    'no lifecycle rules',
    { lifecycle: known([]) },
    ['forget-test-images and forget-what-was-deleted', 'put-bucket-lifecycle-configuration', 'file://rules.json'],
  ],
  [
    'tests that stay',
    { lifecycle: known(rules.slice(1)) },
    ['lacks the lifecycle rules forget-test-images:', 'file://rules.json'],
  ],
])('an existing bucket with %s stops a deploy with one line that says what to do', (_, facts, says) => {
  const problems = check({ ...good, ...facts });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ severity: 'stop' });
  expect(problems[0]?.line).not.toContain('\n');
  for (const part of says) expect(problems[0]?.line).toContain(part);
});

test.each([
  ['none', undefined, 'note', 'events.json'],
  ['none', true, 'stop', 'aws s3api put-bucket-notification-configuration --bucket uploads-of-ours'],
  ['none', false, 'none', ''],
  ['events', undefined, 'note', 'set purge to true'],
  ['events', true, 'none', ''],
] as const)('a bucket that sends %s, with purge %s: %s', (sent, purge, severity, says) => {
  const here = { bucketName: 'uploads-of-ours', region: 'us-east-1' };
  const notifications = known(sent === 'events' ? { EventBridgeConfiguration: {} } : {});
  const facts = { ...good, region: known('us-east-1'), notifications };
  const problems = checkOriginals(facts, { existingOriginals: here, purge }, files);
  expect(problems.map((problem) => problem.severity)).toEqual(severity === 'none' ? [] : [severity]);
  expect(problems.map(({ line }) => line).join()).toContain(says);
});

test('a key that is stated but not used is a problem too', () => {
  const [problem] = check(good, { ...existing, encryptionKeyArn: key });
  expect(problem?.line).toContain('remove existingOriginals.encryptionKeyArn');
});

test.each<[what: string, rule: LifecycleRule]>([
  ['that is off', { ...rules[1], Status: 'Disabled' }],
  ['that keeps old versions for a year', { ...rules[1], NoncurrentVersionExpiration: { NoncurrentDays: 365 } }],
  ['for objects with a tag', { ...rules[1], Filter: { Tag: { Key: 'a', Value: 'b' } } }],
  ['for large objects', { ...rules[1], Filter: { ObjectSizeGreaterThan: 1_000_000 } }],
  [
    'that keeps three old versions for ever',
    { ...rules[1], NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 3 } },
  ],
  ['for one prefix', { ...rules[1], Filter: { Prefix: 'profile/' } }],
])('a rule %s does not count as forgetting what was deleted', (_, rule) => {
  expect(missingRules([...rules.slice(0, 1), rule]).map(({ ID }) => ID)).toEqual(['forget-what-was-deleted']);
});

test('a rule in the old notation counts', () => {
  const old = rules.map(({ Filter, ...rule }) => ({ ...rule, Prefix: Filter?.Prefix ?? '' }));
  expect(missingRules(old)).toEqual([]);
});

test('rules are proposed with each ID once and in one notation, as S3 wants them', () => {
  const theirs = [
    { ...rules[1], NoncurrentVersionExpiration: { NoncurrentDays: 365 } },
    { ID: 'theirs', Status: 'Enabled', Prefix: 'tmp/', Expiration: { Days: 3 } },
  ];
  expect(withRules(theirs, rules)).toEqual([
    { ID: 'theirs', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 3 } },
    ...rules,
  ]);
});

// --- the reading half, on answers as AWS's command line gives them

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Answers by the first two words of the command. */
function answering(answers: Readonly<Record<string, unknown>>): Aws {
  return ([service, command]) => {
    const answer = answers[`${service} ${command}`];
    if (typeof answer === 'string') return { known: false, reason: answer };
    return answer === undefined ? { known: false, reason: `unexpected: ${service} ${command}` } : known(answer);
  };
}

const readyAnswers = {
  'sts get-caller-identity': { Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/someone' },
  'ssm get-parameter': { Parameter: { Value: '27' } },
  's3control get-public-access-block':
    'An error occurred (NoSuchPublicAccessBlockConfiguration) when calling the GetPublicAccessBlock operation: none',
  'lambda get-account-settings': { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 } },
  'cloudformation describe-stacks':
    'An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id X does not exist',
};

test('a fresh account that is bootstrapped is ready', () => {
  expect(deployProblems(answering(readyAnswers), plainStaging, folder)).toEqual([]);
});

test('a fresh account that is not bootstrapped is told to', () => {
  const answers = {
    ...readyAnswers,
    'ssm get-parameter': 'An error occurred (ParameterNotFound) when calling the GetParameter operation: ',
  };
  expect(deployProblems(answering(answers), plainStaging, folder)).toMatchObject([
    { line: expect.stringContaining('make bootstrap') },
  ]);
});

test('without credentials there is one problem, not one for each question', () => {
  const answers = { 'sts get-caller-identity': 'Unable to locate credentials' };
  for (const problems of [
    deployProblems(answering(answers), plainStaging, folder),
    accessProblems(answering(answers), plainStaging),
  ]) {
    expect(problems).toMatchObject([{ severity: 'stop', line: expect.stringContaining('set AWS_PROFILE') }]);
  }
});

test('each fallback has to be an original', () => {
  const presets = {
    '48x48': { ...config.presets['48x48'], fallback: '_fallback/person.png' },
    '100x100': { ...config.presets['100x100'], fallback: '_fallback/person.png' },
    '320x': config.presets['320x'],
  };
  const problems = (headObject: unknown, outputs: Readonly<Record<string, string>> | undefined) =>
    fallbackProblems(answering({ 's3api head-object': headObject }), plainStaging, known(outputs), { presets });
  const deployed = { UploadBucket: 'uploads' };
  const absent = 'An error occurred (404) when calling the HeadObject operation: Not Found';
  expect(problems({ ContentLength: 1 }, deployed)).toEqual([]);
  expect(problems(absent, deployed)).toMatchObject([
    { severity: 'stop', line: expect.stringContaining('aws s3 cp FILE s3://uploads/_fallback/person.png') },
  ]);
  expect(problems('An error occurred (403) when calling the HeadObject operation: Forbidden', deployed)).toMatchObject([
    { severity: 'note', line: expect.stringContaining('s3:GetObject') },
  ]);
  expect(problems(absent, undefined)).toMatchObject([{ severity: 'note' }]);
  expect(fallbackProblems(answering({}), plainStaging, known(deployed), config)).toEqual([]);
});

test('the lifecycle rules that are proposed keep those that are there', () => {
  const theirs = { ID: 'theirs', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 3 } };
  const answers = {
    ...readyAnswers,
    's3api get-bucket-location': { LocationConstraint: 'eu-central-1' },
    's3api get-bucket-versioning': { Status: 'Enabled' },
    's3api get-bucket-encryption': {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    },
    's3api get-bucket-lifecycle-configuration': { Rules: [theirs] },
  };
  const environment: Environment = { ...plainStaging, existingOriginals: existing };
  const [problem] = deployProblems(answering(answers), environment, folder);
  expect(problem?.line).toContain('lifecycle-uploads-of-ours.json');
  expect(JSON.parse(readFileSync(join(folder, 'lifecycle-uploads-of-ours.json'), 'utf8'))).toEqual({
    Rules: [theirs, ...rules],
  });
});

test('the notifications that are proposed keep those that are there', () => {
  const theirs = {
    QueueConfigurations: [{ QueueArn: 'arn:aws:sqs:us-east-1:1:theirs', Events: ['s3:ObjectCreated:*'] }],
  };
  const answers = {
    ...readyAnswers,
    's3api get-bucket-location': { LocationConstraint: null },
    's3api get-bucket-notification-configuration': theirs,
  };
  const environment: Environment = {
    ...plainStaging,
    purge: true,
    existingOriginals: { bucketName: 'uploads-of-ours' },
  };
  const stops = deployProblems(answering(answers), environment, folder).filter(({ severity }) => severity === 'stop');
  expect(stops).toMatchObject([{ line: expect.stringContaining('notifications-uploads-of-ours.json') }]);
  expect(JSON.parse(readFileSync(join(folder, 'notifications-uploads-of-ours.json'), 'utf8'))).toEqual({
    ...theirs,
    EventBridgeConfiguration: {},
  });
});

test.each([
  [null, 'us-east-1'],
  ['EU', 'eu-west-1'],
  ['ap-south-1', 'ap-south-1'],
])('a bucket of which S3 says that it is in %j is in %s', (said, region) => {
  const answers = { ...readyAnswers, 's3api get-bucket-location': { LocationConstraint: said } };
  const environment: Environment = { ...plainStaging, existingOriginals: { bucketName: 'uploads-of-ours', region } };
  const stops = deployProblems(answering(answers), environment, folder).filter(({ severity }) => severity === 'stop');
  expect(stops).toEqual([]);
});

test('a key that the bucket names by alias is looked up', () => {
  const answers = {
    ...readyAnswers,
    's3api get-bucket-location': { LocationConstraint: 'eu-central-1' },
    's3api get-bucket-versioning': { Status: 'Enabled' },
    's3api get-bucket-encryption': {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/uploads' } }],
      },
    },
    'kms describe-key': { KeyMetadata: { Arn: key } },
    's3api get-bucket-lifecycle-configuration': { Rules: rules },
  };
  const environment = { ...plainStaging, existingOriginals: { ...existing, encryptionKeyArn: key } };
  expect(deployProblems(answering(answers), environment, folder)).toEqual([]);
});

const guarded: Environment = { ...plainStaging, blockPublicAccess: true };
const prefixLists = {
  'ec2 describe-managed-prefix-lists': { PrefixLists: [{ PrefixListId: 'pl-1' }] },
  'ec2 get-managed-prefix-list-entries': { Entries: [{ Cidr: '192.0.2.0/24' }, { Cidr: '198.51.100.0/24' }] },
};
const today = new Date('2026-11-30');

test.each([
  ['all ranges are known', prefixLists, { readAt: '2020-01-01', ranges: ['192.0.2.0/24', '198.51.100.0/24'] }, []],
  ['a range is new', prefixLists, { readAt: '2026-11-29', ranges: ['192.0.2.0/24'] }, ['stop']],
  ['the list cannot be read, and the file is fresh', {}, { readAt: '2026-11-01', ranges: ['192.0.2.0/24'] }, ['note']],
  ['the list cannot be read, and the file is old', {}, { readAt: '2026-10-01', ranges: ['192.0.2.0/24'] }, ['stop']],
])("CloudFront's addresses where Block Public Access stays on: %s", (_, answers, file, severities) => {
  const problems = checkEdgeAddresses(answering(answers), guarded, file, today);
  expect(problems.map(({ severity }) => severity)).toEqual(severities);
  expect(checkEdgeAddresses(answering(answers), plainStaging, file, today)).toEqual([]);
});

test('Block Public Access of the account is no problem where the policy is not public', () => {
  const publicAccessBlock = known({ blockPublicPolicy: true, restrictPublicBuckets: true });
  expect(checkAccount({ ...ready, publicAccessBlock }, guarded, capacity)).toEqual([]);
});

test('the command line is asked in one region, for JSON, and its last line is the reason when it fails', () => {
  const program = join(folder, 'aws');
  writeFileSync(
    program,
    '#!/bin/sh\nif [ "$1" = fail ]; then echo; echo "An error occurred (Nope)" >&2; exit 254; fi\nprintf \'{"args":"%s"}\' "$*"\n',
  );
  chmodSync(program, 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  expect(aws(['sts', 'x'])).toEqual(known({ args: 'sts x --region us-east-1 --output json' }));
  expect(aws(['sts', 'x'], 'eu-west-1')).toEqual(known({ args: 'sts x --region eu-west-1 --output json' }));
  expect(aws(['fail'])).toEqual({ known: false, reason: 'An error occurred (Nope)' });
});

test('an answer of some megabytes is read whole, as of a large template', () => {
  const program = join(folder, 'aws');
  writeFileSync(program, '#!/bin/sh\nprintf \'"%03000000d"\' 0\n');
  chmodSync(program, 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  expect(aws(['cloudformation', 'get-template'])).toEqual(known('0'.repeat(3_000_000)));
});

test('a machine without the AWS command line is told to install it', () => {
  vi.stubEnv('PATH', folder);
  expect(accessProblems(aws, plainStaging)).toEqual([
    {
      severity: 'stop',
      line: expect.stringContaining('install version 2 of the AWS CLI'),
    },
  ]);
});
