import { randomBytes } from 'node:crypto';
import { type Caller, createAccess } from '../aws/s3/access.ts';
import { type S3Server, startS3Server } from '../aws/s3/choose-server.ts';
import { createS3Client, type S3Client } from '../aws/s3/client.ts';
import { openFolder } from '../aws/s3/folder.ts';
import { startFront } from '../aws/s3/front.ts';
import type { Credentials } from '../aws/s3/signature.ts';
import type { ChainContext } from './context.ts';
import type { ChainParts } from './read-parts.ts';

export interface StorageChoice {
  readonly s3Port?: number;
  readonly stateDirectory?: string;
  readonly s3Server?: { readonly endpoint: string; readonly accessKeyId: string; readonly secretAccessKey: string };
  /** A folder whose files are originals. */
  readonly imagesDirectory?: string;
}

/** S3 as the chain's parts see it: the front's address, and a key pair for each of them. */
export interface Storage {
  readonly endpoint: string;
  readonly server: Pick<S3Server, 'name'>;
  readonly owner: Credentials;
  /** Reads for the website endpoint. */
  readonly website: S3Client;
  /** Removes what has expired. */
  readonly lifecycle: S3Client;
  credentialsOf(roleArn: string): Credentials & { readonly sessionToken: string };
}

export async function startStorage(
  { access, buckets, functions, template }: ChainParts,
  { clock, events, faults, onStop }: ChainContext,
  { s3Port = 0, stateDirectory, s3Server, imagesDirectory }: StorageChoice,
): Promise<Storage> {
  const { region } = template.account;
  const server = await startS3Server({
    ...(stateDirectory === undefined ? {} : { stateDirectory }),
    ...(s3Server === undefined ? {} : { other: s3Server }),
    clock,
  });
  onStop(server.stop);

  const newKeys = (kind: string): Credentials => ({
    accessKeyId: `${kind}${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString('hex'),
    region,
  });
  const owner = newKeys('AKIA');
  const website = newKeys('AKIA');
  const roles = new Map(functions.map(({ roleArn }) => [roleArn, newKeys('ASIA')]));
  const callers = new Map<string, { caller: Caller; credentials: Credentials }>([
    [owner.accessKeyId, { caller: 'owner', credentials: owner }],
    [website.accessKeyId, { caller: 'website', credentials: website }],
    ...[...roles].map(
      ([roleArn, credentials]) => [credentials.accessKeyId, { caller: { roleArn }, credentials }] as const,
    ),
  ]);

  const front = await startFront({
    port: s3Port,
    endpoint: server.endpoint,
    owner: server.credentials,
    callers,
    access: createAccess(access),
    faults,
    ...(imagesDirectory === undefined
      ? {}
      : { folder: { bucket: buckets.originals, files: openFolder(imagesDirectory) } }),
    note: (call) => events.emit({ kind: 's3', call }),
  });
  onStop(front.close);

  const clientOf = (credentials: Credentials): S3Client => {
    const client = createS3Client(front.endpoint, credentials);
    onStop(client.close);
    return client;
  };
  const ownerClient = clientOf(owner);
  for (const bucket of buckets.all) await makeBucket(ownerClient, bucket);

  return {
    endpoint: front.endpoint,
    server,
    owner,
    website: clientOf(website),
    lifecycle: ownerClient,
    credentialsOf(roleArn) {
      const keys = roles.get(roleArn);
      if (!keys) throw new Error(`No function of the template has the role ${roleArn}`);
      return { ...keys, sessionToken: 'local' };
    },
  };
}

async function makeBucket(client: S3Client, bucket: string): Promise<void> {
  const { status, body } = await client.send('PUT', bucket, '');
  // 409: it is there from an earlier run.
  if (status !== 200 && status !== 409) throw new Error(`S3 made no bucket ${bucket}: ${status} ${body.toString()}`);
}
