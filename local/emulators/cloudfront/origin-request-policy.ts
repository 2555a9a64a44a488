import { Properties, type Resource } from '../../properties.ts';
import { readHeaderNames } from './cache-policy.ts';
import { type ChosenValues, noValues, readChosen } from './chosen-values.ts';

/** What the origin gets on top of what is in the cache key. */
export interface OriginRequestPolicy {
  /** Asked with lower-case names. */
  readonly headers: ChosenValues;
  readonly cookies: ChosenValues;
  readonly queryStrings: ChosenValues;
}

export const nothingExtra: OriginRequestPolicy = { headers: noValues, cookies: noValues, queryStrings: noValues };

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
