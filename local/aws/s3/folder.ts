import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { maxKeysOfPage, type Store, type StoredObject } from './store.ts';

/**
 * A store in which the files of a folder are objects of a bucket, too. Objects of the store come first, and a delete
 * marker hides a file. The folder is only read, each file when it is asked for, so that new and changed files are there
 * at once. In a versioned bucket the file is the oldest version of its key.
 */
export function withFolder(store: Store, folderBucket: string, root: string): Store {
  async function fileOf(bucket: string, key: string): Promise<FolderFile | undefined> {
    if (bucket !== folderBucket) return undefined;
    const { versions } = await store.listVersions(bucket, { prefix: key, maxKeys: 1 });
    return versions[0]?.key === key && versions[0].isMarker ? undefined : find(root, key);
  }

  return {
    ...store,
    async head(bucket, key, version) {
      const stored = await store.head(bucket, key, version);
      if (stored || version !== undefined) return stored;
      return (await fileOf(bucket, key))?.object;
    },
    async get(bucket, key, version) {
      const stored = await store.get(bucket, key, version);
      if (stored || version !== undefined) return stored;
      const file = await fileOf(bucket, key);
      return file && { object: file.object, body: createReadStream(file.path) };
    },
    async listVersions(bucket, query = {}) {
      const page = await store.listVersions(bucket, query);
      const { prefix = '', maxKeys = maxKeysOfPage } = query;
      const file = bucket === folderBucket ? await find(root, prefix) : undefined;
      const after = page.versions.findLastIndex(({ key }) => key === prefix) + 1;
      if (!file || after >= maxKeys) return page;
      const oldest = { ...file.object, version: 'null', isLatest: after === 0, isMarker: false };
      const versions = page.versions.toSpliced(after, 0, oldest);
      return { versions: versions.slice(0, maxKeys), isTruncated: page.isTruncated || versions.length > maxKeys };
    },
  };
}

interface FolderFile {
  readonly path: string;
  readonly object: StoredObject;
}

async function find(root: string, key: string): Promise<FolderFile | undefined> {
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
