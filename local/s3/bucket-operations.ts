import { text } from 'node:stream/consumers';
import { openBody } from './body.ts';
import { checksumHeaders } from './checksum.ts';
import { listObjectsV2 } from './list-reply.ts';
import type { Context, Operation, S3Reply } from './operation.ts';
import { noSuchBucket, S3Error } from './s3-error.ts';
import { isoSeconds, readXml, type XmlElement, xmlReply } from './xml.ts';

/** S3's limit on the keys of one DeleteObjects. */
const maxDeletes = 1000;
const maxDocumentBytes = 2 * 1024 * 1024;

export const bucketOperations: readonly Operation[] = [
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

function hasBody({ headers }: Context['request']): boolean {
  return (headers.get('content-length') ?? '0') !== '0' || headers.has('transfer-encoding');
}

function checkLocation(configuration: XmlElement, region: string): void {
  for (const { name, text: value } of configuration.children) {
    if (name !== 'LocationConstraint')
      throw new S3Error('NotImplemented', `This server does not implement ${name} of CreateBucket`);
    if (value !== region) {
      throw new S3Error(
        'IllegalLocationConstraintException',
        `The location "${value}" is not that of this server, "${region}"`,
      );
    }
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

async function deleteObjects({ request, store }: Context): Promise<S3Reply> {
  if (!['content-md5', 'x-amz-trailer', ...checksumHeaders].some((name) => request.headers.has(name))) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 or x-amz-checksum-*');
  }
  const { keys, quiet } = parseDelete(await readDocument(request));
  for (const key of keys) store.delete(request.bucket, key);
  return xmlReply('DeleteResult', { Deleted: quiet ? [] : keys.map((key) => ({ Key: key })) });
}

function parseDelete(root: XmlElement): { readonly keys: readonly string[]; readonly quiet: boolean } {
  const keys: string[] = [];
  let quiet = false;
  for (const { name, text: value, children } of root.children) {
    const [key, ...others] = children;
    if (name === 'Quiet') quiet = value === 'true';
    else if (name !== 'Object' || key?.name !== 'Key')
      throw new S3Error('MalformedXML', `Expected Object with a Key, got ${name}`);
    else if (others[0])
      throw new S3Error('NotImplemented', `This server does not implement ${others[0].name} of DeleteObjects`);
    else keys.push(key.text);
  }
  if (root.name !== 'Delete' || keys.length === 0 || keys.length > maxDeletes) {
    throw new S3Error(
      'MalformedXML',
      `Expected Delete with 1 to ${maxDeletes} objects, got ${root.name} with ${keys.length}`,
    );
  }
  return { keys, quiet };
}

async function readDocument(request: Context['request']): Promise<XmlElement> {
  const body = openBody(request, maxDocumentBytes);
  return readXml(await text(body.chunks));
}
