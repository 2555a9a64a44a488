import type { ServiceConfig } from '../src/config.ts';
import type { PresetChanges } from './preset-definitions.ts';

/** Names of the stack's resources, for commands that can be pasted. */
export interface StackIds {
  readonly derivativesBucket: string;
  readonly distributionId: string;
}

/** Stands in for the names before the first deploy. */
export const placeholderIds: StackIds = {
  derivativesBucket: '<DerivativesBucket>',
  distributionId: '<DistributionId>',
};

/**
 * Returns warnings for changed presets: images that exist already stay as they are. CloudFormation shows only the
 * routing rules, so `make diff` prints these with the commands to run after the deploy.
 */
export function presetWarnings(
  { changed, added, removed }: PresetChanges,
  { derivativesBucket, distributionId }: StackIds,
  { derivativeLifetimeDays }: ServiceConfig['cache'],
): readonly string[] {
  const invalidate = (names: readonly string[]) =>
    `  aws cloudfront create-invalidation --distribution-id ${distributionId} --paths ${names.map((name) => `'/${name}/*'`).join(' ')}`;
  const remove = (names: readonly string[]) =>
    names.map((name) => `  aws s3 rm --recursive --only-show-errors s3://${derivativesBucket}/${name}/`);
  const until = `served until they expire, up to ${derivativeLifetimeDays} days`;
  return [
    ...warning(
      changed.map(({ name, differences }) => `  ${name}: ${differences.join(', ')}`),
      'These presets have changed, but existing derivatives are',
      `${until}. Give them new names, or after the deploy run:`,
      [...remove(changed.map(({ name }) => name)), invalidate(changed.map(({ name }) => name))],
    ),
    ...warning(
      added.map((name) => `  ${name}`),
      'These presets are new, and CloudFront caches earlier 404s for minutes.',
      'After the deploy run:',
      [invalidate(added)],
    ),
    ...warning(
      removed.map((name) => `  ${name}`),
      'These presets were removed: existing derivatives are',
      `${until}. To remove them, after the deploy run:`,
      [...remove(removed), invalidate(removed)],
    ),
  ];
}

function warning(names: readonly string[], what: string, then: string, commands: readonly string[]): string[] {
  return names.length === 0 ? [] : [[`${what} ${then}`, ...names, ...commands].join('\n')];
}
