import type { S3Request } from './s3-request.ts';

/** What an S3 request means: its name, and what one must be allowed to do for it. */
export interface S3Call {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly permissions: readonly Permission[];
  /** Condition keys of this call, by their lower-case names. */
  readonly context: Readonly<Record<string, string>>;
}

export interface Permission {
  readonly action: string;
  readonly resource: string;
}

/** Query parameters that only name the operation or shape its answer. */
const harmless =
  /^(x-id|list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|fetch-owner)$/;

/** `undefined` for what the front cannot judge: the owner of the buckets may do it, a role may not. */
export function readS3Call({ method, bucket, key, query, headers }: S3Request): S3Call | undefined {
  const marks = query.map(([name]) => name).filter((name) => !harmless.test(name));
  const listType = query.find(([name]) => name === 'list-type')?.[1];
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const object: Permission['resource'] = `${bucketArn}/${key}`;
  const call = (operation: string, permissions: readonly Permission[], context = {}): S3Call => ({
    operation,
    bucket,
    key,
    permissions,
    context,
  });
  const one = (operation: string, action: string, resource: string, context = {}): S3Call =>
    call(operation, [{ action, resource }], context);

  if (marks.length > 0) return undefined;
  if (bucket === '') return method === 'GET' ? one('ListBuckets', 's3:ListAllMyBuckets', '*') : undefined;
  if (key === '') {
    if (method === 'HEAD') return one('HeadBucket', 's3:ListBucket', bucketArn);
    if (method === 'PUT') return one('CreateBucket', 's3:CreateBucket', bucketArn);
    if (method === 'DELETE') return one('DeleteBucket', 's3:DeleteBucket', bucketArn);
    if (method !== 'GET') return undefined;
    const prefix = query.find(([name]) => name === 'prefix')?.[1];
    const context = prefix === undefined ? {} : { 's3:prefix': prefix };
    return one(listType === '2' ? 'ListObjectsV2' : 'ListObjects', 's3:ListBucket', bucketArn, context);
  }
  if (method === 'GET') return one('GetObject', 's3:GetObject', object);
  if (method === 'HEAD') return one('HeadObject', 's3:GetObject', object);
  if (method === 'DELETE') return one('DeleteObject', 's3:DeleteObject', object);
  if (method !== 'PUT') return undefined;
  const put = [{ action: 's3:PutObject', resource: object }];
  if (headers.has('x-amz-acl')) put.push({ action: 's3:PutObjectAcl', resource: object });
  if (headers.has('x-amz-tagging')) put.push({ action: 's3:PutObjectTagging', resource: object });
  const source = headers.get('x-amz-copy-source');
  if (source === undefined) return call('PutObject', put);
  const from = `arn:aws:s3:::${decodeURIComponent(source).replace(/^\//, '')}`;
  return call('CopyObject', [...put, { action: 's3:GetObject', resource: from }]);
}
