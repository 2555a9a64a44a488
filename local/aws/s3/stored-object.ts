import type { SQLOutputValue } from 'node:sqlite';
import type { Checksum } from './body.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

export interface StoredObject {
  readonly key: string;
  /** Its bytes, in `ByteFiles`. A new object is a new file, so an open reader keeps the one that it began with. */
  readonly file: string;
  readonly size: number;
  /** Hexadecimal, without the quotes of HTTP. */
  readonly etag: string;
  readonly checksum?: Checksum;
  /** Whole seconds, as S3 shows them. */
  readonly modified: Date;
  readonly headers: StoredHeaders;
}

// The key is a BLOB: so `a` beside `a/b`, upper beside lower case and both forms of "é" are different keys, and the
// order of the primary key is the order of bytes, which is S3's.
export const objectTable = `
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key BLOB NOT NULL, file TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, etag TEXT NOT NULL,
    checksum TEXT, modified INTEGER NOT NULL, headers TEXT NOT NULL, PRIMARY KEY (bucket, key)
  ) WITHOUT ROWID`;

export const keyBytes = (key: string): Uint8Array => Buffer.from(key);

export function toRow(bucket: string, { key, file, size, etag, checksum, modified, headers }: StoredObject) {
  const sum = checksum ? JSON.stringify(checksum) : null;
  return [bucket, keyBytes(key), file, size, etag, sum, modified.getTime(), JSON.stringify(headers)] as const;
}

export function fromRow(row: Readonly<Record<string, SQLOutputValue>>): StoredObject {
  const { key, file, size, etag, checksum, modified, headers } = row;
  if (!(key instanceof Uint8Array)) throw new Error(`The index holds a key that is no BLOB: ${key}`);
  return {
    key: Buffer.from(key).toString(),
    file: String(file),
    size: Number(size),
    etag: String(etag),
    ...(checksum === null ? {} : { checksum: JSON.parse(String(checksum)) }),
    modified: new Date(Number(modified)),
    headers: JSON.parse(String(headers)),
  };
}

/** Headers of a PUT that come back with every GET. */
export type StoredHeaders = Readonly<Record<string, string>>;

export const redirectHeader = 'x-amz-website-redirect-location';
const kept = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  redirectHeader,
];
const userMetadata = 'x-amz-meta-';
/** S3's limit on names and values of user metadata together. */
const maxUserMetadataBytes = 2048;

export const isUserMetadata = (name: string) => name.startsWith(userMetadata);

export function headersToStore(headers: S3Request['headers']): StoredHeaders {
  const stored = new Map([...headers].filter(([name]) => kept.includes(name) || isUserMetadata(name)));
  const encoding = withoutTransport(stored.get('content-encoding') ?? '');
  if (encoding === '') stored.delete('content-encoding');
  else stored.set('content-encoding', encoding);
  if (!stored.get('content-type')) stored.set('content-type', 'binary/octet-stream');

  const bytes = [...stored]
    .filter(([name]) => isUserMetadata(name))
    .reduce((sum, [name, value]) => sum + name.length - userMetadata.length + value.length, 0);
  if (bytes > maxUserMetadataBytes) {
    const details = { Size: `${bytes}`, MaxSizeAllowed: `${maxUserMetadataBytes}` };
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', details);
  }
  return Object.fromEntries(stored);
}

/** `aws-chunked` says how the bytes travelled, not what they are. */
function withoutTransport(encoding: string): string {
  const codings = encoding.split(',').map((coding) => coding.trim());
  return codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',');
}
