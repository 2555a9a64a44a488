/** Which originals are measured, from where. */
import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import sharp from 'sharp';
import { config } from '../../src/config.ts';
import { caseName, type MixEntry, mix } from '../mix.ts';
import { existingPhotoFile, type PhotoName } from '../photos/photo-set.ts';

export interface BenchCase extends MixEntry {
  readonly file: string;
  readonly originalKey: string;
  readonly bytesIn: number;
  /** Of all frames. */
  readonly pixels: number;
}

/**
 * Originals as large as the config lets them be, of the kinds that cost most: AVIF takes the most memory, WebP cannot be
 * decoded in part, a progressive JPEG is held until its last scan. A size that cannot serve them breaks a promise.
 */
const extremes: readonly { readonly photo: PhotoName; readonly preset: string }[] = [
  { photo: 'avif-25mp', preset: '400x400' },
  { photo: 'webp-50mp', preset: '1920x' },
  { photo: 'jpeg-50mp-progressive', preset: '400x400' },
];

export function extremeCases(): Promise<BenchCase[]> {
  return Promise.all(extremes.map((one) => benchCase({ ...one, weight: 0 }, existingPhotoFile(one.photo))));
}

export function casesOfSet(entries: readonly MixEntry[]): Promise<BenchCase[]> {
  return Promise.all(entries.map((entry) => benchCase(entry, existingPhotoFile(entry.photo as PhotoName))));
}

const imageExtensions = ['.jpg', '.jpeg', '.png', '.webp', '.avif', '.gif'];

export function imageFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`--photos is ${folder}: expected a folder with images`);
  }
  const files = readdirSync(folder).filter((name) => imageExtensions.includes(extname(name).toLowerCase()));
  if (files.length === 0) throw new Error(`${folder} has no images: expected ${imageExtensions.join(', ')}`);
  return files.sort();
}

/** One's own images: as the given mix says, or each in the presets of ours, two for each image. */
export function casesOfFolder(folder: string, entries: readonly MixEntry[] | undefined): Promise<BenchCase[]> {
  const own = entries ?? ownMix(sampleBySize(folder, imageFiles(folder)));
  return Promise.all(own.map((entry) => benchCase(entry, join(folder, entry.photo))));
}

const mostImages = 12;

/** At most a dozen, from the smallest to the largest file in even steps. */
function sampleBySize(folder: string, files: readonly string[]): string[] {
  const bySize = [...files].sort((a, b) => statSync(join(folder, a)).size - statSync(join(folder, b)).size);
  if (bySize.length <= mostImages) return bySize;
  return Array.from({ length: mostImages }, (_, index) =>
    bySize.slice(Math.round((index * (bySize.length - 1)) / (mostImages - 1))).slice(0, 1),
  ).flat();
}

/** The presets of the mix are dealt out in turn, with the weight that each has there. */
function ownMix(files: readonly string[]): MixEntry[] {
  const weights = new Map<string, number>();
  for (const { preset, weight } of mix) weights.set(preset, (weights.get(preset) ?? 0) + weight);
  const presets = [...weights];
  return files.flatMap((photo, index) =>
    [0, 1].flatMap((turn) => {
      const [preset, weight] = presets[(2 * index + turn) % presets.length] ?? [];
      return preset && weight ? [{ photo, preset, weight }] : [];
    }),
  );
}

async function benchCase(entry: MixEntry, file: string): Promise<BenchCase> {
  const { width, height, pages = 1, pageHeight = height } = await readHeader(file);
  return {
    ...entry,
    file,
    originalKey: basename(file),
    bytesIn: statSync(file).size,
    pixels: width * pageHeight * pages,
  };
}

async function readHeader(file: string) {
  try {
    return await sharp(file, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new Error(`${file} cannot be read: expected an image`, { cause });
  }
}

/** The objective speaks of a case by name. Where that one is not measured, it is held against all of them. */
export function objectiveFor(cases: readonly BenchCase[]) {
  const { benchCase: name, p95Milliseconds } = config.objectives.cold;
  return { benchCase: cases.some((one) => caseName(one) === name) ? name : undefined, p95Milliseconds };
}
