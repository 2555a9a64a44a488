import { type Effect, emulated, type SupportTable, without } from '../template/check-support.ts';

const label = without('a name or remark for people; nothing reads it');
const tls = without('the local chain speaks plain http and leaves TLS out');
const wire = without('connections on loopback have neither versions of HTTP to choose from nor edge locations');

const behaviour = (path: string): Readonly<Record<string, Effect>> => ({
  [`${path}.TargetOriginId`]: emulated,
  [`${path}.ViewerProtocolPolicy`]: emulated,
  [`${path}.AllowedMethods.*`]: emulated,
  [`${path}.CachedMethods.*`]: emulated,
  [`${path}.Compress`]: emulated,
  [`${path}.CachePolicyId`]: emulated,
  [`${path}.OriginRequestPolicyId`]: emulated,
  [`${path}.ResponseHeadersPolicyId`]: emulated,
  [`${path}.FunctionAssociations.*.EventType`]: emulated,
  [`${path}.FunctionAssociations.*.FunctionARN`]: emulated,
});

const chosen = (path: string, behaviourName: string, list: string): Readonly<Record<string, Effect>> => ({
  [`${path}.${behaviourName}`]: emulated,
  [`${path}.${list}.*`]: emulated,
});

const keyParameters = 'CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin';
const cors = 'ResponseHeadersPolicyConfig.CorsConfig';
const security = 'ResponseHeadersPolicyConfig.SecurityHeadersConfig';

/**
 * Legacy settings (ForwardedValues, TTLs in a behaviour), S3 REST origins, Lambda@Edge, key value stores, signed URLs
 * and everything else that is not here is refused by name.
 */
export const cloudFrontProperties: SupportTable = {
  'AWS::CloudFront::Distribution': {
    properties: {
      'DistributionConfig.Enabled': emulated,
      'DistributionConfig.DefaultRootObject': emulated,
      'DistributionConfig.Origins.*.Id': emulated,
      'DistributionConfig.Origins.*.DomainName': emulated,
      'DistributionConfig.Origins.*.OriginPath': emulated,
      'DistributionConfig.Origins.*.ConnectionAttempts': emulated,
      'DistributionConfig.Origins.*.ConnectionTimeout': without('loopback connects at once or never'),
      'DistributionConfig.Origins.*.OriginCustomHeaders.*.HeaderName': emulated,
      'DistributionConfig.Origins.*.OriginCustomHeaders.*.HeaderValue': emulated,
      'DistributionConfig.Origins.*.CustomOriginConfig.OriginProtocolPolicy': emulated,
      'DistributionConfig.Origins.*.CustomOriginConfig.HTTPPort': emulated,
      'DistributionConfig.Origins.*.CustomOriginConfig.HTTPSPort': emulated,
      'DistributionConfig.Origins.*.CustomOriginConfig.OriginReadTimeout': emulated,
      'DistributionConfig.Origins.*.CustomOriginConfig.OriginKeepaliveTimeout': wire,
      'DistributionConfig.Origins.*.CustomOriginConfig.OriginSSLProtocols.**': tls,
      'DistributionConfig.Origins.*.CustomOriginConfig.IpAddressType': wire,
      'DistributionConfig.Origins.*.OriginShield.**': without(
        'one edge location stands for all, so nothing is behind it',
      ),
      'DistributionConfig.OriginGroups.Quantity': emulated,
      'DistributionConfig.OriginGroups.Items.*.Id': emulated,
      'DistributionConfig.OriginGroups.Items.*.FailoverCriteria.StatusCodes.Quantity': emulated,
      'DistributionConfig.OriginGroups.Items.*.FailoverCriteria.StatusCodes.Items.*': emulated,
      'DistributionConfig.OriginGroups.Items.*.Members.Quantity': emulated,
      'DistributionConfig.OriginGroups.Items.*.Members.Items.*.OriginId': emulated,
      ...behaviour('DistributionConfig.DefaultCacheBehavior'),
      'DistributionConfig.CacheBehaviors.*.PathPattern': emulated,
      ...behaviour('DistributionConfig.CacheBehaviors.*'),
      'DistributionConfig.CustomErrorResponses.*.ErrorCode': emulated,
      'DistributionConfig.CustomErrorResponses.*.ErrorCachingMinTTL': emulated,
      'DistributionConfig.CustomErrorResponses.*.ResponseCode': emulated,
      'DistributionConfig.CustomErrorResponses.*.ResponsePagePath': emulated,
      'DistributionConfig.Aliases.*': without('the edge has one address here, whatever names point to it'),
      'DistributionConfig.ViewerCertificate.**': tls,
      'DistributionConfig.HttpVersion': wire,
      'DistributionConfig.IPV6Enabled': wire,
      'DistributionConfig.PriceClass': wire,
      'DistributionConfig.Restrictions.GeoRestriction.**': without('viewers on loopback are in no country'),
      'DistributionConfig.Logging.**': without('the edge gives its access records to the console instead of a bucket'),
      'DistributionConfig.WebACLId': without('web ACLs are not emulated: requests that WAF would block pass'),
      'DistributionConfig.Comment': label,
      'Tags.**': label,
    },
  },
  'AWS::CloudFront::CachePolicy': {
    properties: {
      'CachePolicyConfig.Name': label,
      'CachePolicyConfig.Comment': label,
      'CachePolicyConfig.MinTTL': emulated,
      'CachePolicyConfig.DefaultTTL': emulated,
      'CachePolicyConfig.MaxTTL': emulated,
      [`${keyParameters}.EnableAcceptEncodingGzip`]: emulated,
      [`${keyParameters}.EnableAcceptEncodingBrotli`]: emulated,
      ...chosen(`${keyParameters}.HeadersConfig`, 'HeaderBehavior', 'Headers'),
      ...chosen(`${keyParameters}.CookiesConfig`, 'CookieBehavior', 'Cookies'),
      ...chosen(`${keyParameters}.QueryStringsConfig`, 'QueryStringBehavior', 'QueryStrings'),
    },
  },
  'AWS::CloudFront::OriginRequestPolicy': {
    properties: {
      'OriginRequestPolicyConfig.Name': label,
      'OriginRequestPolicyConfig.Comment': label,
      ...chosen('OriginRequestPolicyConfig.HeadersConfig', 'HeaderBehavior', 'Headers'),
      ...chosen('OriginRequestPolicyConfig.CookiesConfig', 'CookieBehavior', 'Cookies'),
      ...chosen('OriginRequestPolicyConfig.QueryStringsConfig', 'QueryStringBehavior', 'QueryStrings'),
    },
  },
  'AWS::CloudFront::ResponseHeadersPolicy': {
    properties: {
      'ResponseHeadersPolicyConfig.Name': label,
      'ResponseHeadersPolicyConfig.Comment': label,
      'ResponseHeadersPolicyConfig.RemoveHeadersConfig.Items.*.Header': emulated,
      'ResponseHeadersPolicyConfig.CustomHeadersConfig.Items.*.Header': emulated,
      'ResponseHeadersPolicyConfig.CustomHeadersConfig.Items.*.Value': emulated,
      'ResponseHeadersPolicyConfig.CustomHeadersConfig.Items.*.Override': emulated,
      [`${cors}.AccessControlAllowCredentials`]: emulated,
      [`${cors}.AccessControlAllowHeaders.Items.*`]: emulated,
      [`${cors}.AccessControlAllowMethods.Items.*`]: emulated,
      [`${cors}.AccessControlAllowOrigins.Items.*`]: emulated,
      [`${cors}.AccessControlExposeHeaders.Items.*`]: emulated,
      [`${cors}.AccessControlMaxAgeSec`]: emulated,
      [`${cors}.OriginOverride`]: emulated,
      [`${security}.ContentSecurityPolicy.ContentSecurityPolicy`]: emulated,
      [`${security}.FrameOptions.FrameOption`]: emulated,
      [`${security}.ReferrerPolicy.ReferrerPolicy`]: emulated,
      [`${security}.StrictTransportSecurity.AccessControlMaxAgeSec`]: emulated,
      [`${security}.StrictTransportSecurity.IncludeSubdomains`]: emulated,
      [`${security}.StrictTransportSecurity.Preload`]: emulated,
      [`${security}.XSSProtection.Protection`]: emulated,
      [`${security}.XSSProtection.ModeBlock`]: emulated,
      [`${security}.XSSProtection.ReportUri`]: emulated,
      [`${security}.*.Override`]: emulated,
    },
  },
  'AWS::CloudFront::Function': {
    properties: {
      Name: emulated,
      AutoPublish: emulated,
      FunctionCode: emulated,
      'FunctionConfig.Runtime': emulated,
      'FunctionConfig.Comment': label,
      'Tags.**': label,
    },
  },
};
