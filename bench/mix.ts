/** What first viewers ask for. Assumed, since every service has its own traffic: `--mix FILE` takes yours in this shape. */
import { readFileSync } from 'node:fs';
import type { PhotoName } from './photos/photo-set.ts';

export interface MixEntry {
  /** A photograph of the set, or a path below the folder of `--photos`. */
  readonly photo: string;
  readonly preset: string;
  /** Its share of the resizes, in proportion to the other weights. */
  readonly weight: number;
}

/** Mostly from phones and cameras, some images from web pages; modern formats for most browsers. */
export const mix = [
  { photo: 'jpeg-12mp', preset: '400x400', weight: 14 },
  { photo: 'jpeg-12mp', preset: '400x400.webp', weight: 8 },
  { photo: 'jpeg-12mp', preset: '1280x', weight: 6 },
  { photo: 'jpeg-12mp', preset: '1280x.avif', weight: 12 },
  { photo: 'jpeg-2mp', preset: '200x200', weight: 14 },
  { photo: 'jpeg-2mp', preset: '200x200.avif', weight: 14 },
  { photo: 'jpeg-2mp', preset: '640x.webp', weight: 10 },
  { photo: 'jpeg-24mp', preset: '1920x.avif', weight: 5 },
  { photo: 'jpeg-12mp-progressive', preset: '640x', weight: 5 },
  { photo: 'png-2mp-alpha', preset: '640x.webp', weight: 6 },
  { photo: 'webp-2mp', preset: '320x', weight: 4 },
  { photo: 'avif-2mp', preset: '200x200.avif', weight: 1 },
  { photo: 'gif-animated', preset: '320x', weight: 1 },
] as const satisfies readonly (MixEntry & { readonly photo: PhotoName })[];

/** `config.objectives.cold.benchCase` names a case like this. */
export function caseName({ photo, preset }: Pick<MixEntry, 'photo' | 'preset'>): string {
  return `${photo} ${preset}`;
}

interface Known {
  readonly photos: readonly string[];
  readonly presets: readonly string[];
}

export function readMix(file: string, known: Known): MixEntry[] {
  let entries: unknown;
  try {
    entries = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`--mix is ${file}: expected a JSON file that can be read`, { cause });
  }
  return checkMix(entries, known);
}

/** The error lists everything that is wrong. */
export function checkMix(entries: unknown, known: Known): MixEntry[] {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new Error('The mix cannot be used: expected a list of { "photo", "preset", "weight" }');
  }
  const faults: string[] = [];
  const names = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const { photo, preset, weight } = Object(entry) as Record<string, unknown>;
    const fault = (field: string, given: unknown, expected: string) =>
      faults.push(`entry ${index + 1} has the ${field} ${JSON.stringify(given)}, expected ${expected}`);
    if (!known.photos.includes(String(photo))) fault('photo', photo, `one of ${known.photos.join(', ')}`);
    if (!known.presets.includes(String(preset))) fault('preset', preset, `one of ${known.presets.join(', ')}`);
    if (typeof weight !== 'number' || !(weight > 0)) fault('weight', weight, 'a number above 0');
    const name = `${photo} ${preset}`;
    if (names.has(name)) faults.push(`entry ${index + 1} is ${name} again, expected each once`);
    names.add(name);
  }
  if (faults.length > 0) throw new Error(`The mix cannot be used: ${faults.join('; ')}`);
  return entries as MixEntry[];
}
