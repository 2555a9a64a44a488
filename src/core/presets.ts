import type { AskedFormat, Preset, ServiceConfig } from '../config.ts';

/** One row of the allow-list: a preset under the name it has in a URL, with or without a format. */
export interface AllowedPreset {
  /** The first segment of the URL: `200x200` or `200x200.webp`. */
  readonly name: string;
  readonly preset: Preset;
  /** Absent: the derivative has the original's format. */
  readonly format?: AskedFormat;
}

/** A name that could be a preset's, listed or not: `200x200`, `800x`, each with an optional format. */
const presetName = /^[1-9]\d{0,3}x(?:[1-9]\d{0,3})?(?:\.[a-z]{3,4})?$/;

/** S3's own limit on the routing rules of a website: "limited to 50" (error text of PutBucketWebsite). */
export const maxRoutingRules = 50;

export function looksLikePreset(segment: string): boolean {
  return presetName.test(segment);
}

/** Every name that may be asked for, in the order of the config: the allow-list of the Lambda and of the routing rules. */
export function allowedPresets(presets: ServiceConfig['presets']): ReadonlyMap<string, AllowedPreset> {
  const rows = Object.entries(presets).flatMap(([size, preset]): AllowedPreset[] => [
    { name: size, preset },
    ...preset.formats.map((format) => ({ name: `${size}.${format}`, preset, format })),
  ]);
  return new Map(rows.map((row) => [row.name, row]));
}

/** What the edge makes of a preset's name by the types that a client names in `Accept`. */
export interface Negotiated {
  readonly avif: string;
  /** Absent where the preset has no WebP. */
  readonly webp?: string;
}

/** By the names without a suffix: a suffix is never replaced. */
export function negotiatedPresets(presets: ServiceConfig['presets']): Readonly<Record<string, Negotiated>> {
  return Object.fromEntries(
    Object.entries(presets)
      .filter(([, { formats, negotiate = true }]) => negotiate && formats.includes('auto'))
      .map(([name, { formats }]) => [
        name,
        { avif: `${name}.auto`, ...(formats.includes('webp') && { webp: `${name}.webp` }) },
      ]),
  );
}
