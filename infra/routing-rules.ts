import type { ServiceConfig } from '../src/config.ts';
import { allowedPresets, maxRoutingRules } from '../src/core/presets.ts';

/** One redirect rule of the website, for missing derivatives of one preset. */
export interface PresetRoutingRule {
  readonly keyPrefix: string;
  readonly replaceKeyPrefixWith: string;
}

/** The path of the API's only route. S3 keeps `?` and `=` of the replacement unchanged. */
export const resizePath = 'resize';

/** Returns one rule for each preset. A size that is not listed has no rule: it stays a 404 of S3 and costs no compute. */
export function routingRulesFrom(presets: ServiceConfig['presets']): readonly PresetRoutingRule[] {
  const names = [...allowedPresets(presets).keys()];
  if (names.length > maxRoutingRules) {
    throw new Error(
      `${names.length} presets, formats included, need ${names.length} routing rules, but S3 allows ${maxRoutingRules} ` +
        `for one website: remove ${names.length - maxRoutingRules} from config.presets or from their formats`,
    );
  }
  return names.map((name) => ({ keyPrefix: `${name}/`, replaceKeyPrefixWith: `${resizePath}?key=${name}/` }));
}
