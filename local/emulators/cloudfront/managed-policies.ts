import type { Resource } from '../../properties.ts';

/**
 * Policies that AWS keeps, by id, in the shape that a template would give them (CloudFront developer guide, "Use
 * managed cache policies" and its two sisters). An id that is neither here nor in the template is refused.
 */
export function managedPolicy(id: string): Resource | undefined {
  const properties = managed[id];
  return properties && { logicalId: `managed policy ${id}`, type: 'AWS::CloudFront managed policy', properties };
}

const nothing = {
  HeadersConfig: { HeaderBehavior: 'none' },
  CookiesConfig: { CookieBehavior: 'none' },
  QueryStringsConfig: { QueryStringBehavior: 'none' },
};
const everything = { CookiesConfig: { CookieBehavior: 'all' }, QueryStringsConfig: { QueryStringBehavior: 'all' } };
const headers = (HeaderBehavior: string, ...Headers: string[]) => ({ HeadersConfig: { HeaderBehavior, Headers } });

const caching = (MinTTL: number, DefaultTTL: number, MaxTTL: number, compressed: boolean) => ({
  CachePolicyConfig: {
    MinTTL,
    DefaultTTL,
    MaxTTL,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: compressed,
      EnableAcceptEncodingBrotli: compressed,
      ...nothing,
    },
  },
});
const forwarding = (config: object) => ({ OriginRequestPolicyConfig: { ...nothing, ...config } });
const answering = (ResponseHeadersPolicyConfig: object) => ({ ResponseHeadersPolicyConfig });

const simpleCors = {
  CorsConfig: {
    AccessControlAllowCredentials: false,
    AccessControlAllowHeaders: { Items: ['*'] },
    AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
    AccessControlAllowOrigins: { Items: ['*'] },
    OriginOverride: false,
  },
};
const securityHeaders = {
  SecurityHeadersConfig: {
    ContentTypeOptions: { Override: true },
    FrameOptions: { FrameOption: 'SAMEORIGIN', Override: false },
    ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: false },
    StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: false },
    XSSProtection: { Protection: true, ModeBlock: true, Override: false },
  },
};

const managed: Readonly<Record<string, object>> = {
  // CachingDisabled, CachingOptimized, CachingOptimizedForUncompressedObjects
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': caching(0, 0, 0, false),
  '658327ea-f89d-4fab-a63d-7e88639e58f6': caching(1, 86_400, 31_536_000, true),
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': caching(1, 86_400, 31_536_000, false),
  // AllViewer, AllViewerExceptHostHeader, CORS-CustomOrigin, HostHeaderOnly, UserAgentRefererHeaders
  '216adef6-5c7f-47e4-b989-5492eafa07d3': forwarding({ ...everything, ...headers('allViewer') }),
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': forwarding({ ...everything, ...headers('allExcept', 'Host') }),
  '59781a5b-3903-41f3-afcb-af62929ccde1': forwarding(headers('whitelist', 'Origin')),
  'bf0718e1-ba1e-49d1-88b1-f726733018ae': forwarding(headers('whitelist', 'Host')),
  'acba4595-bd28-49b8-b9fe-13317c0390fa': forwarding(headers('whitelist', 'User-Agent', 'Referer')),
  // SimpleCORS, SecurityHeadersPolicy, CORS-and-SecurityHeadersPolicy
  '60669652-455b-4ae9-85a4-c4c02393f86c': answering(simpleCors),
  '67f7725c-6f97-4210-82d7-5512b31e9d03': answering(securityHeaders),
  'e61eb60c-9c35-4d20-a928-2b84e02af89c': answering({ ...simpleCors, ...securityHeaders }),
};
