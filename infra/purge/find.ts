import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { metadataNames } from '../../src/core/derivative-metadata.ts';

/** A derivative that a purge would delete. */
export interface Derivative {
  readonly key: string;
  readonly bytes: number;
  readonly modified: Date;
  readonly version: string;
  /** Absent on a derivative that no service of this design has stored. */
  readonly tag?: string;
}

export interface Found {
  readonly derivatives: readonly Derivative[];
  /** Requests that it took. */
  readonly heads: number;
  readonly lists: number;
}

/** Requests at once. */
const atOnce = 32;

/** Finds which of an original's possible derivatives are there. */
export async function findByKeys(client: S3Client, bucket: string, keys: readonly string[]): Promise<Found> {
  return { derivatives: await headAll(client, bucket, keys), heads: keys.length, lists: 0 };
}

/** When a release may have stored derivatives. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Finds the derivatives that a release has stored: of those stored in the period, the ones whose metadata names it. */
export async function findByVersion(
  client: S3Client,
  bucket: string,
  version: string,
  { from, to }: Period,
): Promise<Found> {
  const keys: string[] = [];
  let lists = 0;
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
    lists += 1;
    for (const { Key, LastModified } of Contents) {
      if (Key !== undefined && LastModified && LastModified >= from && LastModified <= to) keys.push(Key);
    }
  }
  const stored = await headAll(client, bucket, keys);
  return { derivatives: stored.filter((one) => one.version === version), heads: keys.length, lists };
}

/** Leaves out what does not exist. */
async function headAll(client: S3Client, bucket: string, keys: readonly string[]): Promise<Derivative[]> {
  const found = new Map<string, Derivative>();
  const waiting = keys.values();
  async function work() {
    for (const key of waiting) {
      const derivative = await head(client, bucket, key);
      if (derivative) found.set(key, derivative);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return keys.flatMap((key) => found.get(key) ?? []);
}

async function head(client: S3Client, bucket: string, key: string): Promise<Derivative | undefined> {
  try {
    const { ContentLength, LastModified, Metadata } = await client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key }),
    );
    const tag = Metadata?.[metadataNames.cacheTag];
    return {
      key,
      bytes: ContentLength ?? 0,
      modified: LastModified ?? new Date(0),
      version: Metadata?.[metadataNames.serviceVersion] ?? 'unknown',
      ...(tag !== undefined && { tag }),
    };
  } catch (error) {
    if (error instanceof Error && ['NotFound', 'NoSuchKey'].includes(error.name)) return undefined;
    throw error;
  }
}
