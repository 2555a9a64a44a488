/** The cases that are measured: an original and a preset each. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import sharp from 'sharp';
import { config } from '../src/config.ts';
import { caseName, type MixEntry, mix } from './mix.ts';
import { makePhotos } from './photos/make-photos.ts';
import { type PhotoName, photoFile } from './photos/photo-set.ts';

export interface BenchCase extends MixEntry {
  readonly file: string;
  readonly originalKey: string;
  readonly bytesIn: number;
  /** Of all frames. */
  readonly pixels: number;
}

/**
 * Originals at the limits of the config, of the kinds that cost most. AVIF takes the most memory, of 10 bits with
 * transparency, and the most time, of 8 bits, of which more pixels are accepted. WebP has no partial decoding, and a
 * progressive JPEG is held until its last scan. A memory size that fails on one of them breaks a promise.
 */
const atLimits: readonly (MixEntry & { readonly photo: PhotoName })[] = [
  { photo: 'avif-25mp', preset: '400x400', weight: 0 },
  { photo: 'webp-50mp', preset: '1920x', weight: 0 },
  { photo: 'avif-18mp-wide', preset: '400x400', weight: 0 },
  { photo: 'jpeg-50mp-cmyk', preset: '1920x', weight: 0 },
];

export function limitCases(): Promise<BenchCase[]> {
  return casesOfSet(atLimits);
}

/** Makes the photographs that are missing. */
export async function casesOfSet(entries: readonly MixEntry[]): Promise<BenchCase[]> {
  const names = entries.map(({ photo }) => photo as PhotoName);
  await makePhotos(names);
  return Promise.all(entries.map((entry) => benchCase(entry, photoFile(entry.photo as PhotoName))));
}

/** The entries of the mix whose name contains the text of `--only`; without one, those of the given names. */
export function chooseFromMix(only: string | undefined, otherwise: readonly string[]): readonly MixEntry[] {
  const chosen = mix.filter((one) => (only ? caseName(one).includes(only) : otherwise.includes(caseName(one))));
  if (chosen.length > 0) return chosen;
  throw new Error(`--only is ${only}: expected a part of one of ${mix.map(caseName).join(', ')}`);
}

export async function benchCase(entry: MixEntry, file: string): Promise<BenchCase> {
  const { width, height, pages = 1, pageHeight = height } = await sharp(file, { limitInputPixels: false }).metadata();
  return {
    ...entry,
    file,
    originalKey: basename(file),
    bytesIn: statSync(file).size,
    pixels: width * pageHeight * pages,
  };
}

/** The objective names a case. Where that case is not measured, all of them are held against it. */
export function objectiveFor(cases: readonly MixEntry[]) {
  const { benchCase: name, p95Milliseconds } = config.objectives.cold;
  return { benchCase: cases.some((one) => caseName(one) === name) ? name : undefined, p95Milliseconds };
}
