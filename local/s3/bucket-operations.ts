import { deleteObjects } from './delete-objects.ts';
import { listObjectsV2 } from './list-reply.ts';
import type { Context, Operation, S3Reply } from './operation.ts';
import { hasBody, readDocument } from './request-document.ts';
import { noSuchBucket, notImplemented, S3Error } from './s3-error.ts';
import { isoSeconds, type XmlElement, xmlReply } from './xml.ts';

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
