import { emulated, label, type SupportTable, without } from '../template/check-support.ts';
import { Properties } from '../template/properties.ts';
import type { ResolvedTemplate } from '../template/template.ts';
import { listAll, type Store } from './store.ts';

export interface ExpiryRule {
  /** Empty: every object. */
  readonly prefix: string;
  readonly days: number;
}

export interface LifecycleOptions {
  /** By the bucket's name. */
  readonly rules: ReadonlyMap<string, readonly ExpiryRule[]>;
  readonly store: Store;
  readonly clock: { now(): number };
  readonly onExpired?: (bucket: string, keys: readonly string[]) => void;
}

/** Reads the enabled rules of each bucket that expire current objects. */
export function readExpiryRules({ ofType }: ResolvedTemplate): LifecycleOptions['rules'] {
  const rulesOf = (bucket: Properties) =>
    (bucket.child('LifecycleConfiguration')?.children('Rules') ?? [])
      .filter((rule) => rule.oneOf('Status', ['Enabled', 'Disabled']) === 'Enabled' && rule.has('ExpirationInDays'))
      .map((rule) => ({ prefix: rule.text('Prefix', ''), days: rule.number('ExpirationInDays') }));
  return new Map(
    ofType('AWS::S3::Bucket')
      .map((bucket) => [bucket.ref, rulesOf(Properties.of(bucket))] as const)
      .filter(([, rules]) => rules.length > 0),
  );
}

/** Removes what has expired by now. S3 looks once a day and removes the objects some time later. */
export async function removeExpired({ rules, store, clock, onExpired }: LifecycleOptions): Promise<number> {
  let removed = 0;
  for (const [bucket, bucketRules] of rules) {
    const now = clock.now();
    const expired = (await listAll(store, bucket)).filter(
      (object) => (expiryOf(bucketRules, object) ?? now + 1) <= now,
    );
    const keys = expired.map(({ key }) => key);
    for (const key of keys) await store.delete(bucket, key, { reason: 'Lifecycle Expiration' });
    if (keys.length > 0) onExpired?.(bucket, keys);
    removed += keys.length;
  }
  return removed;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * When an object expires: the days of its rule after its creation, rounded up to the next midnight UTC ("Lifecycle
 * configuration elements"). `undefined` if no rule covers it.
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

const oldVersions = 'old versions are kept as long as the folder of the store';

/** Buckets without their websites, and the policies of roles. */
export const supportedProperties: SupportTable = {
  'AWS::S3::Bucket': {
    properties: {
      BucketName: emulated,
      'LifecycleConfiguration.Rules.*.ExpirationInDays': emulated,
      'LifecycleConfiguration.Rules.*.Prefix': emulated,
      'LifecycleConfiguration.Rules.*.Status': emulated,
      'LifecycleConfiguration.Rules.*.Id': label,
      'LifecycleConfiguration.Rules.*.AbortIncompleteMultipartUpload.**': without(
        'there are no multipart uploads here',
      ),
      'LifecycleConfiguration.Rules.*.NoncurrentVersionExpiration.**': without(oldVersions),
      'LifecycleConfiguration.Rules.*.ExpiredObjectDeleteMarker': without(oldVersions),
      'VersioningConfiguration.Status': emulated,
      'BucketEncryption.**': without('says how the disk stores the bytes'),
      'LoggingConfiguration.**': without('access logs of S3 come hours later'),
      'NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled': emulated,
      'OwnershipControls.**': without('there are no ACLs here'),
      'PublicAccessBlockConfiguration.BlockPublicAcls': without('there are no ACLs here'),
      'PublicAccessBlockConfiguration.IgnorePublicAcls': without('there are no ACLs here'),
      'PublicAccessBlockConfiguration.BlockPublicPolicy': emulated,
      'PublicAccessBlockConfiguration.RestrictPublicBuckets': emulated,
      'Tags.**': label,
    },
  },
  'AWS::IAM::Role': {
    properties: {
      RoleName: emulated,
      'Policies.**': emulated,
      'ManagedPolicyArns.*': emulated,
      'AssumeRolePolicyDocument.**': without('a function always gets the role that it names'),
      Description: label,
      'Tags.**': label,
    },
  },
  'AWS::IAM::Policy': {
    properties: { PolicyName: label, 'PolicyDocument.**': emulated, 'Roles.*': emulated },
  },
};
