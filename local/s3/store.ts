import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { type ByteFiles, openByteFiles } from './byte-files.ts';
import type { Checksum } from './checksum.ts';
import { noSuchBucket, S3Error } from './s3-error.ts';
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

export interface Store {
  readonly files: ByteFiles;
  buckets(): { readonly name: string; readonly created: Date }[];
  hasBucket(bucket: string): boolean;
  /** False when it was there before. */
  createBucket(bucket: string, created: Date): boolean;
  deleteBucket(bucket: string): void;
  find(bucket: string, key: string): StoredObject | undefined;
  /** The objects whose key's bytes are at or after `from`, in the order of bytes, which is S3's. Read without waiting. */
  from(bucket: string, from: Uint8Array): Iterable<StoredObject>;
  /** All or nothing: `check` sees the object that is there now, and nobody can come between. */
  put(bucket: string, object: StoredObject, check: (current: StoredObject | undefined) => void): void;
  delete(bucket: string, key: string): void;
  close(): void;
}

// The key is a BLOB: so `a` beside `a/b`, upper beside lower case and both forms of "é" are different keys.
const schema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key BLOB NOT NULL, file TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, etag TEXT NOT NULL,
    checksum TEXT, modified INTEGER NOT NULL, headers TEXT NOT NULL, PRIMARY KEY (bucket, key)
  ) WITHOUT ROWID;`;

/** Two processes may open one folder: WAL lets readers go on, and a writer waits for the other. */
export function openStore(directory: string): Store {
  mkdirSync(directory, { recursive: true });
  const files = openByteFiles(join(directory, 'bytes'));
  const database = new DatabaseSync(join(directory, 'index.sqlite'), { timeout: 10_000 });
  database.exec(schema);
  const sql = {
    buckets: database.prepare('SELECT name, created FROM buckets ORDER BY name'),
    bucket: database.prepare('SELECT 1 FROM buckets WHERE name = ?'),
    createBucket: database.prepare('INSERT OR IGNORE INTO buckets VALUES (?, ?)'),
    deleteBucket: database.prepare('DELETE FROM buckets WHERE name = ?'),
    find: database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?'),
    from: database.prepare('SELECT * FROM objects WHERE bucket = ? AND key >= ? ORDER BY key'),
    put: database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    delete: database.prepare('DELETE FROM objects WHERE bucket = ? AND key = ?'),
    file: database.prepare('SELECT 1 FROM objects WHERE file = ?'),
  };

  /** Holds the write lock of the folder from its first statement on. */
  function alone<T>(work: () => T): T {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  const find = (bucket: string, key: string) => {
    const row = sql.find.get(bucket, Buffer.from(key));
    return row && toObject(row);
  };
  const hasBucket = (bucket: string) => sql.bucket.get(bucket) !== undefined;

  alone(() => files.sweep((id) => sql.file.get(id) !== undefined));

  return {
    files,
    hasBucket,
    find,
    buckets: () => sql.buckets.all().map((row) => ({ name: String(row.name), created: new Date(Number(row.created)) })),
    createBucket: (bucket, created) => sql.createBucket.run(bucket, created.getTime()).changes > 0,
    deleteBucket: (bucket) =>
      alone(() => {
        if (!hasBucket(bucket)) throw noSuchBucket(bucket);
        if (sql.from.get(bucket, Buffer.alloc(0)))
          throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: bucket });
        sql.deleteBucket.run(bucket);
      }),
    *from(bucket, from) {
      for (const row of sql.from.iterate(bucket, from)) yield toObject(row);
    },
    put(bucket, object, check) {
      const replaced = alone(() => {
        if (!hasBucket(bucket)) throw noSuchBucket(bucket);
        const current = find(bucket, object.key);
        check(current);
        const written = files.size(object.file);
        if (written !== object.size)
          throw new Error(`The file of ${object.key} has ${written} bytes, not ${object.size}`);
        sql.put.run(bucket, ...toRow(object));
        return current;
      });
      if (replaced) files.remove(replaced.file);
    },
    delete(bucket, key) {
      const deleted = alone(() => {
        if (!hasBucket(bucket)) throw noSuchBucket(bucket);
        const current = find(bucket, key);
        sql.delete.run(bucket, Buffer.from(key));
        return current;
      });
      if (deleted) files.remove(deleted.file);
    },
    close: () => database.close(),
  };
}

function toRow({ key, file, size, etag, checksum, modified, headers }: StoredObject) {
  const stored = checksum ? JSON.stringify(checksum) : null;
  return [Buffer.from(key), file, size, etag, stored, modified.getTime(), JSON.stringify(headers)] as const;
}

function toObject(row: Record<string, SQLOutputValue>): StoredObject {
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
