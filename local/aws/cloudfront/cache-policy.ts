import { Properties } from '../template/properties.ts';
import type { Resource } from '../template/template.ts';

/** How long a behaviour caches, and what tells one object from another beside its path. */
export interface CachePolicy {
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  /** Lower-case names, in the key and forwarded. */
  readonly headers: readonly string[];
  readonly cookies: ChosenValues;
  readonly queryStrings: ChosenValues;
  readonly gzip: boolean;
  readonly brotli: boolean;
}

const day = 86_400;
const year = 31_536_000;

export function readCachePolicy(resource: Resource): CachePolicy {
  const config = Properties.of(resource).child('CachePolicyConfig');
  if (!config) throw Properties.of(resource).refusal('CachePolicyConfig', 'a policy');
  const parameters = config.child('ParametersInCacheKeyAndForwardedToOrigin');
  const minTtl = config.number('MinTTL', 0);
  // A day where DefaultTTL is left out: forgetting it means caching (API reference, CachePolicyConfig).
  const defaultTtl = config.number('DefaultTTL', Math.max(day, minTtl));
  const maxTtl = config.number('MaxTTL', Math.max(year, defaultTtl));
  if (minTtl > defaultTtl || defaultTtl > maxTtl) {
    throw config.refusal('DefaultTTL', `a value from MinTTL ${minTtl} to MaxTTL ${maxTtl}`);
  }
  return {
    minTtl,
    defaultTtl,
    maxTtl,
    headers: readKeyHeaders(parameters?.child('HeadersConfig')),
    cookies: readChosen(parameters?.child('CookiesConfig'), 'CookieBehavior', 'Cookies'),
    queryStrings: readChosen(parameters?.child('QueryStringsConfig'), 'QueryStringBehavior', 'QueryStrings'),
    gzip: parameters?.flag('EnableAcceptEncodingGzip', false) ?? false,
    brotli: parameters?.flag('EnableAcceptEncodingBrotli', false) ?? false,
  };
}

function readKeyHeaders(config: Properties | undefined): readonly string[] {
  if (!config || config.oneOf('HeaderBehavior', ['none', 'whitelist']) === 'none') return [];
  return readHeaderNames(config);
}

/** The names of a header list. CloudFront's own headers say where a viewer is and on what: nothing here knows that. */
export function readHeaderNames(config: Properties): readonly string[] {
  const names = config.texts('Headers').map((name) => name.toLowerCase());
  if (names.some((name) => name.startsWith('cloudfront-'))) {
    throw config.refusal('Headers', 'headers of the viewer: the CloudFront-* headers are not emulated');
  }
  return names;
}

/** What the origin gets on top of what is in the cache key. */
export interface OriginRequestPolicy {
  /** Asked with lower-case names. */
  readonly headers: ChosenValues;
  readonly cookies: ChosenValues;
  readonly queryStrings: ChosenValues;
}

export function readOriginRequestPolicy(resource: Resource): OriginRequestPolicy {
  const config = Properties.of(resource).child('OriginRequestPolicyConfig');
  if (!config) throw Properties.of(resource).refusal('OriginRequestPolicyConfig', 'a policy');
  return {
    headers: readHeaders(config.child('HeadersConfig')),
    cookies: readChosen(config.child('CookiesConfig'), 'CookieBehavior', 'Cookies'),
    queryStrings: readChosen(config.child('QueryStringsConfig'), 'QueryStringBehavior', 'QueryStrings'),
  };
}

function readHeaders(config: Properties | undefined): ChosenValues {
  if (!config) return noValues;
  const behaviour = config.oneOf('HeaderBehavior', ['none', 'whitelist', 'allViewer', 'allExcept']);
  const names = new Set(readHeaderNames(config));
  if (behaviour === 'none') return noValues;
  if (behaviour === 'whitelist') return { any: true, has: (name) => names.has(name) };
  return { any: true, has: (name) => !names.has(name) };
}

/** Which headers, cookies or query parameters a policy takes: a question to each name. */
export interface ChosenValues {
  readonly any: boolean;
  has(name: string): boolean;
}

const noValues: ChosenValues = { any: false, has: () => false };
const allValues: ChosenValues = { any: true, has: () => true };

export const nothingExtra: OriginRequestPolicy = { headers: noValues, cookies: noValues, queryStrings: noValues };

/** Reads a `CookiesConfig` or `QueryStringsConfig`; names in them are case-sensitive. */
function readChosen(config: Properties | undefined, behaviour: string, list: string): ChosenValues {
  if (!config) return noValues;
  const names = new Set(config.texts(list));
  const choices: Readonly<Record<string, ChosenValues>> = {
    none: noValues,
    all: allValues,
    whitelist: { any: true, has: (name) => names.has(name) },
    allExcept: { any: true, has: (name) => !names.has(name) },
  };
  return choices[config.oneOf(behaviour, ['none', 'all', 'whitelist', 'allExcept'])] ?? noValues;
}

/** The chosen parameters of a raw query, in the order and with the letters that the viewer sent: both matter. */
export function chooseQuery(query: string, chosen: ChosenValues): string {
  if (query === '' || !chosen.any) return '';
  return query
    .split('&')
    .filter((part) => chosen.has(part.split('=', 1)[0] ?? ''))
    .join('&');
}

/** The chosen cookies of a `Cookie` header. */
export function chooseCookies(header: string | undefined, chosen: ChosenValues): string {
  if (header === undefined || !chosen.any) return '';
  return header
    .split(/;\s*/)
    .filter((cookie) => chosen.has(cookie.split('=', 1)[0] ?? ''))
    .join('; ');
}

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
