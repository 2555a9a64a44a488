import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { openBody } from './body.ts';
import type { Context, S3Reply } from './operation.ts';
import { writeCondition } from './preconditions.ts';
import { checksumHeadersOf } from './read-object.ts';
import { noSuchBucket } from './s3-error.ts';
import type { Store, WriteCheck } from './store.ts';
import { headersToStore, type StoredObject } from './stored-object.ts';

export async function putObject({ request, store, now }: Context): Promise<S3Reply> {
  const { bucket, key } = request;
  if (!store.hasBucket(bucket)) throw noSuchBucket(bucket);
  const headers = headersToStore(request.headers);
  const check = writeCondition(request.headers);
  const body = openBody(request);
  const object = await storeWhole(store, bucket, check, async (file, path) => {
    // Opened first: a stream that opens it by itself may do so after a refusal has removed it.
    const opened = await open(path, 'wx');
    await pipeline(body.chunks, opened.createWriteStream());
    const { md5: etag, ...facts } = body.facts();
    return { key, file, etag, ...facts, modified: wholeSeconds(now()), headers };
  });
  return { status: 200, headers: { etag: `"${object.etag}"`, ...checksumHeadersOf(object) } };
}

/** Writes a new file, then puts it into the index in one step. Whatever fails, the object that was there stays. */
export async function storeWhole(
  store: Store,
  bucket: string,
  check: WriteCheck,
  write: (file: string, path: string) => Promise<StoredObject>,
): Promise<StoredObject> {
  const file = store.files.newId();
  try {
    const object = await write(file, store.files.path(file));
    store.put(bucket, object, check);
    return object;
  } catch (error) {
    store.files.remove(file);
    throw error;
  }
}

export function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

export function deleteObject({ request, store }: Context): S3Reply {
  store.delete(request.bucket, request.key);
  return { status: 204 };
}
