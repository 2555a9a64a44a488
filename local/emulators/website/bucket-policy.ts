import { combine, readPolicy } from '../../iam/policy.ts';

/** One question to a bucket policy, asked for a viewer without credentials. */
export interface AnonymousCall {
  readonly action: 's3:GetObject' | 's3:ListBucket';
  /** Absent for the bucket itself. */
  readonly key?: string;
  readonly referer?: string | undefined;
  readonly secureTransport: boolean;
}

export type BucketPolicy = (call: AnonymousCall) => boolean;

/** A viewer is no role and of no account: only what is said to everybody concerns him. */
const anonymous = { principal: 'anonymous', accountId: 'anonymous' };

export function readBucketPolicy(logicalId: string, bucketName: string, document: unknown): BucketPolicy {
  const allows = combine([readPolicy(`${logicalId}: PolicyDocument`, document)]);
  return ({ action, key, referer, secureTransport }) =>
    allows({
      ...anonymous,
      action,
      resource: `arn:aws:s3:::${bucketName}${key === undefined ? '' : `/${key}`}`,
      context: { 'aws:referer': referer, 'aws:securetransport': String(secureTransport) },
    });
}
