import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { asIBucket } from '../cdk-interface.ts';
import { type Environment, region } from '../environments.ts';

export interface OriginalsProps {
  readonly existing: Environment['existingOriginals'];
  readonly accessLogs: IBucket;
  /** Whether the stack's own bucket sends its events to EventBridge. An existing bucket is configured by its owner. */
  readonly sendsEvents: boolean;
}

/** Load tests, smoke tests and the canary upload below this prefix. It expires after a day. */
export const testPrefix = 'loadtest/';

/** The bucket of the originals: private, and retained when the stack is deleted. */
export class Originals extends Construct {
  readonly bucket: IBucket;
  /** Set when the bucket is in another region than the stack. */
  readonly otherRegion: string | undefined;

  constructor(scope: Construct, id: string, { existing, accessLogs, sendsEvents }: OriginalsProps) {
    super(scope, id);
    this.bucket = existing
      ? Bucket.fromBucketName(this, 'Existing', existing.bucketName)
      : this.newBucket(accessLogs, sendsEvents);
    this.otherRegion = existing?.region === region ? undefined : existing?.region;
  }

  private newBucket(accessLogs: IBucket, sendsEvents: boolean): IBucket {
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
          // Deleted and replaced originals are kept for so long. No rule may expire a current original.
          id: 'forget-what-was-deleted',
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      // A first deploy that fails leaves no bucket behind.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    if (sendsEvents) {
      // CDK's own option sets it by a custom resource, a Lambda more.
      const { defaultChild } = bucket.node;
      (defaultChild as CfnBucket).notificationConfiguration = {
        eventBridgeConfiguration: { eventBridgeEnabled: true },
      };
    }
    return asIBucket(bucket);
  }
}
