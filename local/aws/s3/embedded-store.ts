import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../make-folder.ts';
import { noSuchBucket, noSuchKey, preconditionFailed, S3Error } from './s3-error.ts';
import { type Deletion, maxKeysOfPage, measured, type Store, type StoredObject, type WriteCondition } from './store.ts';

/**
 * An object and the file with its bytes. A new object is a new file, so a reader keeps the one that it opened. In a
 * versioned bucket the name of the file is the id of the version.
 */
type Entry = StoredObject & { readonly file: string };

// The key is a BLOB: `a` beside `a/b`, upper beside lower case and both forms of "é" are different keys, and the order
// of the primary key is byte order, which is S3's.
const schema = `
  PRAGMA journal_mode = WAL;
  -- A killed process loses nothing by this. A power cut is not a concern here.
  PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key BLOB NOT NULL, file TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, etag TEXT NOT NULL,
    crc32 TEXT NOT NULL, modified INTEGER NOT NULL, headers TEXT NOT NULL, PRIMARY KEY (bucket, key)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS versioned (bucket TEXT PRIMARY KEY) WITHOUT ROWID;
  -- Versions that are not current, and delete markers, in the order of their end.
  CREATE TABLE IF NOT EXISTS history (
    bucket TEXT NOT NULL, key BLOB NOT NULL, file TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, etag TEXT NOT NULL,
    crc32 TEXT NOT NULL, modified INTEGER NOT NULL, headers TEXT NOT NULL, marker INTEGER NOT NULL,
    sequence INTEGER PRIMARY KEY
  );
  CREATE INDEX IF NOT EXISTS versions ON history (bucket, key, sequence)`;
/** Above every sequence: the current object is the newest version. */
const sequenceOfCurrent = Number.MAX_SAFE_INTEGER;

/** How much of a file is read at once. With 256 kB a GET of 5 MB costs a third more CPU; unread pieces wait in memory. */
const pieceBytes = 1024 * 1024;

/**
 * Bytes in files, everything else in SQLite. Two processes may share one folder: in WAL mode readers go on while one
 * process writes, and a second writer waits. A process that is killed at any moment leaves whole objects.
 */
export function openEmbeddedStore(directory: string, now: () => number = Date.now): Store {
  const folder = join(directory, 'bytes');
  makeFolder(folder);
  const pathOf = (file: string) => join(folder, file);
  const database = new DatabaseSync(join(directory, 'index.sqlite'), { timeout: 10_000 });
  database.exec(schema);
  const sql = {
    bucket: database.prepare('SELECT 1 FROM buckets WHERE name = ?'),
    createBucket: database.prepare('INSERT OR IGNORE INTO buckets VALUES (?)'),
    find: database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?'),
    from: database.prepare('SELECT * FROM objects WHERE bucket = ? AND key >= ? ORDER BY key'),
    put: database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    delete: database.prepare('DELETE FROM objects WHERE bucket = ? AND key = ?'),
    file: database.prepare('SELECT 1 FROM objects WHERE file = ?1 UNION ALL SELECT 1 FROM history WHERE file = ?1'),
    isVersioned: database.prepare('SELECT 1 FROM versioned WHERE bucket = ?'),
    version: database.prepare('INSERT OR IGNORE INTO versioned VALUES (?)'),
    unversion: database.prepare('DELETE FROM versioned WHERE bucket = ?'),
    retire: database.prepare('INSERT INTO history SELECT *, 0, NULL FROM objects WHERE bucket = ? AND key = ?'),
    mark: database.prepare("INSERT INTO history VALUES (?, ?, ?, 0, '', '', ?, '{}', 1, NULL)"),
    past: database.prepare('SELECT * FROM history WHERE bucket = ? AND key = ? AND file = ?'),
    lastPast: database.prepare('SELECT * FROM history WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1'),
    forget: database.prepare('DELETE FROM history WHERE file = ?'),
    versions: database.prepare(`
      SELECT *, 0 AS marker, ${sequenceOfCurrent} AS sequence FROM objects WHERE bucket = ?1 AND key >= ?2
      UNION ALL SELECT * FROM history WHERE bucket = ?1 AND key >= ?2 ORDER BY key, sequence DESC LIMIT ?3`),
  };

  function checkBucket(bucket: string): void {
    if (!sql.bucket.get(bucket)) throw noSuchBucket(bucket);
  }

  const isVersioned = (bucket: string) => sql.isVersioned.get(bucket) !== undefined;

  function find(bucket: string, key: string, version?: string): Entry | undefined {
    const current = sql.find.get(bucket, Buffer.from(key));
    if (!current) checkBucket(bucket);
    const isMeant = version === undefined || current?.file === version;
    const row = isMeant ? current : sql.past.get(bucket, Buffer.from(key), version);
    if (!row || row.marker === 1) return undefined;
    return { ...toEntry(row), ...(isVersioned(bucket) && { version: String(row.file) }) };
  }

  /** Removes one version. If it was the newest, the one before it becomes the current object, unless that is a marker. */
  function removeVersion(bucket: string, key: string, version: string): Deletion {
    const where = [bucket, Buffer.from(key)] as const;
    const past = sql.past.get(...where, version);
    const isCurrent = sql.find.get(...where)?.file === version;
    if (past) sql.forget.run(version);
    else if (isCurrent) sql.delete.run(...where);
    const before = sql.find.get(...where) ? undefined : sql.lastPast.get(...where);
    if (before && before.marker === 0) {
      sql.forget.run(String(before.file));
      sql.put.run(...toRow(bucket, toEntry(before)));
    }
    return { version, isMarker: past?.marker === 1, happened: past !== undefined || isCurrent };
  }

  /** Runs the work in one transaction, which holds the write lock from its first statement on. */
  function exclusively<T>(work: () => T): T {
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

  exclusively(() => sweep(folder, (file) => sql.file.get(file) !== undefined));

  return {
    name: `embedded, files in ${directory}`,
    async createBucket(bucket, options) {
      sql.createBucket.run(bucket);
      if (options) (options.versioned ? sql.version : sql.unversion).run(bucket);
    },

    head: async (bucket, key, version) => find(bucket, key, version),
    async get(bucket, key, version) {
      for (;;) {
        const object = find(bucket, key, version);
        if (!object) return undefined;
        try {
          const file = await open(pathOf(object.file));
          return { object, body: file.createReadStream({ highWaterMark: pieceBytes }) };
        } catch (error) {
          // A replaced object's file is gone: then the new object is read.
          if (find(bucket, key, version)?.file === object.file) throw error;
        }
      }
    },

    async put(bucket, key, upload, condition) {
      checkBucket(bucket);
      const file = randomUUID();
      try {
        // Opened first: a stream that opens the file itself may do so after a refusal has removed it.
        const handle = await open(pathOf(file), 'wx');
        const { chunks, facts } = measured(upload);
        await pipeline(chunks, handle.createWriteStream());
        const { bytes, md5, crc32 } = facts();
        const lastModified = wholeSecond(now());
        const etag = `"${md5.toString('hex')}"`;
        const object: Entry = { key, file, bytes, etag, crc32, lastModified, headers: upload.headers };
        const replaced = exclusively(() => {
          const current = find(bucket, key);
          if (condition) checkWrite(condition, key, current);
          if (isVersioned(bucket)) sql.retire.run(bucket, Buffer.from(key));
          sql.put.run(...toRow(bucket, object));
          return isVersioned(bucket) ? undefined : current;
        });
        if (replaced) remove(pathOf(replaced.file));
        return isVersioned(bucket) ? { ...object, version: file } : object;
      } catch (error) {
        remove(pathOf(file));
        throw error;
      }
    },
    async delete(bucket, key, { ifMatch, version } = {}) {
      const { deletion, file } = exclusively((): { deletion: Deletion; file?: string } => {
        const current = find(bucket, key);
        if (ifMatch !== undefined) checkWrite({ ifMatch }, key, current);
        // Each object of a bucket without versions is its version "null".
        const isNamed = version !== undefined && (version !== 'null' || isVersioned(bucket));
        if (isNamed) return { deletion: removeVersion(bucket, key, version), file: version };
        if (isVersioned(bucket)) {
          const marker = randomUUID();
          sql.retire.run(bucket, Buffer.from(key));
          sql.mark.run(bucket, Buffer.from(key), marker, wholeSecond(now()));
          sql.delete.run(bucket, Buffer.from(key));
          return { deletion: { version: marker, isMarker: true, happened: true } };
        }
        sql.delete.run(bucket, Buffer.from(key));
        const deletion = { isMarker: false, happened: current !== undefined };
        return current ? { deletion, file: current.file } : { deletion };
      });
      if (file !== undefined && deletion.happened) remove(pathOf(file));
      return deletion;
    },

    async list(bucket, { prefix = '', delimiter = '', startAfter = '', token, maxKeys = maxKeysOfPage } = {}) {
      checkBucket(bucket);
      // The token is where its page begins, after any `startAfter`. Keys with the prefix follow one another.
      const from = token === undefined ? leastKey(prefix, startAfter) : readToken(token);
      const objects: Entry[] = [];
      const commonPrefixes: string[] = [];
      for (const row of sql.from.iterate(bucket, from)) {
        const entry = toEntry(row);
        if (!entry.key.startsWith(prefix)) break;
        const end = delimiter === '' ? -1 : entry.key.indexOf(delimiter, prefix.length);
        const folded = end < 0 ? undefined : entry.key.slice(0, end + delimiter.length);
        if (folded !== undefined && folded === commonPrefixes.at(-1)) continue;
        if (objects.length + commonPrefixes.length === maxKeys) {
          return { objects, commonPrefixes, next: Buffer.from(entry.key).toString('base64url') };
        }
        if (folded === undefined) objects.push(entry);
        else commonPrefixes.push(folded);
      }
      return { objects, commonPrefixes };
    },
    async listVersions(bucket, { prefix = '', maxKeys = maxKeysOfPage } = {}) {
      checkBucket(bucket);
      const rows = sql.versions.all(bucket, Buffer.from(prefix), maxKeys + 1);
      const found = rows.map((row) => ({ ...toEntry(row), marker: row.marker === 1 }));
      const versions = found
        .map(({ marker, file, ...entry }, at) => ({
          ...entry,
          version: isVersioned(bucket) ? file : 'null',
          isLatest: entry.key !== found[at - 1]?.key,
          isMarker: marker,
        }))
        .filter(({ key }) => key.startsWith(prefix));
      return { versions: versions.slice(0, maxKeys), isTruncated: versions.length > maxKeys };
    },
    close: () => database.close(),
  };
}

/** S3 keeps whole seconds. */
const wholeSecond = (milliseconds: number) => Math.floor(milliseconds / 1000) * 1000;

function checkWrite(condition: WriteCondition, key: string, current: StoredObject | undefined): void {
  if ('ifNoneMatch' in condition) {
    if (current) throw preconditionFailed('If-None-Match');
  } else if (!current) {
    throw noSuchKey(key);
  } else if (condition.ifMatch.replaceAll('"', '') !== current.etag.replaceAll('"', '')) {
    throw preconditionFailed('If-Match');
  }
}

/** Where a list begins: the prefix itself, or the least key after `startAfter`. */
function leastKey(prefix: string, startAfter: string): Uint8Array {
  const [first, after] = [Buffer.from(prefix), Buffer.from(`${startAfter}\0`)];
  return startAfter === '' || Buffer.compare(after, first) < 0 ? first : after;
}

/** A token is the key at which its page begins. */
function readToken(token: string): Uint8Array {
  const from = Buffer.from(token, 'base64url');
  if (token !== '' && from.toString('base64url') === token) return from;
  throw new S3Error(400, 'InvalidArgument', 'The continuation token provided is incorrect');
}

function toRow(bucket: string, { key, file, bytes, etag, crc32 = '', lastModified, headers }: Entry) {
  return [bucket, Buffer.from(key), file, bytes, etag, crc32, lastModified, JSON.stringify(headers)] as const;
}

function toEntry(row: Readonly<Record<string, SQLOutputValue>>): Entry {
  return {
    key: Buffer.from(row.key as Uint8Array).toString(),
    file: String(row.file),
    bytes: Number(row.bytes),
    etag: String(row.etag),
    crc32: String(row.crc32),
    lastModified: Number(row.modified),
    headers: JSON.parse(String(row.headers)),
  };
}

/** No request lasts this long, so an older file without an entry was left by a killed process. */
const abandonedAfterMilliseconds = 60 * 60 * 1000;

/** Removes what killed processes have left. By the clock of the file system, not the chain's. */
function sweep(folder: string, isUsed: (file: string) => boolean): void {
  const newest = Date.now() - abandonedAfterMilliseconds;
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? newest;
    if (modified < newest && !isUsed(file)) remove(path);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The index is right already. What cannot be removed now is swept at a later start.
  }
}
