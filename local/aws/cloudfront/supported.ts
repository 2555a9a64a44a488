import { type Effect, emulated, label, type SupportTable, without } from '../template/check-support.ts';

const tls = without('the local chain speaks plain http and leaves TLS out');
const wire = without('loopback has one version of HTTP and no distances');

const behaviour = (path: string): Readonly<Record<string, Effect>> => ({
  [`${path}.TargetOriginId`]: emulated,
  [`${path}.ViewerProtocolPolicy`]: tls,
  [`${path}.AllowedMethods.*`]: emulated,
  [`${path}.CachedMethods.*`]: emulated,
  [`${path}.Compress`]: emulated,
  [`${path}.CachePolicyId`]: emulated,
  [`${path}.OriginRequestPolicyId`]: emulated,
  [`${path}.ResponseHeadersPolicyId`]: emulated,
  [`${path}.FunctionAssociations.*.EventType`]: emulated,
  [`${path}.FunctionAssociations.*.FunctionARN`]: emulated,
});

const keyParameters = 'CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin';
const cors = 'ResponseHeadersPolicyConfig.CorsConfig';

/**
 * Everything that is not listed is refused by name, such as legacy settings (ForwardedValues, TTLs in a behaviour), S3 REST
 * origins, origin request policies of the template, compression, cookies, Lambda@Edge, key value stores and signed URLs.
 */
export const supportedProperties: SupportTable = {
  'AWS::CloudFront::Distribution': {
    properties: {
      'DistributionConfig.Enabled': emulated,
      'DistributionConfig.Origins.*.Id': emulated,
      'DistributionConfig.Origins.*.DomainName': emulated,
      'DistributionConfig.Origins.*.OriginPath': emulated,
      'DistributionConfig.Origins.*.ConnectionAttempts': emulated,
      'DistributionConfig.Origins.*.ConnectionTimeout': without('loopback connects at once or fails'),
      'DistributionConfig.Origins.*.OriginCustomHeaders.*.HeaderName': emulated,
      'DistributionConfig.Origins.*.OriginCustomHeaders.*.HeaderValue': emulated,
      'DistributionConfig.Origins.*.CustomOriginConfig.OriginProtocolPolicy': emulated,
      'DistributionConfig.Origins.*.CustomOriginConfig.HTTPPort': emulated,
      'DistributionConfig.Origins.*.CustomOriginConfig.HTTPSPort': emulated,
      'DistributionConfig.Origins.*.CustomOriginConfig.OriginReadTimeout': emulated,
      'DistributionConfig.Origins.*.CustomOriginConfig.OriginKeepaliveTimeout': wire,
      'DistributionConfig.Origins.*.CustomOriginConfig.OriginSSLProtocols.**': tls,
      'DistributionConfig.Origins.*.CustomOriginConfig.IpAddressType': wire,
      'DistributionConfig.Origins.*.OriginShield.Enabled': emulated,
      'DistributionConfig.Origins.*.OriginShield.OriginShieldRegion': wire,
      'DistributionConfig.OriginGroups.Quantity': emulated,
      'DistributionConfig.OriginGroups.Items.*.Id': emulated,
      'DistributionConfig.OriginGroups.Items.*.FailoverCriteria.StatusCodes.Quantity': emulated,
      'DistributionConfig.OriginGroups.Items.*.FailoverCriteria.StatusCodes.Items.*': emulated,
      'DistributionConfig.OriginGroups.Items.*.Members.Quantity': emulated,
      'DistributionConfig.OriginGroups.Items.*.Members.Items.*.OriginId': emulated,
      ...behaviour('DistributionConfig.DefaultCacheBehavior'),
      'DistributionConfig.CacheBehaviors.*.PathPattern': emulated,
      ...behaviour('DistributionConfig.CacheBehaviors.*'),
      'DistributionConfig.CacheTagConfig.HeaderName': emulated,
      'DistributionConfig.CustomErrorResponses.*.ErrorCode': emulated,
      'DistributionConfig.CustomErrorResponses.*.ErrorCachingMinTTL': emulated,
      'DistributionConfig.CustomErrorResponses.*.ResponseCode': emulated,
      'DistributionConfig.CustomErrorResponses.*.ResponsePagePath': emulated,
      'DistributionConfig.Aliases.*': without('the edge has one address, whatever names point to it'),
      'DistributionConfig.ViewerCertificate.**': tls,
      'DistributionConfig.HttpVersion': wire,
      'DistributionConfig.IPV6Enabled': wire,
      'DistributionConfig.PriceClass': wire,
      'DistributionConfig.Restrictions.GeoRestriction.**': without('viewers on loopback are in no country'),
      'DistributionConfig.Logging.**': without('access records are chain events instead of objects in a bucket'),
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
      [`${keyParameters}.HeadersConfig.HeaderBehavior`]: emulated,
      [`${keyParameters}.HeadersConfig.Headers.*`]: emulated,
      [`${keyParameters}.CookiesConfig.CookieBehavior`]: emulated,
      [`${keyParameters}.QueryStringsConfig.QueryStringBehavior`]: emulated,
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
      [`${cors}.OriginOverride`]: emulated,
      'ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentTypeOptions.Override': emulated,
      'ResponseHeadersPolicyConfig.SecurityHeadersConfig.StrictTransportSecurity.AccessControlMaxAgeSec': emulated,
      'ResponseHeadersPolicyConfig.SecurityHeadersConfig.StrictTransportSecurity.Override': emulated,
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
