import type { Preset, ServiceConfig } from '../src/config.ts';
import { allowedPresets } from '../src/core/presets.ts';

/** What decides the pixels of derivatives. It travels in the template's metadata, so that a diff can compare it. */
export type PresetDefinitions = Pick<ServiceConfig, 'presets' | 'codecs'>;

export const definitionsKey = 'ResizeOnMiss';

export function definitionsFrom({ presets, codecs }: ServiceConfig): PresetDefinitions {
  return { presets, codecs };
}

export interface PresetChanges {
  /** Same name, other pixels: old derivatives go on being served until they expire. */
  readonly changed: readonly PresetChange[];
  /** CloudFront may still hold the 404s of before. */
  readonly added: readonly string[];
  /** Nothing new is made, but the derivatives that exist are served until they expire. */
  readonly removed: readonly string[];
}

export interface PresetChange {
  readonly name: string;
  /** Each difference in words: `fit: "cover" -> "inside"`. */
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

type Flat = Readonly<Record<string, string>>;

/** Everything about one preset that a pixel depends on, by its name with the format. */
function flatDefinitions({ presets, codecs }: PresetDefinitions): ReadonlyMap<string, Flat> {
  return new Map(
    [...allowedPresets(presets).values()].map(({ name, preset, format }) => [
      name,
      flat({ ...pixelsOf(preset), codecs: format ? { [format]: codecs[format] } : codecs }),
    ]),
  );
}

/** The list of formats makes presets, it changes none. */
function pixelsOf({ formats: _, ...pixels }: Preset): object {
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
