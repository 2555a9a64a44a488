import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { afterEach } from 'vitest';
import { readPolicy } from '../../../local/aws/iam/policy.ts';
import { type Caller, createAccess } from '../../../local/aws/s3/access.ts';
import { createFaults, type Faults } from '../../../local/aws/s3/faults.ts';
import { openFolder } from '../../../local/aws/s3/folder.ts';
import { type NotedCall, startFront } from '../../../local/aws/s3/front.ts';
import { startS3 } from '../../../local/aws/s3/server.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const region = 'us-east-1';
const owner = { accessKeyId: 'owner', secretAccessKey: 'owner-secret', region };
const lambda = { accessKeyId: 'lambda', secretAccessKey: 'lambda-secret', region };
const roleArn = 'arn:aws:iam::123456789012:role/resize';

export const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
export const role = [
  allow('s3:GetObject', 'arn:aws:s3:::originals/*'),
  allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::derivatives/200x200/*'),
  allow('s3:ListBucket', 'arn:aws:s3:::originals'),
];

interface StartedFront {
  /** Signed by the owner of the buckets, and by the role of the Lambda. */
  readonly owner: S3Client;
  readonly lambda: S3Client;
  readonly endpoint: string;
  readonly faults: Faults;
  readonly calls: NotedCall[];
  client(change: S3ClientConfig): S3Client;
}

const running: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

/** The embedded S3 with the front before it, and real SDK clients that talk to the front. */
export async function startedFront(statements: readonly object[] = role, folder?: string): Promise<StartedFront> {
  const server = await startS3({ directory: temporaryFolder(), port: 0, ...owner });
  running.push(server.close);
  const faults = createFaults();
  const calls: NotedCall[] = [];
  const callers = new Map<string, { caller: Caller; credentials: typeof owner }>([
    ['owner', { caller: 'owner', credentials: owner }],
    ['lambda', { caller: { roleArn }, credentials: lambda }],
  ]);
  const front = await startFront({
    port: 0,
    endpoint: server.endpoint,
    owner,
    callers,
    access: createAccess({
      accountId: '123456789012',
      rolePolicies: new Map([[roleArn, [readPolicy('Role', { Statement: statements })]]]),
      bucketPolicies: new Map(),
    }),
    faults,
    ...(folder === undefined ? {} : { folder: { bucket: 'originals', files: openFolder(folder) } }),
    note: (call) => calls.push(call),
  });
  running.push(front.close);

  function client(change: S3ClientConfig): S3Client {
    const made = new S3Client({ endpoint: front.endpoint, region, maxAttempts: 1, ...change });
    running.push(() => made.destroy());
    return made;
  }
  const started = {
    owner: client({ credentials: owner }),
    lambda: client({ credentials: { ...lambda, sessionToken: 'token' } }),
    endpoint: front.endpoint,
    faults,
    calls,
    client,
  };
  for (const Bucket of ['originals', 'derivatives']) await started.owner.send(new CreateBucketCommand({ Bucket }));
  calls.length = 0;
  return started;
}
