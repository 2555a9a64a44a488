import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { afterEach } from 'vitest';
import type { Caller } from '../../../local/aws/iam/caller.ts';
import { readPolicy } from '../../../local/aws/iam/policy.ts';
import { type BucketEvent, withEvents } from '../../../local/aws/s3/bucket-events.ts';
import { openEmbeddedStore } from '../../../local/aws/s3/embedded-store.ts';
import { createFaults, type Faults } from '../../../local/aws/s3/faults.ts';
import { withFolder } from '../../../local/aws/s3/folder.ts';
import { type S3Call, startS3 } from '../../../local/aws/s3/server.ts';
import { quietLogger } from '../../fixtures/s3.ts';
import { account } from '../a-resource.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export const roleArn = 'arn:aws:iam::123456789012:role/resize';
export const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
export const role = [
  allow('s3:GetObject', 'arn:aws:s3:::originals/*'),
  allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::derivatives/200x200/*'),
  allow('s3:ListBucket', 'arn:aws:s3:::originals'),
];

interface StartedS3 {
  /** With the access keys of the buckets' owner and of the Lambda's role. */
  readonly owner: S3Client;
  readonly lambda: S3Client;
  readonly endpoint: string;
  readonly faults: Faults;
  readonly calls: S3Call[];
  readonly events: BucketEvent[];
}

const running: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

export interface Setting {
  /** Its files are objects of the originals. */
  readonly folder?: string;
  /** Whether the originals have versions. They send their events. */
  readonly versioned?: boolean;
}

/** The embedded S3 with two buckets, a role, and clients of the SDK. */
export async function startedS3(
  statements: readonly object[] = role,
  { folder, versioned = false }: Setting = {},
): Promise<StartedS3> {
  const embedded = openEmbeddedStore(temporaryFolder());
  const events: BucketEvent[] = [];
  const store = withEvents(folder === undefined ? embedded : withFolder(embedded, 'originals', folder), {
    buckets: new Set(['originals']),
    account,
    clock: { now: Date.now },
    sink: (event) => events.push(event),
  });
  await store.createBucket('originals', { versioned });
  await store.createBucket('derivatives');
  const faults = createFaults();
  const calls: S3Call[] = [];
  const server = await startS3({
    store,
    port: 0,
    callers: new Map<string, Caller>([
      ['owner', 'owner'],
      ['lambda', { roleArn }],
    ]),
    access: {
      accountId: '123456789012',
      rolePolicies: new Map([[roleArn, [readPolicy('Role', { Statement: statements })]]]),
      bucketPolicies: new Map(),
    },
    faults,
    onCall: (call) => calls.push(call),
  });
  running.push(server.close);

  function clientOf(accessKeyId: string): S3Client {
    const client = clientFor(server.endpoint, accessKeyId);
    running.push(() => client.destroy());
    return client;
  }
  return { owner: clientOf('owner'), lambda: clientOf('lambda'), endpoint: server.endpoint, faults, calls, events };
}

/** A client that tries once, since a failure is to be seen and not repeated. */
export function clientFor(endpoint: string, accessKeyId: string, more: S3ClientConfig = {}): S3Client {
  const credentials = { accessKeyId, secretAccessKey: 'any', sessionToken: 'token' };
  const options = { region: 'us-east-1', forcePathStyle: true, maxAttempts: 1, logger: quietLogger };
  return new S3Client({ endpoint, credentials, ...options, ...more });
}

/** Status and name of the error that a call ends with; `done` when it ends well. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return `${$metadata?.httpStatusCode ?? 'no answer'} ${name}`;
  }
}
