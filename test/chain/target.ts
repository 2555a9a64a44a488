import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ApiOn } from '../../src/config.ts';
import { config } from '../../src/config.ts';

/** One running chain. `make dev` and `make deploy` write the file; docs/operating.md says what each field is. */
export interface Target {
  readonly target: string;
  readonly stage: string;
  readonly region: string;
  readonly imageUrl: string;
  readonly apiUrl: string;
  readonly apiOwnUrl?: string;
  readonly websiteUrl: string;
  readonly buckets: { readonly originals: string; readonly derivatives: string };
  readonly originalsRegion?: string;
  readonly s3?: { readonly endpoint: string; readonly profile: string; readonly credentialsFile: string };
}

const folder = join(import.meta.dirname, '../../.cache/targets');
const environments = Object.keys(config.capacity);

/** `local`, `staging` and `prod` lie where dev and deploy write them; anything else is the path of a file. */
export function readTarget(name: string): Target {
  const isName = /^[a-z]+$/.test(name);
  const path = isName ? join(folder, `${name}.json`) : resolve(name);
  const given = `TARGET is ${JSON.stringify(name)}`;
  if (!existsSync(path))
    throw new Error(`${given}, and ${path} is not there: expected ${isName ? maker(name) : aFile}`);
  const target = parsed(path, given);
  for (const field of ['imageUrl', 'apiUrl', 'websiteUrl', 'buckets', 'region'] as const) {
    if (!target?.[field]) throw new Error(`${given}, and ${path} has no ${field}: expected ${aFile}`);
  }
  return target;
}

const aFile = 'a target file as make dev and make deploy write it (docs/operating.md)';

function maker(name: string): string {
  if (name === 'local') return 'a chain that "make dev" has started';
  if (environments.includes(name)) return `a chain that "make deploy ENV=${name}" has put on AWS`;
  return `local, ${environments.join(', ')} or the path of a target file`;
}

function parsed(path: string, given: string): Target {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${given}, and ${path} cannot be read: expected ${aFile}`, { cause });
  }
}

export const apiOnOf = ({ apiOwnUrl }: Target): ApiOn => (apiOwnUrl ? 'image-host' : 'own-host');
export const isLocal = ({ imageUrl }: Target) => ['127.0.0.1', 'localhost'].includes(new URL(imageUrl).hostname);

/** The buckets of a target. */
export function openBuckets(target: Target) {
  const { s3, buckets, region, originalsRegion = region } = target;
  if (s3) process.env.AWS_SHARED_CREDENTIALS_FILE = s3.credentialsFile;
  const options = s3 ? { endpoint: s3.endpoint, forcePathStyle: true, profile: s3.profile } : {};
  const clients = {
    originals: new S3Client({ region: originalsRegion, ...options }),
    derivatives: new S3Client({ region, ...options }),
  };

  /** Every object and, on AWS, every version under the prefix. */
  async function remove(which: 'originals' | 'derivatives', prefix: string): Promise<number> {
    const [client, Bucket] = [clients[which], buckets[which]];
    let removed = 0;
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: prefix })) {
      for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket, Key }));
      removed += Contents.length;
    }
    if (s3) return removed;
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: prefix }),
    );
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
      await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    }
    return removed;
  }

  return {
    async upload(key: string, body: Uint8Array) {
      await clients.originals.send(new PutObjectCommand({ Bucket: buckets.originals, Key: key, Body: body }));
    },
    async deleteOriginal(key: string) {
      await clients.originals.send(new DeleteObjectCommand({ Bucket: buckets.originals, Key: key }));
    },
    remove,
  };
}

export type Buckets = ReturnType<typeof openBuckets>;
