import { text } from 'node:stream/consumers';
import { checkPreconditions, type Verdict } from '../http/conditional.ts';
import type { XmlContent } from '../http/xml.ts';
import { type Allows, parseTarget, type S3Request } from './request.ts';
import { accessDenied, invalidRequest, noSuchKey, notImplemented, preconditionFailed, S3Error } from './s3-error.ts';
import {
  type Deletion,
  maxKeysOfPage,
  type OpenObject,
  type Store,
  type StoredObject,
  type WriteCondition,
} from './store.ts';
import { checksumHeader, headersToStore, isUserMetadata, readUpload, redirectHeader } from './upload.ts';
import { type ObjectToDelete, readDelete, writeS3Xml } from './xml.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** A stream comes with a content-length. */
  readonly body?: string | OpenObject['body'];
}

export interface Context {
  readonly request: S3Request;
  readonly store: Store;
  readonly allows: Allows;
}

/** One operation of the S3 API: which requests mean it, what they may carry, what a role needs for it, and its work. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly on: 'bucket' | 'object';
  /** The query parameter (with its value) or the header that tells it from others with the same method. */
  readonly marker?: { readonly query: string; readonly value: string } | { readonly header: string };
  /** Query parameters that it knows besides its marker. */
  readonly query?: readonly string[];
  /** Headers `x-amz-*`, `if-*` and `range` that it knows besides its marker and those of every request. */
  readonly headers?: readonly string[];
  /** Absent: the operation asks for each key. */
  readonly action?: string;
  run(context: Context): Promise<Reply>;
}

const readHeaders = ['x-amz-checksum-mode', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
const reading = { query: ['versionId'], headers: readHeaders, action: 's3:GetObject' };
const writeHeaders = ['if-match', 'if-none-match', redirectHeader];

const operations: readonly Operation[] = [
  { name: 'CreateBucket', method: 'PUT', on: 'bucket', action: 's3:CreateBucket', run: createBucket },
  { name: 'DeleteObjects', method: 'POST', on: 'bucket', marker: { query: 'delete', value: '' }, run: deleteObjects },
  {
    name: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    marker: { query: 'list-type', value: '2' },
    query: ['continuation-token', 'delimiter', 'max-keys', 'prefix', 'start-after'],
    action: 's3:ListBucket',
    run: listObjects,
  },
  {
    name: 'ListObjectVersions',
    method: 'GET',
    on: 'bucket',
    marker: { query: 'versions', value: '' },
    query: ['max-keys', 'prefix'],
    action: 's3:ListBucketVersions',
    run: listObjectVersions,
  },
  { name: 'GetObject', method: 'GET', on: 'object', ...reading, run: getObject },
  { name: 'HeadObject', method: 'HEAD', on: 'object', ...reading, run: headObject },
  { name: 'PutObject', method: 'PUT', on: 'object', headers: writeHeaders, action: 's3:PutObject', run: putObject },
  {
    name: 'CopyObject',
    method: 'PUT',
    on: 'object',
    marker: { header: 'x-amz-copy-source' },
    headers: ['if-match', 'if-none-match', 'x-amz-metadata-directive'],
    action: 's3:PutObject',
    run: copyObject,
  },
  {
    name: 'DeleteObject',
    method: 'DELETE',
    on: 'object',
    query: ['versionId'],
    headers: ['if-match'],
    action: 's3:DeleteObject',
    run: deleteObject,
  },
];

/** Parts of signing and of the transfer, which every request may carry. */
const headersOfAll = [
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-trailer',
  'x-amz-user-agent',
  checksumHeader,
];

/** Finds the operation that a request means. Refuses by name what the operation does not know. */
export function selectOperation({ method, bucket, key, query, headers }: S3Request): Operation {
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const names = query.map(([name]) => name);
  const carries = ({ marker }: Operation) => {
    if (!marker) return true;
    if ('header' in marker) return marker.header in headers;
    return query.some(([name, value]) => name === marker.query && value === marker.value);
  };
  const candidates = operations.filter((one) => one.method === method && one.on === on && carries(one));
  const operation = candidates.find(({ marker }) => marker) ?? candidates[0];
  const what = `${method} on the ${on}`;
  if (!operation) throw notImplemented([what, ...names].join(' with '));

  const marker = operation.marker ? Object.values(operation.marker)[0] : undefined;
  // `x-id` is the SDK's name of the operation. S3 ignores it.
  const unknownName = names.find((name) => ![marker, 'x-id', ...(operation.query ?? [])].includes(name));
  if (unknownName !== undefined) throw notImplemented(`${what} with the query parameter ${unknownName}`);
  const known = [marker, ...headersOfAll, ...(operation.headers ?? [])];
  const unknown = Object.keys(headers).find(
    (name) => /^(x-amz-|if-|range$)/.test(name) && !known.includes(name) && !isUserMetadata(name),
  );
  if (unknown !== undefined) throw notImplemented(`${what} with the header ${unknown}`);
  return operation;
}

export function authorize({ on, action }: Operation, { request: { bucket, key, query }, allows }: Context): void {
  const parameters = new Map(query);
  const prefix = parameters.get('prefix');
  const resource = on === 'bucket' ? bucketArn(bucket) : objectArn(bucket, key);
  // A version has actions of its own: s3:GetObjectVersion, s3:DeleteObjectVersion.
  const needed = parameters.has('versionId') ? `${action}Version` : action;
  if (needed !== undefined && !allows(needed, resource, prefix === undefined ? {} : { 's3:prefix': prefix })) {
    throw accessDenied();
  }
}

const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;
const objectArn = (bucket: string, key: string) => `${bucketArn(bucket)}/${key}`;

const xmlReply = (root: string, content: XmlContent): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: writeS3Xml(root, content),
});

/** A time as S3 writes it into XML: in whole seconds, with empty milliseconds. */
const isoSeconds = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, -5)}.000Z`;

// --- buckets

async function createBucket({ request, store }: Context): Promise<Reply> {
  if ((request.headers['content-length'] ?? '0') !== '0') throw notImplemented('a configuration in CreateBucket');
  // In us-east-1, creating a bucket that is already yours succeeds ("CreateBucket": BucketAlreadyOwnedByYou).
  await store.createBucket(request.bucket);
  return { status: 200, headers: { location: `/${request.bucket}` } };
}

async function listObjects({ request, store }: Context): Promise<Reply> {
  const query = new Map(request.query);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter');
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  const maxKeys = readMaxKeys(query.get('max-keys'));
  const page = await store.list(request.bucket, {
    prefix,
    maxKeys,
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(startAfter === undefined ? {} : { startAfter }),
    ...(token === undefined ? {} : { token }),
  });
  return xmlReply('ListBucketResult', {
    Name: request.bucket,
    Prefix: prefix,
    Delimiter: delimiter,
    StartAfter: startAfter,
    ContinuationToken: token,
    NextContinuationToken: page.next,
    MaxKeys: maxKeys,
    KeyCount: page.objects.length + page.commonPrefixes.length,
    IsTruncated: page.next !== undefined,
    Contents: page.objects.map(({ key, lastModified, etag, bytes }) => ({
      Key: key,
      LastModified: isoSeconds(lastModified),
      ETag: etag,
      Size: bytes,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.commonPrefixes.map((folded) => ({ Prefix: folded })),
  });
}

async function listObjectVersions({ request, store }: Context): Promise<Reply> {
  const query = new Map(request.query);
  const prefix = query.get('prefix') ?? '';
  const maxKeys = readMaxKeys(query.get('max-keys'));
  const { versions, isTruncated } = await store.listVersions(request.bucket, { prefix, maxKeys });
  const last = versions.at(-1);
  const shown = versions.map(({ key, version, isLatest, lastModified, etag, bytes, isMarker }) => ({
    isMarker,
    content: {
      Key: key,
      VersionId: version,
      IsLatest: isLatest,
      LastModified: isoSeconds(lastModified),
      ...(!isMarker && { ETag: etag, Size: bytes, StorageClass: 'STANDARD' }),
    },
  }));
  const contents = (markers: boolean) => shown.filter(({ isMarker }) => isMarker === markers).map((one) => one.content);
  return xmlReply('ListVersionsResult', {
    Name: request.bucket,
    Prefix: prefix,
    MaxKeys: maxKeys,
    IsTruncated: isTruncated,
    ...(isTruncated && { NextKeyMarker: last?.key, NextVersionIdMarker: last?.version }),
    Version: contents(false),
    DeleteMarker: contents(true),
  });
}

function readMaxKeys(given = String(maxKeysOfPage)): number {
  if (/^[1-9]\d{0,9}$/.test(given)) return Math.min(Number(given), maxKeysOfPage);
  throw new S3Error(400, 'InvalidArgument', `max-keys must be 1 or more, got "${given}"`);
}

/** A thousand keys of the greatest length fit, also when each byte is escaped. */
const maxDocumentBytes = 8 * 1024 * 1024;
/** S3's limit on the keys of one request. */
const maxDeletes = 1000;

async function deleteObjects({ request, store, allows }: Context): Promise<Reply> {
  const { bucket, headers } = request;
  if (!['content-md5', 'x-amz-trailer', checksumHeader].some((name) => name in headers)) {
    throw invalidRequest('Missing required header for this request: Content-MD5 or x-amz-checksum-*');
  }
  const { objects, quiet } = readDelete(await text(readUpload(request, maxDocumentBytes).body));
  if (objects.length === 0 || objects.length > maxDeletes) {
    throw new S3Error(400, 'MalformedXML', `Expected 1 to ${maxDeletes} objects, got ${objects.length}`);
  }
  const deleted: XmlContent[] = [];
  const errors: XmlContent[] = [];
  for (const object of objects) {
    const { key: Key, version: VersionId } = object;
    try {
      const action = VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
      if (!allows(action, objectArn(bucket, Key))) throw accessDenied();
      const { version, isMarker } = await deleteOne(bucket, object, { store, allows });
      deleted.push({ Key, VersionId, ...(isMarker && { DeleteMarker: true, DeleteMarkerVersionId: version }) });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      errors.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  return xmlReply('DeleteResult', { Deleted: quiet ? [] : deleted, Error: errors });
}

// --- objects

const versionIn = ({ query }: S3Request) => new Map(query).get('versionId');

async function getObject({ request, store, allows }: Context): Promise<Reply> {
  const { bucket, key, headers } = request;
  const found = await store.get(bucket, key, versionIn(request));
  if (!found) throw missing(bucket, key, allows);
  const { object, body } = found;
  const verdict = verdictOn(headers, object);
  if (verdict !== 'proceed') {
    body.destroy();
    return withoutBody(verdict, object);
  }
  return { status: 200, headers: wholeHeaders(headers, object), body };
}

async function headObject({ request, store, allows }: Context): Promise<Reply> {
  const { bucket, key, headers } = request;
  const object = await store.head(bucket, key, versionIn(request));
  if (!object) throw missing(bucket, key, allows);
  const verdict = verdictOn(headers, object);
  return verdict === 'proceed' ? { status: 200, headers: wholeHeaders(headers, object) } : withoutBody(verdict, object);
}

/** Who may not list a bucket does not learn which keys are missing ("GetObject": 404 with s3:ListBucket, else 403). */
function missing(bucket: string, key: string, allows: Allows): S3Error {
  return allows('s3:ListBucket', bucketArn(bucket)) ? noSuchKey(key) : accessDenied();
}

function verdictOn(headers: S3Request['headers'], object: StoredObject): Verdict {
  // S3 takes ETags without their quotes, and the SDK sends them as they were given.
  const quoted = Object.entries(headers)
    .filter(([name]) => name.startsWith('if-'))
    .map(([name, value]) => [name, name.endsWith('-match') && /^[^",*]+$/.test(value) ? `"${value}"` : value]);
  return checkPreconditions(Object.fromEntries(quoted), object);
}

function withoutBody(verdict: Exclude<Verdict, 'proceed'>, object: StoredObject): Reply {
  if (verdict === 'not-modified') return { status: 304, headers: headersOf(object) };
  throw preconditionFailed(verdict.failed);
}

function headersOf({ etag, lastModified, headers, version }: StoredObject): Record<string, string> {
  const time = new Date(lastModified).toUTCString();
  return { ...headers, ...versionHeader(version), etag, 'last-modified': time, 'accept-ranges': 'bytes' };
}

/** In a bucket without versions there is none. */
const versionHeader = (version: string | undefined): Record<string, string> =>
  version === undefined ? {} : { 'x-amz-version-id': version };

/** With the checksum, which is that of the whole object. */
function wholeHeaders(asked: S3Request['headers'], object: StoredObject): Record<string, string | number> {
  const wanted = asked['x-amz-checksum-mode'] === 'ENABLED';
  return { ...headersOf(object), ...(wanted ? checksumOf(object) : {}), 'content-length': object.bytes };
}

function checksumOf({ crc32 }: StoredObject): Record<string, string> {
  return crc32 === undefined ? {} : { [checksumHeader]: crc32, 'x-amz-checksum-type': 'FULL_OBJECT' };
}

async function putObject({ request, store }: Context): Promise<Reply> {
  const { bucket, key, headers } = request;
  const condition = writeCondition(headers);
  const upload = { headers: headersToStore(request), ...readUpload(request) };
  const object = await store.put(bucket, key, upload, condition);
  return { status: 200, headers: { etag: object.etag, ...versionHeader(object.version), ...checksumOf(object) } };
}

function writeCondition(headers: S3Request['headers']): WriteCondition | undefined {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw notImplemented('a PUT with both If-Match and If-None-Match');
  }
  if (ifMatch !== undefined) return { ifMatch };
  if (ifNoneMatch === undefined) return undefined;
  if (ifNoneMatch !== '*') throw notImplemented(`a PUT with If-None-Match: ${ifNoneMatch}, only *`);
  return { ifNoneMatch };
}

async function copyObject({ request, store, allows }: Context): Promise<Reply> {
  const { bucket, key, headers } = request;
  const from = readCopySource(headers['x-amz-copy-source'] ?? '');
  if (!allows('s3:GetObject', objectArn(from.bucket, from.key))) throw accessDenied();
  const directive = headers['x-amz-metadata-directive'] ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') throw invalidRequest('Unknown metadata directive.');
  const replaces = directive === 'REPLACE';
  if (from.bucket === bucket && from.key === key && !replaces) {
    throw invalidRequest('This copies an object to itself without changing its metadata, which is illegal.');
  }
  const condition = writeCondition(headers);
  const source = await store.get(from.bucket, from.key);
  if (!source) throw missing(from.bucket, from.key, allows);
  // The redirect belongs to one object and is never copied.
  const { [redirectHeader]: _, ...copied } = source.object.headers;
  const stored = replaces ? headersToStore(request) : copied;
  const upload = { headers: stored, body: source.body, reason: 'CopyObject' } as const;
  const copy = await store.put(bucket, key, upload, condition);
  const reply = xmlReply('CopyObjectResult', { LastModified: isoSeconds(copy.lastModified), ETag: copy.etag });
  return { ...reply, headers: { ...reply.headers, ...versionHeader(copy.version) } };
}

function readCopySource(header: string): { readonly bucket: string; readonly key: string } {
  const { bucket, key, query } = parseTarget(header.startsWith('/') ? header : `/${header}`);
  const [parameter] = query;
  if (parameter) throw notImplemented(`${parameter[0]} of x-amz-copy-source`);
  if (key !== '') return { bucket, key };
  throw new S3Error(400, 'InvalidArgument', `Expected bucket/key as x-amz-copy-source, got "${header}"`);
}

async function deleteObject({ request, store, allows }: Context): Promise<Reply> {
  const { bucket, key, headers } = request;
  const ifMatch = headers['if-match'];
  const version = versionIn(request);
  const object = { key, ...(ifMatch !== undefined && { ifMatch }), ...(version !== undefined && { version }) };
  const deletion = await deleteOne(bucket, object, { store, allows });
  const marker = deletion.isMarker && { 'x-amz-delete-marker': 'true' };
  return { status: 204, headers: { ...versionHeader(deletion.version), ...marker } };
}

/**
 * A condition is on the current object, and needs s3:GetObject as well ("How to perform conditional deletes"): 412 for
 * another ETag, 404 if there is no object.
 */
async function deleteOne(
  bucket: string,
  { key, ...options }: ObjectToDelete,
  { store, allows }: Pick<Context, 'store' | 'allows'>,
): Promise<Deletion> {
  if (options.ifMatch === '*') throw notImplemented('a delete with If-Match: *, only an ETag');
  if (options.ifMatch !== undefined && options.version !== undefined) {
    throw notImplemented('a delete with both If-Match and a version');
  }
  if (options.ifMatch !== undefined && !allows('s3:GetObject', objectArn(bucket, key))) throw accessDenied();
  return store.delete(bucket, key, options);
}
