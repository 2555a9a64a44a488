/** Cases from a folder of one's own images (`--photos`). */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { headBytes, requireImageType } from '../src/core/image-type.ts';
import { type BenchCase, benchCase } from './cases.ts';
import { type MixEntry, mix } from './mix.ts';
import type { Progress } from './progress.ts';
import { callInFreshProcess, type Lambda } from './run/call-lambda.ts';
import { WorkerError } from './run/worker.ts';

export interface OwnPhotos {
  /** Paths below the folder, in order. */
  readonly files: readonly string[];
  readonly skipped: readonly Skipped[];
}

interface Skipped {
  readonly file: string;
  readonly reason: string;
}

/** Finds the images of a folder and of its sub-folders, by their first bytes, as the service does. */
export function findPhotos(folder: string): OwnPhotos {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`--photos is ${folder}: expected a folder with images`);
  }
  const files: string[] = [];
  const skipped: Skipped[] = [];
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    try {
      if (statSync(join(folder, file)).isDirectory()) continue;
      requireImageType(readHead(join(folder, file)));
      files.push(file);
    } catch (error) {
      skipped.push({ file, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  if (files.length === 0) {
    reportSkipped(skipped);
    throw new Error(`--photos is ${folder}: expected at least one image that the service accepts`);
  }
  return { files, skipped };
}

const mostListed = 20;

function reportSkipped(skipped: readonly Skipped[]): void {
  for (const { file, reason } of skipped.slice(0, mostListed)) console.error(`skipped ${file}: ${reason}`);
  if (skipped.length > mostListed) console.error(`skipped ${skipped.length - mostListed} more`);
}

function readHead(path: string): Uint8Array {
  const descriptor = openSync(path, 'r');
  try {
    const head = Buffer.alloc(headBytes);
    return head.subarray(0, readSync(descriptor, head, 0, headBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The cases of a mix; without one, a sample of the files, each in two presets of the default mix. Prints what is skipped.
 */
export async function casesOfFolder(
  folder: string,
  { files, skipped }: OwnPhotos = findPhotos(folder),
  entries: readonly MixEntry[] = ownMix(sampleBySize(folder, files)),
): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  const unreadable: Skipped[] = [];
  for (const entry of entries) {
    try {
      const one = await benchCase(entry, join(folder, entry.photo));
      // Two sub-folders may each have an image of one name.
      cases.push({ ...one, originalKey: entry.photo.replaceAll(/[^\w.-]/g, '-') });
    } catch (error) {
      unreadable.push({ file: entry.photo, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  reportSkipped([...skipped, ...unreadable]);
  return cases;
}

/** Calls the Lambda once for each of the user's images, and leaves out those that it refuses. */
export async function acceptedCases(
  lambda: Lambda,
  cases: readonly BenchCase[],
  progress: Progress,
): Promise<BenchCase[]> {
  const accepted: BenchCase[] = [];
  const skipped: Skipped[] = [];
  for (const one of cases) {
    progress.step(`does the service accept ${one.photo}?`, 0);
    try {
      await callInFreshProcess(lambda, one, { warmUp: 0, runs: 1 });
      accepted.push(one);
    } catch (error) {
      if (!(error instanceof WorkerError)) throw error;
      const reason = error.answer?.message ?? `the process was ended${error.signal ? ` by ${error.signal}` : ''}`;
      skipped.push({ file: `${one.photo} at ${one.preset}`, reason });
    }
  }
  progress.end();
  reportSkipped(skipped);
  if (accepted.length === 0) throw new Error('The service accepts none of the images: expected at least one');
  return accepted;
}

const mostImages = 12;

/** At most a dozen, from the smallest to the largest file in even steps. */
function sampleBySize(folder: string, files: readonly string[]): string[] {
  const sizes = new Map(files.map((file) => [file, statSync(join(folder, file)).size]));
  const bySize = [...files].sort((a, b) => (sizes.get(a) ?? 0) - (sizes.get(b) ?? 0));
  const step = (bySize.length - 1) / (mostImages - 1);
  return step <= 1 ? bySize : Array.from({ length: mostImages }, (_, i) => bySize[Math.round(i * step)] ?? '');
}

/** Deals out the presets of the default mix in turn, with their weight there. */
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
