import { checksumHeaders } from './body.ts';
import { copyObject } from './copy-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { listObjectsV2 } from './list-objects.ts';
import type { Context, Operation, S3Reply } from './operation.ts';
import { readObject } from './read-object.ts';
import { hasBody, readDocument } from './request-document.ts';
import { noSuchBucket, notImplemented, S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { isUserMetadata, redirectHeader } from './stored-object.ts';
import { deleteObject, putObject } from './write-object.ts';
import { isoSeconds, type XmlElement, xmlReply } from './xml.ts';

/** Parts of signing and of the transfer, which every request may carry. */
const headersOfAll = [
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-trailer',
  'x-amz-user-agent',
  ...checksumHeaders,
];

/**
 * The operation that a request means. What is not known is refused by name: an ACL or an encryption setting that was
 * quietly dropped would make a test pass here and fail on AWS.
 */
export function selectOperation({ method, bucket, key, query, headers }: S3Request): Operation {
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const names = query.map(([name]) => name);
  const carries = ({ marker }: Operation) => {
    if (!marker) return true;
    if ('header' in marker) return headers.has(marker.header);
    return query.some(([name, value]) => name === marker.query && value === marker.value);
  };
  const candidates = operations.filter((one) => one.method === method && one.on === on && carries(one));
  const operation = candidates.find(({ marker }) => marker) ?? candidates[0];
  const what = `${method} on the ${on}`;
  if (!operation) throw notImplemented([what, ...names].join(' with '));

  const marker = operation.marker ? Object.values(operation.marker)[0] : undefined;
  // `x-id` is the SDK's name of the operation; S3 ignores it.
  const knownNames = [marker, 'x-id', ...(operation.query ?? [])];
  const knownHeaders = [marker, ...headersOfAll, ...(operation.headers ?? [])];
  const unknownNames = names.filter((name) => !knownNames.includes(name));
  const unknownHeaders = [...headers.keys()]
    .filter((name) => name.startsWith('x-amz-') || name.startsWith('if-'))
    .filter((name) => !knownHeaders.includes(name) && !isUserMetadata(name));
  if (unknownNames.length > 0) throw notImplemented(`${what} with the query parameter ${unknownNames.join(', ')}`);
  if (unknownHeaders.length > 0) throw notImplemented(`${what} with the header ${unknownHeaders.join(', ')}`);
  return operation;
}

const bucketOperations: readonly Operation[] = [
  { name: 'ListBuckets', method: 'GET', on: 'service', run: listBuckets },
  { name: 'CreateBucket', method: 'PUT', on: 'bucket', run: createBucket },
  { name: 'HeadBucket', method: 'HEAD', on: 'bucket', run: headBucket },
  { name: 'DeleteBucket', method: 'DELETE', on: 'bucket', run: deleteBucket },
  { name: 'DeleteObjects', method: 'POST', on: 'bucket', marker: { query: 'delete', value: '' }, run: deleteObjects },
  {
    name: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    marker: { query: 'list-type', value: '2' },
    query: ['continuation-token', 'delimiter', 'encoding-type', 'max-keys', 'prefix', 'start-after'],
    run: listObjectsV2,
  },
];

function listBuckets({ store }: Context): S3Reply {
  const Bucket = store.buckets().map(({ name, created }) => ({ Name: name, CreationDate: isoSeconds(created) }));
  return xmlReply('ListAllMyBucketsResult', { Owner: { ID: 'local' }, Buckets: { Bucket } });
}

async function createBucket({ request, store, region, now }: Context): Promise<S3Reply> {
  if (hasBody(request)) checkLocation(await readDocument(request), region);
  // In us-east-1 alone, making a bucket that is yours already is no error.
  if (!store.createBucket(request.bucket, now()) && region !== 'us-east-1') {
    throw new S3Error('BucketAlreadyOwnedByYou', 'The bucket exists already and is yours', {
      BucketName: request.bucket,
    });
  }
  return { status: 200, headers: { location: `/${request.bucket}` } };
}

function checkLocation(configuration: XmlElement, region: string): void {
  for (const { name, text: value } of configuration.children) {
    if (name !== 'LocationConstraint') throw notImplemented(`${name} of CreateBucket`);
    if (value === region) continue;
    const message = `The location "${value}" is not that of this server, "${region}"`;
    throw new S3Error('IllegalLocationConstraintException', message);
  }
}

function headBucket({ request, store, region }: Context): S3Reply {
  if (!store.hasBucket(request.bucket)) throw noSuchBucket(request.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': region } };
}

function deleteBucket({ request, store }: Context): S3Reply {
  store.deleteBucket(request.bucket);
  return { status: 204 };
}

const readHeaders = ['x-amz-checksum-mode', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
const writeHeaders = ['if-match', 'if-none-match', redirectHeader];

const objectOperations: readonly Operation[] = [
  { name: 'GetObject', method: 'GET', on: 'object', headers: readHeaders, run: readObject },
  { name: 'HeadObject', method: 'HEAD', on: 'object', headers: readHeaders, run: readObject },
  { name: 'PutObject', method: 'PUT', on: 'object', headers: writeHeaders, run: putObject },
  {
    name: 'CopyObject',
    method: 'PUT',
    on: 'object',
    marker: { header: 'x-amz-copy-source' },
    headers: [...writeHeaders, 'x-amz-metadata-directive'],
    run: copyObject,
  },
  { name: 'DeleteObject', method: 'DELETE', on: 'object', run: deleteObject },
];

const operations: readonly Operation[] = [...bucketOperations, ...objectOperations];
