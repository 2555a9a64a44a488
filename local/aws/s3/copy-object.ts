import { constants, copyFile } from 'node:fs/promises';
import type { Context, S3Reply } from './operation.ts';
import { writeCondition } from './preconditions.ts';
import { findObject } from './read-object.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import { parseTarget } from './s3-request.ts';
import type { Store } from './store.ts';
import { headersToStore, redirectHeader, type StoredHeaders, type StoredObject } from './stored-object.ts';
import { storeWhole, wholeSeconds } from './write-object.ts';
import { isoSeconds, xmlReply } from './xml.ts';

export async function copyObject({ request, store, now }: Context): Promise<S3Reply> {
  const { bucket, key, headers } = request;
  const from = parseCopySource(headers.get('x-amz-copy-source') ?? '');
  const replaces = replacesMetadata(headers.get('x-amz-metadata-directive'));
  if (!replaces && from.bucket === bucket && from.key === key) {
    throw new S3Error(
      'InvalidRequest',
      'This copies an object to itself without changing its metadata, which is illegal.',
    );
  }
  const replacement = replaces ? headersToStore(headers) : undefined;
  const copy = await storeWhole(store, bucket, writeCondition(headers), async (file, path) => {
    const source = await copyBytes(store, from, path);
    const copied = replacement ?? copiedHeaders(source.headers, headers.get(redirectHeader));
    return { ...source, key, file, modified: wholeSeconds(now()), headers: copied };
  });
  return xmlReply('CopyObjectResult', { LastModified: isoSeconds(copy.modified), ETag: `"${copy.etag}"` });
}

function parseCopySource(header: string): { readonly bucket: string; readonly key: string } {
  const { bucket, key, query } = parseTarget(header.startsWith('/') ? header : `/${header}`);
  const [parameter] = query;
  if (parameter) throw notImplemented(`${parameter[0]} of x-amz-copy-source`);
  if (key === '') throw new S3Error('InvalidArgument', `Expected bucket/key as x-amz-copy-source, got "${header}"`);
  return { bucket, key };
}

function replacesMetadata(directive = 'COPY'): boolean {
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw new S3Error('InvalidArgument', `Expected COPY or REPLACE as x-amz-metadata-directive, got "${directive}"`);
  }
  return directive === 'REPLACE';
}

/** The redirect belongs to one object and is never copied. */
function copiedHeaders({ [redirectHeader]: _, ...rest }: StoredHeaders, redirect: string | undefined): StoredHeaders {
  return redirect === undefined ? rest : { ...rest, [redirectHeader]: redirect };
}

/** Says which object it was whose bytes are at `path` now: when it is replaced meanwhile, its successor is copied. */
async function copyBytes(store: Store, from: { bucket: string; key: string }, path: string): Promise<StoredObject> {
  const source = findObject(store, from.bucket, from.key);
  try {
    await copyFile(store.files.path(source.file), path, constants.COPYFILE_FICLONE);
    return source;
  } catch (error) {
    if (store.find(from.bucket, from.key)?.file === source.file) throw error;
    return copyBytes(store, from, path);
  }
}
