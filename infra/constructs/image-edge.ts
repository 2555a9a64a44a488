import { Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  type CfnDistribution,
  Distribution,
  HttpVersion,
  type IOrigin,
  OriginProtocolPolicy,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3StaticWebsiteOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { ServiceConfig } from '../../src/config.ts';
import { cacheTagHeader, metadataHeaders } from '../../src/core/derivative-metadata.ts';
import { originHeader } from '../../src/core/origin-header.ts';
import { crossOriginHeaders } from '../../src/core/reply.ts';
import { edgeTtlSeconds, errorTtls, resizeTtlSeconds } from '../edge-cache.ts';
import { type Environment, region } from '../environments.ts';
import { resizePath } from '../routing-rules.ts';
import { EdgeFunctions } from './edge-functions.ts';
import type { OriginSecret } from './origin-secret.ts';

export interface ImageEdgeProps {
  readonly config: ServiceConfig;
  readonly environment: Environment;
  readonly derivatives: IBucket;
  readonly secret: OriginSecret;
  /** Set where the API is on the host of the images. */
  readonly api?: { readonly host: string; readonly secret: OriginSecret };
  readonly accessLogs: IBucket;
}

type Seconds = Readonly<Record<'minimum' | 'default' | 'maximum', number>>;

/** CloudFront in front of the website of the derivatives and, under its own path, of the API. */
export class ImageEdge extends Construct {
  readonly distribution: Distribution;
  /** The host of the image URLs. */
  readonly host: string;
  readonly functions: EdgeFunctions;

  constructor(scope: Construct, id: string, props: ImageEdgeProps) {
    super(scope, id);
    const { config, environment, derivatives, secret, api, accessLogs } = props;
    const { domain, originShield, priceClass = '100', rateRule, stage } = environment;
    this.functions = new EdgeFunctions(this, 'Functions', { config, environment });
    const website = new S3StaticWebsiteOrigin(derivatives, {
      customHeaders: { Referer: secret.sent },
      // In the region of the origin ("Choosing the AWS Region for Origin Shield"). /resize has none: its answers are not cached.
      ...(originShield && { originShieldRegion: region }),
    });
    const shared = {
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
      // CloudFront answers http itself: a 403 would count as the website's refusal, and crawlers come by http.
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: this.responseHeaders(),
      // Images are compressed already.
      compress: false,
      functionAssociations: this.functions.associations,
    };
    const comment = 'Caches by path, as long as Cache-Control says';
    const imagePolicy = this.cachePolicy('CachePolicy', comment, edgeTtlSeconds, CacheQueryStringBehavior.none());
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Images, ${stage}`,
      defaultBehavior: { ...shared, origin: website, cachePolicy: imagePolicy },
      ...(api && { additionalBehaviors: { [`/${resizePath}`]: { ...shared, ...this.resizeBehaviour(api, config) } } }),
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
    // For invalidations by tag (`src/purge.ts`).
    (this.distribution.node.defaultChild as CfnDistribution).addPropertyOverride('DistributionConfig.CacheTagConfig', {
      HeaderName: cacheTagHeader,
    });
    this.host = domain?.name ?? this.distribution.distributionDomainName;
  }

  /**
   * The query reaches the API as part of the cache key. Host must not: API Gateway would look for an API of that name. No
   * header of the viewer does, so none can be too long for an HTTP API, which takes 10,240 bytes.
   */
  private resizeBehaviour(
    { host, secret }: NonNullable<ImageEdgeProps['api']>,
    { limits }: ServiceConfig,
  ): Pick<BehaviorOptions, 'origin' | 'cachePolicy'> {
    const origin: IOrigin = new HttpOrigin(host, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      // Longer than the API takes: a request that CloudFront gives up is sent again.
      readTimeout: Duration.seconds(limits.apiSeconds + 1),
      customHeaders: { [originHeader]: secret.sent },
    });
    const comment = 'Caches by path and query, only where Cache-Control asks for it';
    const query = CacheQueryStringBehavior.all();
    return { origin, cachePolicy: this.cachePolicy('ResizeCachePolicy', comment, resizeTtlSeconds, query) };
  }

  private cachePolicy(id: string, comment: string, ttl: Seconds, query: CacheQueryStringBehavior): CachePolicy {
    return new CachePolicy(this, id, {
      comment,
      minTtl: Duration.seconds(ttl.minimum),
      defaultTtl: Duration.seconds(ttl.default),
      maxTtl: Duration.seconds(ttl.maximum),
      headerBehavior: CacheHeaderBehavior.none(),
      cookieBehavior: CacheCookieBehavior.none(),
      queryStringBehavior: query,
    });
  }

  /**
   * For errors, on which CloudFront runs no viewer-response function. Its own Access-Control-Allow-Origin is only on answers to
   * requests with `Origin`.
   */
  private responseHeaders(): ResponseHeadersPolicy {
    const { 'Access-Control-Allow-Origin': _, ...others } = crossOriginHeaders;
    return new ResponseHeadersPolicy(this, 'ResponseHeaders', {
      comment: 'CORS for every page, nosniff, and HSTS',
      securityHeadersBehavior: {
        contentTypeOptions: { override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
      },
      corsBehavior: {
        accessControlAllowOrigins: ['*'],
        accessControlAllowMethods: ['GET', 'HEAD'],
        accessControlAllowHeaders: ['*'],
        accessControlAllowCredentials: false,
        originOverride: true,
      },
      customHeadersBehavior: {
        customHeaders: Object.entries(others).map(([header, value]) => ({ header, value, override: true })),
      },
      removeHeaders: [...metadataHeaders],
    });
  }
}

interface RateRuleProps {
  readonly requestsPerFiveMinutes: number;
}

/** Blocks an IP address that sends too many requests to CloudFront. The API has its own throttle. */
class RateRule extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { requestsPerFiveMinutes }: RateRuleProps) {
    super(scope, id);
    const visible = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName,
      sampledRequestsEnabled: true,
    });
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible('Requests'),
      rules: [
        {
          name: 'too-often',
          priority: 0,
          action: { block: {} },
          statement: {
            rateBasedStatement: { limit: requestsPerFiveMinutes, evaluationWindowSec: 300, aggregateKeyType: 'IP' },
          },
          visibilityConfig: visible('TooOften'),
        },
      ],
    });
    this.arn = acl.attrArn;
  }
}
