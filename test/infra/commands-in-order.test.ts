/** What the commands really run, and in which order: with programs in the place of `aws` and `cdk` that only note it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

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
  { answers = ready, diff = 'There were no differences' }: { answers?: typeof ready; diff?: string } = {},
) {
  const log = join(folder, 'log');
  const cases = Object.entries(answers).map(
    ([call, answer]) => `'${call}') printf '%s' '${JSON.stringify(answer)}' ;;`,
  );
  script('aws', `case "$1 $2" in\n${cases.join('\n')}\n*) echo "aws $*" >>"${log}" ;;\nesac`);
  const found = diff.startsWith('Found') ? 1 : 0;
  script('cdk', `echo "cdk $*" >>"${log}"\nif [ "$1" = diff ]; then echo '${diff}'; exit ${found}; fi\nexit 3`);
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

const diffOfStaging = 'cdk diff ResizeOnMiss-staging --app cdk.out --fail-on=destructive';
const deployOfStaging = 'cdk deploy ResizeOnMiss-staging --app cdk.out --require-approval=never';
const destruction = 'Found 1 destructive change(s):\n  S: AWS::S3::Bucket Originals/Bucket X will be destroyed';

test('deploy checks the account, shows the diff, and deploys', () => {
  expect(command('deploy', ['--env', 'staging']).ran).toEqual([diffOfStaging, deployOfStaging]);
});

test.each(['diff', 'deploy'])(
  '%s stops where something would be destroyed, and says what would let it go on',
  (name) => {
    const { status, said, ran } = command(name, ['--env', 'staging'], { diff: destruction });
    expect(status).toBe(1);
    expect(said).toContain('- S: AWS::S3::Bucket Originals/Bucket X will be destroyed');
    expect(said).toContain(`make ${name} ENV=staging ACCEPT=destructive`);
    expect(ran).toEqual([diffOfStaging]);
  },
);

test('deploy goes on where destruction is meant', () => {
  const { ran } = command('deploy', ['--env', 'staging', '--accept', 'destructive'], { diff: destruction });
  expect(ran).toEqual([diffOfStaging, deployOfStaging]);
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

test('destroy stops the Lambda before it empties the derivatives, so that no viewer fills them again', () => {
  expect(command('destroy', ['--env', 'staging', '--confirm', 'ResizeOnMiss-staging']).ran).toEqual([
    'aws lambda put-function-concurrency --function-name resize --reserved-concurrent-executions 0 --region us-east-1',
    'aws s3 rm s3://derivatives-of-ours --recursive --only-show-errors --region us-east-1',
    'cdk destroy ResizeOnMiss-staging --app cdk.out --force',
  ]);
});
