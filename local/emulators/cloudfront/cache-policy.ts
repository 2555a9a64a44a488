import { Properties, type Resource } from '../../properties.ts';
import { type ChosenValues, readChosen } from './chosen-values.ts';

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
