import { testPrefix } from '../constructs/originals.ts';
import { type Environment, region } from '../environments.ts';
import { judge } from './check-account.ts';
import type { LifecycleRule, Notifications, OriginalsFacts, Problem } from './facts.ts';

type Existing = NonNullable<Environment['existingOriginals']>;

const oldVersionsDays = 30;

/** Where the settings are written that the bucket should have: its own, and those that it lacks. */
export interface ProposedFiles {
  readonly lifecycle: string;
  readonly notifications: string;
}

/** Checks an existing bucket. Each problem names the command, or the line, that solves it. */
export function checkOriginals(
  facts: OriginalsFacts,
  { existingOriginals: existing, purge }: { existingOriginals: Existing; purge?: boolean | undefined },
  files: ProposedFiles,
): readonly Problem[] {
  const { bucketName, derivativesBucket } = facts;
  if (bucketName === derivativesBucket) {
    return [
      stop(
        `existingOriginals.bucketName is ${bucketName}, the derivatives bucket of this stack, whose objects expire: set it to the ` +
          'bucket of the uploads in infra/environments.ts',
      ),
    ];
  }
  if (!facts.region.known) {
    return [
      stop(`The bucket ${bucketName} cannot be reached (${facts.region.reason}): check existingOriginals.bucketName`),
    ];
  }
  return [
    ...checkRegion(facts.region.value, existing),
    ...judge(facts.versioned, 's3:GetBucketVersioning', (versioned) =>
      versioned ? [] : [versioningProblem(bucketName)],
    ),
    ...judge(facts.encryptionKeyArn, 's3:GetEncryptionConfiguration', (key) => checkKey(key, existing)),
    ...judge(facts.lifecycle, 's3:GetLifecycleConfiguration', (rules) => {
      const missing = missingRules(rules);
      return missing.length === 0 ? [] : [lifecycleProblem(bucketName, missing, files.lifecycle)];
    }),
    ...(existing.region !== undefined && existing.region !== region
      ? []
      : judge(facts.notifications, 's3:GetBucketNotification', (notifications) =>
          checkEvents(notifications, purge, bucketName, files.notifications),
        )),
  ];
}

function checkRegion(found: string, { bucketName, region: stated = region }: Existing): Problem[] {
  if (found === stated) return [];
  return [
    stop(
      `The bucket ${bucketName} is in ${found}, not in ${stated}: set existingOriginals.region to '${found}' in infra/environments.ts`,
    ),
  ];
}

function versioningProblem(bucketName: string): Problem {
  return stop(
    `The bucket ${bucketName} has no versioning, so an overwritten upload is lost: run "aws s3api put-bucket-versioning ` +
      `--bucket ${bucketName} --versioning-configuration Status=Enabled"`,
  );
}

/** Without events the purge does nothing; with events, and without the purge, old images stay for no reason. */
function checkEvents(
  { EventBridgeConfiguration: events }: Notifications,
  purge: boolean | undefined,
  bucketName: string,
  file: string,
): Problem[] {
  if (events && purge === undefined) {
    const line = `The bucket ${bucketName} sends its events, and replaced and deleted images stay visible all the same: set purge to true in infra/environments.ts`;
    return [{ severity: 'note', line }];
  }
  if (events || purge === false) return [];
  const line =
    `The bucket ${bucketName} does not send its events to EventBridge, so replaced and deleted images stay visible: check ` +
    `${file}, which has its own notifications and these, then run "aws s3api put-bucket-notification-configuration ` +
    `--bucket ${bucketName} --notification-configuration file://${file}" and set purge to true in infra/environments.ts`;
  return [{ severity: purge ? 'stop' : 'note', line }];
}

function checkKey(keyArn: string | undefined, { bucketName, encryptionKeyArn }: Existing): Problem[] {
  if (keyArn === encryptionKeyArn) return [];
  const set = keyArn
    ? `set existingOriginals.encryptionKeyArn to '${keyArn}'`
    : 'remove existingOriginals.encryptionKeyArn';
  return [
    stop(
      `The bucket ${bucketName} encrypts with ${keyArn ?? "S3's own key"}, but the Lambda may decrypt with ` +
        `${encryptionKeyArn ?? 'none'}: ${set} in infra/environments.ts`,
    ),
  ];
}

function lifecycleProblem(bucketName: string, missing: readonly LifecycleRule[], file: string): Problem {
  const names = missing.map(({ ID }) => ID).join(' and ');
  return stop(
    `The bucket ${bucketName} lacks the lifecycle rules ${names}: check ${file}, which has its own rules and these, then run ` +
      `"aws s3api put-bucket-lifecycle-configuration --bucket ${bucketName} --lifecycle-configuration file://${file}"`,
  );
}

/** Returns the rules of ours to which the bucket has no equivalent. */
export function missingRules(rules: readonly LifecycleRule[]): readonly LifecycleRule[] {
  const active = rules.filter(({ Status }) => Status === 'Enabled');
  const forgetsTests = active.some(
    (rule) => prefixOf(rule) === testPrefix && rule.Expiration?.Days === 1 && noncurrentDays(rule) === 1,
  );
  const forgetsDeleted = active.some((rule) => prefixOf(rule) === '' && noncurrentDays(rule) <= oldVersionsDays);
  return [...(forgetsTests ? [] : [testRule]), ...(forgetsDeleted ? [] : [deletedRule])];
}

/** Returns all rules. S3 requires unique IDs, and the prefix of every rule in the same notation. */
export function withRules(theirs: readonly LifecycleRule[], ours: readonly LifecycleRule[]): readonly LifecycleRule[] {
  const kept = theirs.filter(({ ID }) => !ours.some((rule) => rule.ID === ID));
  const rewritten = kept.map(({ Prefix, ...rule }) => (Prefix === undefined ? rule : { ...rule, Filter: { Prefix } }));
  return [...rewritten, ...ours];
}

const testRule: LifecycleRule = {
  ID: 'forget-test-images',
  Status: 'Enabled',
  Filter: { Prefix: testPrefix },
  Expiration: { Days: 1 },
  NoncurrentVersionExpiration: { NoncurrentDays: 1 },
};

const deletedRule: LifecycleRule = {
  ID: 'forget-what-was-deleted',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  Expiration: { ExpiredObjectDeleteMarker: true },
  NoncurrentVersionExpiration: { NoncurrentDays: oldVersionsDays },
};

/** Returns `undefined` for a rule that selects objects by tag or size. */
function prefixOf({ Filter = {}, Prefix }: LifecycleRule): string | undefined {
  const { Prefix: prefix, ...others } = Filter;
  if (Object.values(others).some((condition) => condition !== undefined)) return undefined;
  return prefix ?? Prefix ?? '';
}

function noncurrentDays({ NoncurrentVersionExpiration: expiration }: LifecycleRule): number {
  if (expiration?.NewerNoncurrentVersions) return Number.POSITIVE_INFINITY;
  return expiration?.NoncurrentDays ?? Number.POSITIVE_INFINITY;
}

function stop(line: string): Problem {
  return { severity: 'stop', line };
}
