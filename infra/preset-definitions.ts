import type { Preset, ServiceConfig } from '../src/config.ts';
import { allowedPresets, negotiatedPresets } from '../src/core/presets.ts';

/** What the pixels of derivatives depend on. It is in the template's metadata, so that a diff can compare it. */
export type PresetDefinitions = Pick<ServiceConfig, 'presets' | 'codecs'>;

export const definitionsKey = 'ResizeOnMiss';

export function definitionsFrom({ presets, codecs }: ServiceConfig): PresetDefinitions {
  return { presets, codecs };
}

/** One string: CloudFormation's own linters accept no fraction in a template's metadata. */
export function definitionsText(definitions: PresetDefinitions): string {
  return JSON.stringify(definitions);
}

/** Returns the presets of a template; `undefined` when its metadata has none. */
export function definitionsOf(template: unknown): PresetDefinitions | undefined {
  const text = (template as { Metadata?: Readonly<Record<string, string>> } | undefined)?.Metadata?.[definitionsKey];
  return text === undefined ? undefined : JSON.parse(text);
}

interface PresetChanges {
  /** Same name, other pixels: existing derivatives are served until they expire. */
  readonly changed: readonly PresetChange[];
  /** CloudFront may still have cached 404s for them. */
  readonly added: readonly string[];
  /** Existing derivatives are served until they expire; no new ones are generated. */
  readonly removed: readonly string[];
}

export interface PresetChange {
  readonly name: string;
  /** Such as `fit: "cover" -> "inside"`. */
  readonly differences: readonly string[];
}

export function comparePresets(before: PresetDefinitions, after: PresetDefinitions): PresetChanges {
  const old = flatDefinitions(before);
  const now = flatDefinitions(after);
  return {
    changed: [...now].flatMap(([name, definition]) => {
      const differences = differencesBetween(old.get(name) ?? definition, definition);
      return differences.length > 0 ? [{ name, differences }] : [];
    }),
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
  };
}

/**
 * Names that lose their routing rule while the deployed edge still sends viewers of the preset to them: those would get a
 * cached 404. CloudFormation updates the website before the edge, so the edge has to change in a deploy of its own.
 */
export function removedTooEarly(before: PresetDefinitions, after: PresetDefinitions): readonly string[] {
  const now = allowedPresets(after.presets);
  return Object.entries(negotiatedPresets(before.presets))
    .filter(([bare]) => now.has(bare))
    .flatMap(([bare, names]) =>
      Object.values(names)
        .filter((name) => !now.has(name))
        .map((name) => `${name}: viewers of ${bare} are still led to it. Deploy it with "negotiate: false" first`),
    );
}

type Flat = Readonly<Record<string, string>>;

/** All settings that the pixels of one preset depend on, by its name with the format. */
function flatDefinitions({ presets, codecs }: PresetDefinitions): ReadonlyMap<string, Flat> {
  return new Map(
    [...allowedPresets(presets).values()].map(({ name, preset, format }) => [
      name,
      flat({ ...pixelsOf(preset), codecs: format && format !== 'auto' ? { [format]: codecs[format] } : codecs }),
    ]),
  );
}

/** The list of formats adds presets and changes none; what the edge makes of a name changes no preset either. */
function pixelsOf({ formats: _, negotiate: __, ...pixels }: Preset): object {
  return pixels;
}

function flat(value: object, prefix = ''): Flat {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, string][] =>
      typeof inner === 'object' && inner !== null
        ? Object.entries(flat(inner, `${prefix}${key}.`))
        : [[`${prefix}${key}`, JSON.stringify(inner)]],
    ),
  );
}

function differencesBetween(before: Flat, after: Flat): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .filter((key) => before[key] !== after[key])
    .map((key) => `${key}: ${before[key] ?? 'absent'} -> ${after[key] ?? 'absent'}`);
}

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
