import { S3Client } from '@aws-sdk/client-s3';
import type { Target } from './target.ts';

/** The buckets of a target, each with a client that reaches it. */
export interface Buckets {
  readonly originals: { readonly client: S3Client; readonly name: string };
  readonly derivatives: { readonly client: S3Client; readonly name: string };
  /** Deleting from a versioned bucket leaves the versions, which have to be deleted, too. */
  readonly originalsVersioned: boolean;
  close(): void;
}

export function openBuckets({ buckets, region, originalsRegion, s3 }: Target): Buckets {
  // The SDK reads the profile of a local chain from the file that the chain has written.
  if (s3?.credentialsFile) process.env.AWS_SHARED_CREDENTIALS_FILE = s3.credentialsFile;
  const client = (where: string) =>
    new S3Client({ region: where, ...(s3 && { endpoint: s3.endpoint, profile: s3.profile, forcePathStyle: true }) });
  const derivatives = client(region);
  const originals = client(originalsRegion ?? region);
  return {
    originals: { client: originals, name: buckets.originals },
    derivatives: { client: derivatives, name: buckets.derivatives },
    // The embedded S3 of a local chain keeps no versions.
    originalsVersioned: s3 === undefined,
    close() {
      derivatives.destroy();
      originals.destroy();
    },
  };
}
