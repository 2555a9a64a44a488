import { Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  FunctionEventType,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3StaticWebsiteOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ServiceConfig } from '../../src/config.ts';
import { metadataHeaders } from '../../src/core/derivative-metadata.ts';
import { edgeTtlSeconds, errorTtls } from '../edge-cache.ts';
import type { Environment } from '../environments.ts';
import { EdgeRedirects } from './edge-redirects.ts';
import { RateRule } from './rate-rule.ts';
import type { WebsiteSecret } from './website-secret.ts';

export interface ImageEdgeProps {
  readonly config: ServiceConfig;
  readonly environment: Environment;
  readonly derivatives: IBucket;
  readonly secret: WebsiteSecret;
  readonly accessLogs: IBucket;
}

/** CloudFront in front of the website of the derivatives, with one behaviour. */
export class ImageEdge extends Construct {
  readonly distribution: Distribution;
  /** The host of the image URLs. */
  readonly host: string;
  /** Absent where redirects are not counted. */
  readonly redirects: EdgeRedirects | undefined;

  constructor(scope: Construct, id: string, props: ImageEdgeProps) {
    super(scope, id);
    const { config, environment, derivatives, secret, accessLogs } = props;
    const { domain, priceClass = '100', rateRule, stage } = environment;
    this.redirects = config.countEdgeRedirects ? new EdgeRedirects(this, 'Redirects', { config, stage }) : undefined;
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Images, ${stage}`,
      defaultBehavior: {
        origin: new S3StaticWebsiteOrigin(derivatives, { customHeaders: { Referer: secret.sent } }),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: this.cachePolicy(),
        responseHeadersPolicy: this.responseHeaders(),
        // Images are compressed already.
        compress: false,
        ...(this.redirects && {
          functionAssociations: [{ eventType: FunctionEventType.VIEWER_RESPONSE, function: this.redirects.function }],
        }),
      },
      errorResponses: errorTtls(config.cache).map(({ status, seconds }) => ({
        httpStatus: status,
        ttl: Duration.seconds(seconds),
      })),
      priceClass: PriceClass[`PRICE_CLASS_${priceClass.toUpperCase() as Uppercase<typeof priceClass>}`],
      httpVersion: HttpVersion.HTTP2_AND_3,
      publishAdditionalMetrics: true,
      logBucket: accessLogs,
      logFilePrefix: 'cloudfront/',
      ...(domain && {
        domainNames: [domain.name],
        // With its own certificate CloudFront allows TLS 1.0, whatever is set here.
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      }),
      ...(rateRule && { webAclId: new RateRule(this, 'RateRule', rateRule).arn }),
    });
    this.host = domain?.name ?? this.distribution.distributionDomainName;
  }

  private cachePolicy(): CachePolicy {
    return new CachePolicy(this, 'CachePolicy', {
      comment: 'Caches by path, as long as Cache-Control says',
      minTtl: Duration.seconds(edgeTtlSeconds.minimum),
      defaultTtl: Duration.seconds(edgeTtlSeconds.default),
      maxTtl: Duration.seconds(edgeTtlSeconds.maximum),
      headerBehavior: CacheHeaderBehavior.none(),
      cookieBehavior: CacheCookieBehavior.none(),
      queryStringBehavior: CacheQueryStringBehavior.none(),
    });
  }

  private responseHeaders(): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'ResponseHeaders', {
      comment: 'CORS for every page, and nosniff',
      securityHeadersBehavior: { contentTypeOptions: { override: true } },
      corsBehavior: {
        accessControlAllowOrigins: ['*'],
        accessControlAllowMethods: ['GET', 'HEAD'],
        accessControlAllowHeaders: ['*'],
        accessControlAllowCredentials: false,
        originOverride: true,
      },
      removeHeaders: [...metadataHeaders],
    });
  }
}
