import { Properties } from '../template/properties.ts';
import type { ResolvedTemplate } from '../template/template.ts';
import { listAll, type Store } from './store.ts';

export interface LifecycleOptions {
  readonly rules: ReadonlyMap<string, readonly ExpiryRule[]>;
  readonly store: Store;
  readonly clock: { now(): number };
  readonly onExpired?: (bucket: string, keys: readonly string[]) => void;
}

/** S3 looks once a day and removes what has expired some time later; here that is whenever it is asked to. */
export async function removeExpired({ rules, store, clock, onExpired }: LifecycleOptions): Promise<number> {
  let removed = 0;
  for (const [bucket, bucketRules] of rules) {
    const now = clock.now();
    const expired = (await listAll(store, bucket)).filter(
      (object) => (expiryOf(bucketRules, object) ?? now + 1) <= now,
    );
    for (const { key } of expired) await store.delete(bucket, key);
    if (expired.length > 0)
      onExpired?.(
        bucket,
        expired.map(({ key }) => key),
      );
    removed += expired.length;
  }
  return removed;
}

export interface ExpiryRule {
  /** Empty: every object. */
  readonly prefix: string;
  readonly days: number;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** The enabled rules of each bucket that let current objects expire, by the bucket's name. */
export function readExpiryRules({ resources }: ResolvedTemplate): ReadonlyMap<string, readonly ExpiryRule[]> {
  return new Map(
    resources
      .filter(({ type }) => type === 'AWS::S3::Bucket')
      .map((bucket): [string, readonly ExpiryRule[]] => {
        const rules = Properties.of(bucket).child('LifecycleConfiguration')?.children('Rules') ?? [];
        const expiring = rules.filter(
          (rule) => rule.oneOf('Status', ['Enabled', 'Disabled']) === 'Enabled' && rule.has('ExpirationInDays'),
        );
        return [
          bucket.ref,
          expiring.map((rule) => ({ prefix: rule.text('Prefix', ''), days: rule.number('ExpirationInDays') })),
        ];
      })
      .filter(([, rules]) => rules.length > 0),
  );
}

/**
 * When an object expires: so many days after it was made, rounded up to the next midnight UTC ("Lifecycle configuration
 * elements"). `undefined` where no rule covers it.
 */
export function expiryOf(
  rules: readonly ExpiryRule[],
  { key, lastModified }: { readonly key: string; readonly lastModified: number },
): number | undefined {
  const moments = rules
    .filter(({ prefix }) => key.startsWith(prefix))
    .map(({ days }) => Math.ceil((lastModified + days * dayMilliseconds) / dayMilliseconds) * dayMilliseconds);
  return moments.length === 0 ? undefined : Math.min(...moments);
}
