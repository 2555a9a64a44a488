import type { SQLOutputValue } from 'node:sqlite';
import type { Checksum } from './checksum.ts';
import type { StoredHeaders } from './stored-headers.ts';

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
