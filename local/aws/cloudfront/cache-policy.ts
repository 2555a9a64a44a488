import { Properties } from '../template/properties.ts';
import type { Resource } from '../template/template.ts';

/** How long a behaviour caches, and what is in the cache key beside the path. */
export interface CachePolicy {
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  /** Lower-case names of the headers that are in the key and are forwarded. */
  readonly headers: readonly string[];
  /** Whether the whole query string is in the key and is forwarded. */
  readonly query: boolean;
}

const day = 86_400;
const year = 31_536_000;

export function readCachePolicy(resource: Resource): CachePolicy {
  const config = Properties.of(resource).child('CachePolicyConfig');
  if (!config) throw Properties.of(resource).refusal('CachePolicyConfig', 'a policy');
  const minTtl = config.number('MinTTL', 0);
  // Without DefaultTTL answers are cached for a day (API reference, CachePolicyConfig).
  const defaultTtl = config.number('DefaultTTL', Math.max(day, minTtl));
  const maxTtl = config.number('MaxTTL', Math.max(year, defaultTtl));
  if (minTtl > defaultTtl || defaultTtl > maxTtl) {
    throw config.refusal('DefaultTTL', `a value from MinTTL ${minTtl} to MaxTTL ${maxTtl}`);
  }
  return { minTtl, defaultTtl, maxTtl, ...readKey(config.child('ParametersInCacheKeyAndForwardedToOrigin')) };
}

function readKey(parameters: Properties | undefined): Pick<CachePolicy, 'headers' | 'query'> {
  for (const name of ['EnableAcceptEncodingGzip', 'EnableAcceptEncodingBrotli']) {
    if (parameters?.flag(name, false)) throw parameters.refusal(name, 'false: compression is not emulated');
  }
  // Cookies are not emulated.
  parameters?.child('CookiesConfig')?.oneOf('CookieBehavior', ['none']);
  const query = parameters?.child('QueryStringsConfig')?.oneOf('QueryStringBehavior', ['none', 'all']);
  return { headers: readKeyHeaders(parameters?.child('HeadersConfig')), query: query === 'all' };
}

function readKeyHeaders(config: Properties | undefined): readonly string[] {
  if (!config || config.oneOf('HeaderBehavior', ['none', 'whitelist']) === 'none') return [];
  const names = config.texts('Headers').map((name) => name.toLowerCase());
  if (names.some((name) => name.startsWith('cloudfront-'))) {
    throw config.refusal('Headers', 'headers of the viewer: the CloudFront-* headers are not emulated');
  }
  return names;
}

/** What the origin gets beside the parts of the cache key. */
export interface OriginRequestPolicy {
  /** Asked with lower-case names. */
  forwards(header: string): boolean;
  readonly query: boolean;
  readonly cookies: boolean;
}

export const noOriginRequestPolicy: OriginRequestPolicy = { forwards: () => false, query: false, cookies: false };

/** AllViewer and AllViewerExceptHostHeader ("Use managed origin request policies"). All others are refused. */
export const managedOriginRequestPolicies: Readonly<Record<string, OriginRequestPolicy>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': { forwards: () => true, query: true, cookies: true },
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': { forwards: (header) => header !== 'host', query: true, cookies: true },
};
