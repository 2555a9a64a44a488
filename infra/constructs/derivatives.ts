import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectOwnership,
  RedirectProtocol,
  ReplaceKey,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ServiceConfig } from '../../src/config.ts';
import { purgePrefix } from '../../src/core/invalidation.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { routingRulesFrom } from '../routing-rules.ts';
import type { OriginSecret } from './origin-secret.ts';
import { testPrefix } from './originals.ts';

export interface DerivativesProps {
  readonly config: ServiceConfig;
  /** The host that missing derivatives are redirected to. */
  readonly apiHost: string;
  readonly secret: OriginSecret;
  /** The ranges that may read, where Block Public Access stays on. */
  readonly addresses: readonly string[] | undefined;
}

/**
 * S3 requires an index document, and answers `a/b` with a redirect to it if `a/b/<suffix>` exists. No accepted key has
 * a backslash (`src/core/image-path.ts`), so no derivative can have this name.
 */
export const indexDocument = '\\no-index';

/** The bucket of the derivatives and its website. Everything in it can be generated again. */
export class Derivatives extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { config, apiHost, secret, addresses }: DerivativesProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      websiteIndexDocument: indexDocument,
      websiteRoutingRules: routingRulesFrom(config.presets).map((rule) => ({
        // 404 only. A rule for 403 would be a redirect loop for a derivative that exists but cannot be read.
        condition: { httpErrorCodeReturnedEquals: '404', keyPrefixEquals: rule.keyPrefix },
        hostName: apiHost,
        httpRedirectCode: '307',
        protocol: RedirectProtocol.HTTPS,
        replaceKey: ReplaceKey.prefixWith(rule.replaceKeyPrefixWith),
      })),
      // S3 counts a policy on Referer alone as public, so two of the blocks must be off. ACLs stay blocked.
      blockPublicAccess: new BlockPublicAccess({
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: addresses !== undefined,
        restrictPublicBuckets: addresses !== undefined,
      }),
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        {
          id: 'forget-derivatives',
          expiration: Duration.days(config.cache.derivativeLifetimeDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        ...[...allowedPresets(config.presets).keys()].map((name) => ({
          id: `forget-test-images-${name}`,
          prefix: `${name}/${testPrefix}`,
          expiration: Duration.days(1),
        })),
      ],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.answerOnlyCloudFront(secret, addresses);
  }

  private answerOnlyCloudFront(secret: OriginSecret, addresses: DerivativesProps['addresses']): void {
    // A policy for fixed ranges is not public ("Blocking public access to your Amazon S3 storage", The meaning of "public").
    const conditions = {
      StringEquals: { 'aws:Referer': secret.accepted },
      ...(addresses && { IpAddress: { 'aws:SourceIp': addresses } }),
    };
    const principals = [new AnyPrincipal()];
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['s3:GetObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions,
      }),
    );
    // What the purge keeps here is no image.
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals,
        actions: ['s3:GetObject'],
        resources: [this.bucket.arnForObjects(`${purgePrefix}*`)],
        conditions: { StringEquals: { 'aws:Referer': secret.accepted } },
      }),
    );
    // Without it a missing key may be 403 instead of 404, which has no rule, so no derivative would be generated.
    this.bucket.addToResourcePolicy(
      new PolicyStatement({ principals, actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn], conditions }),
    );
  }
}
