import type { ServiceConfig } from '../src/config.ts';
import type { PresetChanges } from './preset-definitions.ts';

/** Where derivatives are, for commands that can be pasted. */
export interface Whereabouts {
  readonly derivativesBucket: string;
  readonly distributionId: string;
}

/** Before the first deploy nobody knows the names. */
export const unknownWhereabouts: Whereabouts = {
  derivativesBucket: '<DerivativesBucket>',
  distributionId: '<DistributionId>',
};

/**
 * What a changed list of presets means for images that were seen before. CloudFormation sees nothing wrong in it, so
 * `make diff` says it, with the commands to run after the deploy.
 */
export function presetWarnings(
  { changed, added, removed }: PresetChanges,
  { derivativesBucket, distributionId }: Whereabouts,
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
      'These presets mean other images now, but derivatives made before are',
      `${until}. Give them new names, or after the deploy run:`,
      [...remove(changed.map(({ name }) => name)), invalidate(changed.map(({ name }) => name))],
    ),
    ...warning(
      added.map((name) => `  ${name}`),
      'These presets are new, and CloudFront keeps the 404s of before for minutes.',
      'After the deploy run:',
      [invalidate(added)],
    ),
    ...warning(
      removed.map((name) => `  ${name}`),
      'These presets are gone: nothing new is made of them, but derivatives that exist are',
      `${until}. To end that, after the deploy run:`,
      [...remove(removed), invalidate(removed)],
    ),
  ];
}

function warning(names: readonly string[], what: string, then: string, commands: readonly string[]): string[] {
  return names.length === 0 ? [] : [[`${what} ${then}`, ...names, ...commands].join('\n')];
}
