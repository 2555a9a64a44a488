import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { noSuchBucket, S3Error } from './s3-error.ts';
import { fromRow, keyBytes, objectTable, type StoredObject, toRow } from './stored-object.ts';

export interface Store {
  readonly files: ByteFiles;
  buckets(): { readonly name: string; readonly created: Date }[];
  hasBucket(bucket: string): boolean;
  /** False when it was there before. */
  createBucket(bucket: string, created: Date): boolean;
  deleteBucket(bucket: string): void;
  find(bucket: string, key: string): StoredObject | undefined;
  /** The objects whose key's bytes are at or after `start`, in the order of bytes. Read it without waiting between. */
  from(bucket: string, start: Uint8Array): Iterable<StoredObject>;
  /** All or nothing: `check` sees the object that is there now, and nobody can come between. */
  put(bucket: string, object: StoredObject, check: WriteCheck): void;
  delete(bucket: string, key: string): void;
  close(): void;
}

/** Throws when the object that is there now must not be replaced. */
export type WriteCheck = (current: StoredObject | undefined) => void;

/** A process that is killed loses nothing by this; a power cut is no concern here. */
const withoutSync = 'PRAGMA synchronous = OFF';
const bucketTable =
  'CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL) WITHOUT ROWID';

/**
 * Bytes in files, everything else in SQLite. Two processes may open one folder: WAL lets readers go on while one
 * writes, and a second writer waits. Killed at any moment it holds whole objects.
 */
export function openStore(directory: string): Store {
  mkdirSync(directory, { recursive: true });
  const files = openByteFiles(join(directory, 'bytes'));
  const database = new DatabaseSync(join(directory, 'index.sqlite'), { timeout: 10_000 });
  for (const statement of ['PRAGMA journal_mode = WAL', withoutSync, bucketTable, objectTable])
    database.exec(statement);
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
  const hasBucket = (bucket: string) => sql.bucket.get(bucket) !== undefined;
  const find = (bucket: string, key: string) => {
    const row = sql.find.get(bucket, keyBytes(key));
    return row && fromRow(row);
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

  const aloneInBucket = <T>(bucket: string, work: () => T): T =>
    alone(() => {
      if (!hasBucket(bucket)) throw noSuchBucket(bucket);
      return work();
    });

  alone(() => files.sweep((id) => sql.file.get(id) !== undefined));

  return {
    files,
    hasBucket,
    find,
    buckets: () => sql.buckets.all().map((row) => ({ name: String(row.name), created: new Date(Number(row.created)) })),
    createBucket: (bucket, created) => sql.createBucket.run(bucket, created.getTime()).changes > 0,
    deleteBucket: (bucket) =>
      aloneInBucket(bucket, () => {
        if (sql.from.get(bucket, keyBytes(''))) {
          throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: bucket });
        }
        sql.deleteBucket.run(bucket);
      }),
    *from(bucket, start) {
      for (const row of sql.from.iterate(bucket, start)) yield fromRow(row);
    },
    put(bucket, object, check) {
      const replaced = aloneInBucket(bucket, () => {
        const current = find(bucket, object.key);
        check(current);
        const written = files.size(object.file);
        if (written !== object.size) throw new Error(`A file of ${object.size} bytes was written, and has ${written}`);
        sql.put.run(...toRow(bucket, object));
        return current;
      });
      if (replaced) files.remove(replaced.file);
    },
    delete(bucket, key) {
      const deleted = aloneInBucket(bucket, () => {
        const current = find(bucket, key);
        sql.delete.run(bucket, keyBytes(key));
        return current;
      });
      if (deleted) files.remove(deleted.file);
    },
    close: () => database.close(),
  };
}

/** A file that no row names and that has been still for so long belongs to nobody: no request may last this long. */
const abandonedAfterMilliseconds = 60 * 60 * 1000;

/** The bytes of objects, each in a file with a random name: no key can leave the folder or clash with another. */
interface ByteFiles {
  newId(): string;
  path(id: string): string;
  size(id: string): number | undefined;
  remove(id: string): void;
  /** Removes what a killed process left behind. The clock is that of the file system, not the chain's. */
  sweep(isNamed: (id: string) => boolean): void;
}

function openByteFiles(directory: string): ByteFiles {
  mkdirSync(directory, { recursive: true });
  const path = (id: string) => join(directory, id);
  const stat = (id: string) => statSync(path(id), { throwIfNoEntry: false });
  const remove = (id: string) => {
    try {
      rmSync(path(id), { force: true });
    } catch {
      // The index is right already, and what cannot be removed now is swept later.
    }
  };
  return {
    newId: () => randomUUID(),
    path,
    size: (id) => stat(id)?.size,
    remove,
    sweep(isNamed) {
      const newest = Date.now() - abandonedAfterMilliseconds;
      for (const id of readdirSync(directory)) {
        if (!isNamed(id) && (stat(id)?.mtimeMs ?? newest) < newest) remove(id);
      }
    },
  };
}
