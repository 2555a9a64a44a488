import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { asIBucket } from '../cdk-interface.ts';
import { type Environment, region } from '../environments.ts';

export interface OriginalsProps {
  readonly existing: Environment['existingOriginals'];
  readonly accessLogs: IBucket;
}

/** Load tests and smoke tests upload below this prefix; what they leave is gone after a day. */
export const testPrefix = 'loadtest/';

/** What users uploaded: private, and kept when the stack goes. */
export class Originals extends Construct {
  readonly bucket: IBucket;
  /** Set when the bucket lies in another region than the stack. */
  readonly otherRegion: string | undefined;

  constructor(scope: Construct, id: string, { existing, accessLogs }: OriginalsProps) {
    super(scope, id);
    this.bucket = existing ? Bucket.fromBucketName(this, 'Existing', existing.bucketName) : this.newBucket(accessLogs);
    this.otherRegion = existing?.region === region ? undefined : existing?.region;
  }

  private newBucket(accessLogs: IBucket): IBucket {
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'originals/',
      lifecycleRules: [
        {
          id: 'forget-test-images',
          prefix: testPrefix,
          expiration: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          // No rule here may ever expire a current original. What was deleted or replaced is really gone after this.
          id: 'forget-what-was-deleted',
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    return asIBucket(bucket);
  }
}
