import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store, StoredObject } from './store.ts';

/**
 * A store in which the files of a folder are objects of a bucket, too. Objects of the store come first. The folder is
 * only read, each file when it is asked for, so that new and changed files are there at once.
 */
export function withFolder(store: Store, folderBucket: string, root: string): Store {
  return {
    ...store,
    async head(bucket, key) {
      return (await store.head(bucket, key)) ?? (bucket === folderBucket ? (await find(root, key))?.object : undefined);
    },
    async get(bucket, key) {
      const stored = await store.get(bucket, key);
      if (stored || bucket !== folderBucket) return stored;
      const file = await find(root, key);
      return file && { object: file.object, body: createReadStream(file.path) };
    },
  };
}

async function find(root: string, key: string): Promise<{ path: string; object: StoredObject } | undefined> {
  const path = pathOf(root, key);
  if (path === undefined) return undefined;
  const file = await stat(path, { bigint: true }).catch(() => undefined);
  if (!file?.isFile()) return undefined;
  // The ETag changes with the file. It is not the MD5 of the bytes, for which all of them would have to be read.
  const identity = `${key}\n${file.size}\n${file.mtimeNs}\n${file.ino}`;
  const etag = `"${createHash('md5').update(identity).digest('hex')}"`;
  const lastModified = Math.floor(Number(file.mtimeMs) / 1000) * 1000;
  const headers = { 'content-type': 'binary/octet-stream' };
  return { path, object: { key, bytes: Number(file.size), etag, lastModified, headers } };
}

/** The path of a key that names one place below the root in one way. */
function pathOf(root: string, key: string): string | undefined {
  const segments = key.split('/');
  const isPlain = segments.every((segment) => !['', '.', '..'].includes(segment) && !/[\0\\]/.test(segment));
  return isPlain ? join(root, ...segments) : undefined;
}
