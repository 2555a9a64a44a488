import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../aws/iam/caller.ts';
import { type BucketEvent, readBucketSettings, withEvents } from '../aws/s3/bucket-events.ts';
import { openEmbeddedStore } from '../aws/s3/embedded-store.ts';
import { withFolder } from '../aws/s3/folder.ts';
import type { OutsideServer } from '../aws/s3/outside-store.ts';
import { startS3 } from '../aws/s3/server.ts';
import type { Store } from '../aws/s3/store.ts';
import type { ChainContext } from './context.ts';
import type { ChainParts } from './read-parts.ts';

export interface StorageChoice {
  readonly s3Port?: number;
  /** Where the embedded store keeps its files. Absent: in a folder that is removed when the chain stops. */
  readonly stateDirectory?: string;
  /** Keeps the objects in another S3 server. */
  readonly s3Server?: OutsideServer;
  /** A folder whose files are originals. */
  readonly imagesDirectory?: string;
}

export interface Storage {
  /** For Lambdas and for the SDK of the buckets' owner. */
  readonly endpoint: string;
  readonly owner: Credentials;
  /** For the parts of the chain, with the rights of the owner. */
  readonly store: Store;
  /** By access key. */
  readonly callers: ReadonlyMap<string, Caller>;
  credentialsOf(roleArn: string): Credentials & { readonly sessionToken: string };
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export async function startStorage(
  { access, buckets, functions, template }: ChainParts,
  { clock, events, faults, onStop }: ChainContext,
  { s3Port = 0, stateDirectory, s3Server, imagesDirectory }: StorageChoice,
  publish: (event: BucketEvent) => void,
): Promise<Storage> {
  const kept = s3Server ? await openOutside(s3Server) : openEmbedded();
  const all = imagesDirectory === undefined ? kept : withFolder(kept, buckets.originals, imagesDirectory);
  const { versioned, sendsEvents } = readBucketSettings(template, buckets.all);
  const store = withEvents(all, { buckets: sendsEvents, account: template.account, clock, sink: publish });

  function openEmbedded(): Store {
    const directory = stateDirectory ?? mkdtempSync(join(tmpdir(), 'resize-on-miss-s3-'));
    if (stateDirectory === undefined) onStop(() => rmSync(directory, { recursive: true, force: true }));
    return openEmbeddedStore(directory, clock.now);
  }

  const owner = newCredentials('AKIA');
  const roles = new Map(functions.map(({ roleArn }) => [roleArn, newCredentials('ASIA')]));
  const callers = new Map<string, Caller>([[owner.accessKeyId, 'owner']]);
  for (const [roleArn, { accessKeyId }] of roles) callers.set(accessKeyId, { roleArn });

  const server = await startS3({
    store,
    port: s3Port,
    callers,
    access,
    faults,
    now: clock.now,
    onCall: (call) => events.emit({ kind: 's3', call }),
  });
  onStop(server.close);
  for (const bucket of buckets.all) await store.createBucket(bucket, { versioned: versioned.has(bucket) });

  return {
    endpoint: server.endpoint,
    owner,
    store,
    callers,
    credentialsOf(roleArn) {
      const credentials = roles.get(roleArn);
      if (!credentials) throw new Error(`No function of the template has the role ${roleArn}`);
      return { ...credentials, sessionToken: 'local' };
    },
  };
}

/** The SDK takes a fifth of a second to load, so only this choice loads it. */
async function openOutside(server: OutsideServer): Promise<Store> {
  const { openOutsideStore } = await import('../aws/s3/outside-store.ts');
  return openOutsideStore(server);
}

function newCredentials(kind: 'AKIA' | 'ASIA'): Credentials {
  return {
    accessKeyId: `${kind}${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString('hex'),
  };
}
