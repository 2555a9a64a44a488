import {
  DeleteObjectCommand,
  GetBucketPolicyStatusCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Target } from '../../src/target.ts';

/** The buckets of a target. */
export function openBuckets(target: Target) {
  const { s3, buckets, region, originalsRegion = region } = target;
  if (s3) process.env.AWS_SHARED_CREDENTIALS_FILE = s3.credentialsFile;
  const options = s3 ? { endpoint: s3.endpoint, forcePathStyle: true, profile: s3.profile } : {};
  const clients = {
    originals: new S3Client({ region: originalsRegion, ...options }),
    derivatives: new S3Client({ region, ...options }),
  };

  /** Every object and, on AWS, every version under the prefix. */
  async function remove(which: 'originals' | 'derivatives', prefix: string): Promise<number> {
    const [client, Bucket] = [clients[which], buckets[which]];
    let removed = 0;
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: prefix })) {
      for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket, Key }));
      removed += Contents.length;
    }
    if (s3) return removed;
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: prefix }),
    );
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
      await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    }
    return removed;
  }

  return {
    async upload(key: string, body: Uint8Array) {
      await clients.originals.send(new PutObjectCommand({ Bucket: buckets.originals, Key: key, Body: body }));
    },
    async deleteOriginal(key: string) {
      await clients.originals.send(new DeleteObjectCommand({ Bucket: buckets.originals, Key: key }));
    },
    remove,
    /** Whether S3 counts the policy of the derivatives as public. */
    async policyIsPublic() {
      const answer = await clients.derivatives.send(new GetBucketPolicyStatusCommand({ Bucket: buckets.derivatives }));
      return answer.PolicyStatus?.IsPublic ?? false;
    },
  };
}

export type Buckets = ReturnType<typeof openBuckets>;
