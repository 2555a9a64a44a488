import type { ServiceConfig } from '../config.ts';
import { urlOf } from '../url.ts';
import type { AllowedPreset } from './presets.ts';

/** In the derivatives bucket: what the purge keeps there. The bucket's policy denies it to CloudFront. */
export const purgePrefix = '_purge/';

/** CloudFront takes so many items of invalidations in progress ("Quotas on invalidations"). */
export const maxItems = 3_000;

/** Above so many keys one wildcard replaces their paths. It empties every edge, and is charged as one path. */
const maxKeysByPath = 500;

export interface InvalidationPlan {
  /** Each is a tag, `#o-…`, or a path, and charged. */
  readonly items: readonly string[];
  /** What is not invalidated, since the day's limit is reached. */
  readonly heldBack: { readonly keys: readonly string[]; readonly items: number };
}

/** Plans the invalidation of all derivatives of the originals, with at most `affordable` items. */
export function planInvalidation(
  keys: readonly string[],
  affordable: number,
  by: ServiceConfig['purge']['invalidateBy'],
  { allowed, tagOf }: { allowed: ReadonlyMap<string, AllowedPreset>; tagOf(key: string): string },
): InvalidationPlan {
  const itemsOf = (key: string) =>
    by === 'tags' ? [`#${tagOf(key)}`] : [...allowed.keys()].map((name) => urlOf('', name, key));
  const perKey = by === 'tags' ? 1 : allowed.size;
  const all = by === 'paths' && (keys.length > maxKeysByPath || keys.length * perKey > maxItems);
  if (all && affordable >= 1) return { items: ['/*'], heldBack: { keys: [], items: 0 } };
  const count = Math.max(0, Math.floor(affordable / perKey));
  const held = keys.slice(count);
  return {
    items: keys.slice(0, count).flatMap(itemsOf),
    heldBack: { keys: held, items: held.length * perKey },
  };
}
