/** What the commands really run, and in which order: with programs in the place of `aws` and `cdk` that only note it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { config } from '../../src/config.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-in-order-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const outputs = { FunctionName: 'resize', DerivativesBucket: 'derivatives-of-ours', UploadBucket: 'originals-of-ours' };
const ready: Readonly<Record<string, unknown>> = {
  'sts get-caller-identity': { Account: '111122223333' },
  'ssm get-parameter': { Parameter: { Value: '27' } },
  's3control get-public-access-block': { PublicAccessBlockConfiguration: {} },
  'lambda get-account-settings': { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 } },
  'lambda get-function-concurrency': {},
  'cloudformation describe-stacks': {
    Stacks: [{ Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) }],
  },
  'cloudformation get-template': { TemplateBody: {} },
};

/** Runs a command in an account that answers so. What changes something fails, so that nothing goes on behind it. */
function command(
  name: string,
  args: readonly string[],
  { answers = ready, deployOutput = '' }: { answers?: typeof ready; deployOutput?: string } = {},
) {
  const log = join(folder, 'log');
  const cases = Object.entries(answers).map(([call, answer]) =>
    typeof answer === 'string'
      ? `'${call}') echo '${answer}' >&2; exit 254 ;;`
      : `'${call}') printf '%s' '${JSON.stringify(answer)}' ;;`,
  );
  script('aws', `case "$1 $2" in\n${cases.join('\n')}\n*) echo "aws $*" >>"${log}" ;;\nesac`);
  script('cdk', `echo "cdk $*" >>"${log}"\ncat >&2 <<'END'\n${deployOutput}\nEND\nexit 3`);
  script('sleep', `echo "sleep $*" >>"${log}"`);
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const file = join(root, 'infra/commands', `${name}.ts`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { cwd: root, env, encoding: 'utf8' });
  const ran = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return { status, said: stdout + stderr, ran };
}

function script(name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

const deployOfStaging = 'cdk deploy ResizeOnMiss-staging --app cdk.out --require-approval=never';
const bucket = { Type: 'AWS::S3::Bucket', Metadata: { 'aws:cdk:path': 'ResizeOnMiss-staging/Other/Resource' } };
const destruction = { ...ready, 'cloudformation get-template': { TemplateBody: { Resources: { Other: bucket } } } };

test('deploy checks the account, shows the diff, and deploys', () => {
  const { ran, said } = command('deploy', ['--env', 'staging']);
  expect(ran).toEqual([deployOfStaging]);
  expect(said).toMatch(/^ResizeOnMiss-staging: \d+ added, 0 changed, 0 destroyed, replaced or orphaned:$/m);
});

test.each(['diff', 'deploy'])('%s stops where something would be destroyed, and names what continues', (name) => {
  const { status, said, ran } = command(name, ['--env', 'staging'], { answers: destruction });
  expect(status).toBe(1);
  expect(said).toContain('- S3::Bucket Other would be destroyed');
  expect(said).toContain(`make ${name} ENV=staging ACCEPT=destructive`);
  expect(ran).toEqual([]);
});

test('deploy continues where destruction is accepted', () => {
  const { ran } = command('deploy', ['--env', 'staging', '--accept', 'destructive'], { answers: destruction });
  expect(ran).toEqual([deployOfStaging]);
});

test('deploy touches nothing while the account is not ready', () => {
  const answers = { ...ready, 'ssm get-parameter': { Parameter: { Value: '5' } } };
  const { status, said, ran } = command('deploy', ['--env', 'staging'], { answers });
  expect({ status, ran }).toEqual({ status: 1, ran: [] });
  expect(said).toContain('- Account 111122223333 has an older bootstrap stack');
});

test('hotswap replaces the code past CloudFormation', () => {
  expect(command('hotswap', ['--env', 'staging']).ran).toEqual([
    'cdk deploy ResizeOnMiss-staging --app cdk.out --hotswap --require-approval=never',
  ]);
});

const destroy = ['--env', 'staging', '--confirm', 'ResizeOnMiss-staging'];
const removeStack = 'cdk destroy ResizeOnMiss-staging --app cdk.out --force';
const inRegion = '--region us-east-1 --output json';

test('destroy stops the Lambda and waits for its last call before it empties the derivatives', () => {
  expect(command('destroy', destroy).ran).toEqual([
    `aws lambda put-function-concurrency --function-name resize --reserved-concurrent-executions 0 ${inRegion}`,
    `sleep ${config.limits.lambdaSeconds}`,
    `aws s3 rm s3://derivatives-of-ours --recursive --only-show-errors ${inRegion}`,
    removeStack,
  ]);
});

test.each([
  [
    'the Lambda is gone',
    { 'lambda put-function-concurrency': 'An error occurred (ResourceNotFoundException): gone' },
    2,
  ],
  ['the bucket is gone', { 's3 rm': 'fatal error: An error occurred (NoSuchBucket)' }, 3],
])('destroy can be repeated where %s already', (_, gone, calls) => {
  const { ran } = command('destroy', destroy, { answers: { ...ready, ...gone } });
  expect(ran).toHaveLength(calls);
  expect(ran.at(-1)).toBe(removeStack);
});

test('destroy stops where the derivatives cannot be removed', () => {
  const answers = { ...ready, 's3 rm': 'fatal error: An error occurred (AccessDenied)' };
  const { status, said, ran } = command('destroy', destroy, { answers });
  expect(status).toBe(1);
  expect(said).toContain('AccessDenied');
  expect(ran).not.toContain(removeStack);
});

/** Accounts in which a first deploy goes wrong. What a person gets is asserted once for each. */
test.each([
  [
    'CloudFront is not verified',
    'EdgeDistribution CREATE_FAILED: Your account must be verified before you can add new CloudFront resources.',
    'open a case with AWS Support',
  ],
  [
    'nothing can be reserved',
    "decreases account's UnreservedConcurrentExecution below its minimum value of [10]",
    'wait for the quota increase',
  ],
  [
    "the account's policy for log delivery is full",
    'Cannot enable logging. Policy document length breaking Cloudwatch Logs Constraints',
    'aws logs describe-resource-policies',
  ],
  [
    'two changes of a bucket met',
    'A conflicting conditional operation is currently in progress against this resource (OperationAborted)',
    'deploy again',
  ],
  [
    'the organization forbids public policies',
    'API: s3:PutBucketPolicy Access Denied with an explicit deny in a resource control policy',
    'ask its administrators',
  ],
])('a deploy that fails because %s says what to do', (_, deployOutput, says) => {
  const { status, said } = command('deploy', ['--env', 'staging'], { deployOutput });
  expect(status).toBe(1);
  expect(said).toContain(says);
});

test('a deploy that fails for another reason shows only its own text', () => {
  const { said } = command('deploy', ['--env', 'staging'], { deployOutput: 'Resource handler returned 500' });
  expect(said.trim().endsWith('"cdk deploy" ended with 3.')).toBe(true);
});

test.each(['diff', 'deploy', 'hotswap', 'destroy', 'page-test'])(
  '%s stops with credentials of another account',
  (name) => {
    const answers = { ...ready, 'sts get-caller-identity': { Account: '444455556666' } };
    const { status, said, ran } = command(name, name === 'destroy' ? destroy : ['--env', 'staging'], { answers });
    expect({ status, ran }).toEqual({ status: 1, ran: [] });
    expect(said).toContain(
      'The credentials are of account 444455556666, but environments.staging.account is 111122223333',
    );
  },
);
