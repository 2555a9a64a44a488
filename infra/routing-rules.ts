import type { ServiceConfig } from '../src/config.ts';
import { allowedPresets, maxRoutingRules } from '../src/core/presets.ts';

/** One redirect of the website: a missing derivative of this preset sends the viewer to the API. */
export interface PresetRoutingRule {
  readonly keyPrefix: string;
  readonly replaceKeyPrefixWith: string;
}

/** The path of the API's one route. S3 keeps the `?` and `=` of the replacement as they stand. */
export const resizePath = 'resize';

/**
 * One rule per preset, so that S3 itself ends the request for a size that is not listed: it has no rule, stays a plain
 * 404 and costs no compute.
 */
export function routingRulesFrom(presets: ServiceConfig['presets']): readonly PresetRoutingRule[] {
  const names = [...allowedPresets(presets).keys()];
  if (names.length > maxRoutingRules) {
    throw new Error(
      `${names.length} presets, formats included, need ${names.length} routing rules, but S3 allows ${maxRoutingRules} ` +
        `in one website: take ${names.length - maxRoutingRules} away from config.presets or from their formats`,
    );
  }
  return names.map((name) => ({ keyPrefix: `${name}/`, replaceKeyPrefixWith: `${resizePath}?key=${name}/` }));
}
