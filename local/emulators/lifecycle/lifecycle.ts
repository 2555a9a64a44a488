import type { S3Client } from '../../s3-client.ts';
import { type ExpiryRule, expiryOf } from './expiry.ts';

export interface LifecycleOptions {
  readonly rules: ReadonlyMap<string, readonly ExpiryRule[]>;
  readonly s3: S3Client;
  readonly clock: { now(): number };
  readonly onExpired?: (bucket: string, keys: readonly string[]) => void;
}

/** S3 looks once a day and removes what has expired some time later; here that is whenever it is asked to. */
export async function removeExpired({ rules, s3, clock, onExpired }: LifecycleOptions): Promise<number> {
  let removed = 0;
  for (const [bucket, bucketRules] of rules) {
    const now = clock.now();
    const expired = (await s3.list(bucket)).filter((object) => (expiryOf(bucketRules, object) ?? now + 1) <= now);
    for (const { key } of expired) await s3.send('DELETE', bucket, key);
    if (expired.length > 0)
      onExpired?.(
        bucket,
        expired.map(({ key }) => key),
      );
    removed += expired.length;
  }
  return removed;
}
