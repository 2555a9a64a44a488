import { type FileHandle, open } from 'node:fs/promises';
import { type ByteRange, readRange } from '../http/conditional.ts';
import type { Context, S3Reply } from './operation.ts';
import { isNotModified } from './preconditions.ts';
import { noSuchBucket, noSuchKey, S3Error } from './s3-error.ts';
import type { Store } from './store.ts';
import type { StoredObject } from './stored-object.ts';

/** Pieces in which a file is read. At a quarter of it a GET of 5 MB costs a third more CPU; unread ones wait in memory. */
const pieceBytes = 1024 * 1024;

/** GetObject, and HeadObject, which is the same without the bytes. */
export async function readObject(context: Context): Promise<S3Reply> {
  const { request, store } = context;
  const object = findObject(store, request.bucket, request.key);
  if (isNotModified(request.headers, object)) return { status: 304, headers: headersOf(object) };

  const range = partOf(object, request.headers.get('range'));
  // The stored checksum is that of the whole, so a reader of a part could only find it wrong.
  const checksum = request.headers.get('x-amz-checksum-mode') === 'ENABLED' && !range ? checksumHeadersOf(object) : {};
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  const status = range ? 206 : 200;
  const headers = {
    ...headersOf(object),
    ...checksum,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${object.size}` } : {}),
    'content-length': end - start + 1,
  };
  if (request.method === 'HEAD' || object.size === 0) return { status, headers };

  const file = await openFile(store, request.bucket, object);
  if (!file) return readObject(context);
  return { status, headers, body: file.createReadStream({ start, end, highWaterMark: pieceBytes }) };
}

/** `undefined` stands for the whole. A range that begins past the end is refused. */
function partOf({ size }: StoredObject, header: string | undefined): ByteRange | undefined {
  const range = readRange(header, size);
  if (range === 'unsatisfiable') {
    const details = { RangeRequested: `${header}`, ActualObjectSize: `${size}` };
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', details);
  }
  return range === 'whole' ? undefined : range;
}

export function findObject(store: Store, bucket: string, key: string): StoredObject {
  const object = store.find(bucket, key);
  if (object) return object;
  throw store.hasBucket(bucket) ? noSuchKey(key) : noSuchBucket(bucket);
}

/** `undefined` when the object was replaced or deleted since it was found: then its file is gone, and a new look helps. */
async function openFile(store: Store, bucket: string, { key, file }: StoredObject): Promise<FileHandle | undefined> {
  try {
    return await open(store.files.path(file));
  } catch (error) {
    if (store.find(bucket, key)?.file === file) throw error;
    return undefined;
  }
}

function headersOf({ etag, modified, headers }: StoredObject) {
  return { ...headers, etag: `"${etag}"`, 'last-modified': modified.toUTCString(), 'accept-ranges': 'bytes' };
}

export function checksumHeadersOf({ checksum }: Pick<StoredObject, 'checksum'>): Record<string, string> {
  return checksum ? { [checksum.header]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' } : {};
}
