import { type Environment, stackName } from '../environments.ts';
import type { Aws } from './aws-cli.ts';
import {
  type AccountFacts,
  type Fact,
  known,
  type LifecycleRule,
  type Notifications,
  type OriginalsFacts,
} from './facts.ts';

/** Returns the account of the credentials. */
export function readIdentity(aws: Aws): Fact<string> {
  return map(aws(['sts', 'get-caller-identity']), (value) => field<string>(value, 'Account') ?? '');
}

/** Reads only; the checks decide. */
export function readAccount(aws: Aws, environment: Environment, account: string): AccountFacts {
  return {
    account,
    bootstrapVersion: orAbsent(
      map(aws(['ssm', 'get-parameter', '--name', '/cdk-bootstrap/hnb659fds/version']), (value) =>
        Number(field<string>(value, 'Parameter', 'Value')),
      ),
      /ParameterNotFound/,
      undefined,
    ),
    publicAccessBlock: orAbsent(
      map(aws(['s3control', 'get-public-access-block', '--account-id', account]), (value) => ({
        blockPublicPolicy: field<boolean>(value, 'PublicAccessBlockConfiguration', 'BlockPublicPolicy') ?? false,
        restrictPublicBuckets:
          field<boolean>(value, 'PublicAccessBlockConfiguration', 'RestrictPublicBuckets') ?? false,
      })),
      /NoSuchPublicAccessBlockConfiguration/,
      { blockPublicPolicy: false, restrictPublicBuckets: false },
    ),
    concurrency: map(aws(['lambda', 'get-account-settings']), (value) => ({
      limit: field<number>(value, 'AccountLimit', 'ConcurrentExecutions') ?? 0,
      unreserved: field<number>(value, 'AccountLimit', 'UnreservedConcurrentExecutions') ?? 0,
      ours: reservedByUs(aws, environment),
    })),
  };
}

function reservedByUs(aws: Aws, environment: Environment): number {
  const outputs = readOutputs(aws, environment);
  const name = outputs.known ? outputs.value?.FunctionName : undefined;
  if (name === undefined) return 0;
  const answer = aws(['lambda', 'get-function-concurrency', '--function-name', name]);
  return answer.known ? (field<number>(answer.value, 'ReservedConcurrentExecutions') ?? 0) : 0;
}

export type Outputs = Readonly<Record<string, string>>;

/** Returns the outputs of the stack; `undefined` while it is not deployed. */
export function readOutputs(aws: Aws, { stage }: Environment): Fact<Outputs | undefined> {
  const answer = map(aws(['cloudformation', 'describe-stacks', '--stack-name', stackName(stage)]), (value) => {
    const [stack] = field<readonly unknown[]>(value, 'Stacks') ?? [];
    const outputs = field<readonly { OutputKey: string; OutputValue: string }[]>(stack, 'Outputs') ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  });
  return orAbsent<Outputs | undefined>(answer, /does not exist/, undefined);
}

/** Returns the deployed template; `undefined` while there is none. */
export function readTemplate(aws: Aws, { stage }: Environment): Fact<unknown> {
  const args = ['cloudformation', 'get-template', '--stack-name', stackName(stage), '--template-stage', 'Original'];
  return orAbsent(
    map(aws(args), (value) => field<unknown>(value, 'TemplateBody')),
    /does not exist/,
    undefined,
  );
}

export function readOriginals(
  aws: Aws,
  existing: NonNullable<Environment['existingOriginals']>,
  outputs: Fact<Outputs | undefined>,
): OriginalsFacts {
  const { bucketName } = existing;
  const of = (command: string) => ['s3api', command, '--bucket', bucketName];
  const region = map(aws(of('get-bucket-location')), (value) => {
    // S3 returns `null` for us-east-1, and `EU` for old buckets in Ireland (GetBucketLocation).
    const location = field<string>(value, 'LocationConstraint') ?? 'us-east-1';
    return location === 'EU' ? 'eu-west-1' : location;
  });
  const there = region.known ? region.value : undefined;
  return {
    bucketName,
    derivativesBucket: outputs.known ? outputs.value?.DerivativesBucket : undefined,
    region,
    versioned: map(aws(of('get-bucket-versioning'), there), (value) => field<string>(value, 'Status') === 'Enabled'),
    encryptionKeyArn: orAbsent<string | undefined>(
      map(aws(of('get-bucket-encryption'), there), (value) => {
        const [rule] = field<readonly unknown[]>(value, 'ServerSideEncryptionConfiguration', 'Rules') ?? [];
        const key = field<string>(rule, 'ApplyServerSideEncryptionByDefault', 'KMSMasterKeyID');
        return key && keyArn(aws, key, there);
      }),
      /ServerSideEncryptionConfigurationNotFoundError/,
      undefined,
    ),
    lifecycle: orAbsent<readonly LifecycleRule[]>(
      map(
        aws(of('get-bucket-lifecycle-configuration'), there),
        (value) => field<readonly LifecycleRule[]>(value, 'Rules') ?? [],
      ),
      /NoSuchLifecycleConfiguration/,
      [],
    ),
    // The AWS CLI prints nothing for a bucket without notifications.
    notifications: map(
      aws(of('get-bucket-notification-configuration'), there),
      (value) => (value || {}) as Notifications,
    ),
  };
}

/** Returns the ARN of a key that a bucket names by id or alias. */
function keyArn(aws: Aws, key: string, region: string | undefined): string {
  if (key.startsWith('arn:') && !key.includes(':alias/')) return key;
  const answer = aws(['kms', 'describe-key', '--key-id', key], region);
  return (answer.known && field<string>(answer.value, 'KeyMetadata', 'Arn')) || key;
}

function map<T>(fact: Fact<unknown>, read: (value: unknown) => T): Fact<T> {
  return fact.known ? known(read(fact.value)) : fact;
}

/** AWS answers with an error when something does not exist. */
function orAbsent<T>(fact: Fact<T>, error: RegExp, absent: T): Fact<T> {
  return !fact.known && error.test(fact.reason) ? known(absent) : fact;
}

/** Returns a field of an answer of AWS, in the shape of its API reference. */
function field<T>(value: unknown, ...path: readonly string[]): T | undefined {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  ) as T | undefined;
}
