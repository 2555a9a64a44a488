import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';

/**
 * Buckets and objects. The embedded store keeps them in a folder, the outside store in another S3 server. Methods throw
 * an `S3Error` where S3 refuses: NoSuchBucket, NoSuchKey, PreconditionFailed.
 */
export interface Store {
  /** For the banner. */
  readonly name: string;
  /** A bucket that exists keeps its objects, and without options its versioning. */
  createBucket(bucket: string, options?: { readonly versioned: boolean }): Promise<void>;
  /** `undefined` if there is no such object, or no such version of it. */
  head(bucket: string, key: string, version?: string): Promise<StoredObject | undefined>;
  /** The caller reads the body or destroys it. */
  get(bucket: string, key: string, version?: string): Promise<OpenObject | undefined>;
  /** Stores the whole object or nothing. */
  put(bucket: string, key: string, upload: Upload, condition?: WriteCondition): Promise<StoredObject>;
  /** Creates a delete marker in a versioned bucket. With a version, that one is removed for good. */
  delete(bucket: string, key: string, options?: DeleteOptions): Promise<Deletion>;
  list(bucket: string, query?: ListQuery): Promise<ListPage>;
  /** By key, the newest version first. */
  listVersions(bucket: string, query?: VersionQuery): Promise<VersionPage>;
  close(): void;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  /** With its quotes. */
  readonly etag: string;
  /** Milliseconds since 1970, in whole seconds. */
  readonly lastModified: number;
}

export interface StoredObject extends ListedObject {
  /** What was stored with the object, by lower-case names: `content-type`, `cache-control`, `x-amz-meta-*` and so on. */
  readonly headers: StoredHeaders;
  /** Base64. Absent in an outside store. */
  readonly crc32?: string;
  /** Absent in a bucket without versions. */
  readonly version?: string;
}

export type StoredHeaders = Readonly<Record<string, string>>;

export interface OpenObject {
  readonly object: StoredObject;
  readonly body: Readable;
}

export interface Upload {
  readonly headers: StoredHeaders;
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Throws when the bytes are not those that the client announced. */
  readonly verify?: (facts: BodyFacts) => void;
  /** Named in the bucket's event. Default: PutObject. */
  readonly reason?: 'CopyObject';
}

/** What must hold of the current object for a put to replace it. */
export type WriteCondition =
  | { readonly ifNoneMatch: '*' }
  /** An ETag, with or without quotes. */
  | { readonly ifMatch: string };

export interface DeleteOptions {
  /** The ETag that the current object must have. */
  readonly ifMatch?: string;
  readonly version?: string;
  /** Named in the bucket's event. Default: DeleteObject. */
  readonly reason?: 'Lifecycle Expiration';
}

/** What a delete did. In a bucket without versions it has no version. */
export interface Deletion {
  /** Of the new delete marker, or the one that was removed. */
  readonly version?: string;
  /** Whether that is a delete marker. */
  readonly isMarker: boolean;
  /** False if there was nothing to delete. */
  readonly happened: boolean;
}

export interface VersionQuery {
  readonly prefix?: string;
  readonly maxKeys?: number;
}

export interface VersionPage {
  readonly versions: readonly ListedVersion[];
  readonly isTruncated: boolean;
}

export interface ListedVersion extends ListedObject {
  readonly version: string;
  readonly isLatest: boolean;
  readonly isMarker: boolean;
}

export interface ListQuery {
  readonly prefix?: string;
  /** Keys that have it after the prefix are folded into one common prefix, up to and with the delimiter. */
  readonly delimiter?: string;
  /** Only keys after this one. */
  readonly startAfter?: string;
  /** `next` of the page before. */
  readonly token?: string;
  readonly maxKeys?: number;
}

/** S3's limit on the keys of one page. */
export const maxKeysOfPage = 1000;

export interface ListPage {
  readonly objects: readonly ListedObject[];
  readonly commonPrefixes: readonly string[];
  /** Absent on the last page. */
  readonly next?: string;
}

export async function listAll(store: Store, bucket: string): Promise<readonly ListedObject[]> {
  const all: ListedObject[] = [];
  let page: ListPage | undefined;
  do {
    page = await store.list(bucket, page?.next === undefined ? {} : { token: page.next });
    all.push(...page.objects);
  } while (page.next !== undefined);
  return all;
}

/** An object with its bytes. */
export async function readObject(
  store: Store,
  bucket: string,
  key: string,
): Promise<(StoredObject & { readonly body: Buffer }) | undefined> {
  const opened = await store.get(bucket, key);
  return opened && { ...opened.object, body: await buffer(opened.body) };
}

export interface BodyFacts {
  readonly bytes: number;
  readonly md5: Buffer;
  /** Base64. */
  readonly crc32: string;
}

/** Passes the bytes of an upload on and verifies them at their end. Their facts are known then. */
export function measured({ body, verify }: Pick<Upload, 'body' | 'verify'>) {
  let facts: BodyFacts | undefined;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const md5 = createHash('md5');
    let bytes = 0;
    let sum = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      md5.update(chunk);
      sum = crc32(chunk, sum);
      yield chunk;
    }
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(sum);
    const seen = { bytes, md5: md5.digest(), crc32: checksum.toString('base64') };
    verify?.(seen);
    facts = seen;
  }
  return {
    chunks: chunks(),
    facts(): BodyFacts {
      if (!facts) throw new Error('The facts of a body are known after its last byte');
      return facts;
    },
  };
}
