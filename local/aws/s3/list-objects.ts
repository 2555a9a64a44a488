import type { Context, S3Reply } from './operation.ts';
import { noSuchBucket, S3Error } from './s3-error.ts';
import { strictEncode } from './signature.ts';
import type { StoredObject } from './stored-object.ts';
import { isoSeconds, xmlReply } from './xml.ts';

export interface ListQuery {
  readonly prefix: string;
  /** Empty: no folding into common prefixes. */
  readonly delimiter: string;
  /** The first key that may appear, as bytes: see `after` and `afterAll`. */
  readonly from: Uint8Array;
  readonly maxKeys: number;
}

export interface ListPage {
  readonly objects: readonly StoredObject[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: Uint8Array;
}

/** All objects whose key is at or after these bytes, read one by one. */
type ReadFrom = (from: Uint8Array) => Iterable<StoredObject>;

/** The least key that comes after this one. */
export const after = (key: string): Uint8Array => Buffer.concat([Buffer.from(key), Buffer.of(0)]);

/** The least key that comes after every key with this prefix. No byte of UTF-8 is 255, so adding one is safe. */
export function afterAll(prefix: string): Uint8Array {
  const bytes = Buffer.from(prefix);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1;
  return bytes;
}

/** One page in the order of bytes. A common prefix counts as one entry, and one jump passes all that is under it. */
export function listPage(readFrom: ReadFrom, { prefix, delimiter, from, maxKeys }: ListQuery): ListPage {
  const objects: StoredObject[] = [];
  const commonPrefixes: string[] = [];
  const end = { objects, commonPrefixes };
  if (maxKeys === 0) return end;

  const start = Buffer.from(prefix);
  let next: Uint8Array | undefined = Buffer.compare(from, start) < 0 ? start : from;
  while (next) {
    const rest: Iterable<StoredObject> = readFrom(next);
    let jump: Uint8Array | undefined;
    for (const object of rest) {
      if (!object.key.startsWith(prefix)) return end;
      if (objects.length + commonPrefixes.length === maxKeys) return { ...end, next: Buffer.from(object.key) };
      const folded = commonPrefix(object.key, prefix, delimiter);
      if (folded === undefined) objects.push(object);
      else {
        commonPrefixes.push(folded);
        jump = afterAll(folded);
        break;
      }
    }
    next = jump;
  }
  return end;
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

const maxKeysOfPage = 1000;

export function listObjectsV2({ request, store }: Context): S3Reply {
  if (!store.hasBucket(request.bucket)) throw noSuchBucket(request.bucket);
  const query = new Map(request.query);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  const maxKeys = parseMaxKeys(query.get('max-keys'));
  const encode = keyEncoding(query.get('encoding-type'));

  // The token is where its page begins. It comes after any start-after, so it wins.
  const from = token === undefined ? (startAfter ? after(startAfter) : Buffer.alloc(0)) : parseToken(token);
  const page = listPage((start) => store.from(request.bucket, start), { prefix, delimiter, from, maxKeys });
  return xmlReply('ListBucketResult', {
    Name: request.bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: page.next && Buffer.from(page.next).toString('base64url'),
    EncodingType: query.get('encoding-type'),
    MaxKeys: maxKeys,
    KeyCount: page.objects.length + page.commonPrefixes.length,
    IsTruncated: page.next !== undefined,
    Contents: page.objects.map(({ key, modified, etag, size }) => ({
      Key: encode(key),
      LastModified: isoSeconds(modified),
      ETag: `"${etag}"`,
      Size: size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  });
}

function parseMaxKeys(given: string | undefined): number {
  if (given === undefined) return maxKeysOfPage;
  if (!/^\d{1,10}$/.test(given)) throw new S3Error('InvalidArgument', `max-keys must be 0 or more, got "${given}"`);
  return Math.min(Number(given), maxKeysOfPage);
}

/** `url` is the form encoding of HTML, but for the slash. */
function keyEncoding(given: string | undefined): (key: string) => string {
  if (given === undefined) return (key) => key;
  if (given !== 'url') throw new S3Error('InvalidArgument', `encoding-type must be "url", got "${given}"`);
  return (key) => strictEncode(key).replaceAll('%20', '+').replaceAll('%2F', '/').replaceAll('%2A', '*');
}

function parseToken(token: string): Uint8Array {
  const from = Buffer.from(token, 'base64url');
  if (token === '' || from.toString('base64url') !== token) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return from;
}
