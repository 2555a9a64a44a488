/** Cases from a folder of one's own images (`--photos`). What the service would not accept is skipped, and named. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { headBytes, requireImageType } from '../src/core/image-type.ts';
import { type BenchCase, benchCase } from './cases.ts';
import type { Progress } from './command.ts';
import { type MixEntry, mix } from './mix.ts';
import { callInFreshProcess, type Lambda } from './run/call-lambda.ts';
import { WorkerError } from './run/worker.ts';

/** Finds the images of a folder and of its sub-folders, by their first bytes. Returns their paths below the folder. */
export function findPhotos(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`--photos is ${folder}: expected a folder with images`);
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const found = files.filter((file) => {
    try {
      if (statSync(join(folder, file)).isDirectory()) return false;
      requireImageType(readHead(join(folder, file)));
      return true;
    } catch (error) {
      return skip(file, error);
    }
  });
  if (found.length > 0) return found;
  throw new Error(`--photos is ${folder}: expected at least one image that the service accepts`);
}

function skip(what: string, reason: unknown): false {
  console.error(`skipped ${what}: ${reason instanceof Error ? reason.message : reason}`);
  return false;
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

/** The cases of a mix; without one, a sample of the files, each in two presets of the default mix. */
export async function casesOfFolder(
  folder: string,
  files: readonly string[] = findPhotos(folder),
  entries: readonly MixEntry[] = ownMix(sampleBySize(folder, files)),
): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const entry of entries) {
    try {
      // Two sub-folders may each have an image of one name.
      const originalKey = entry.photo.replaceAll(/[^\w.-]/g, '-');
      cases.push({ ...(await benchCase(entry, join(folder, entry.photo))), originalKey });
    } catch (error) {
      skip(entry.photo, error);
    }
  }
  return cases;
}

/** Calls the Lambda once for each case, and leaves out those that it refuses. The originals must be in its S3. */
export async function acceptedCases(lambda: Lambda, cases: readonly BenchCase[], progress: Progress) {
  const accepted: BenchCase[] = [];
  for (const one of cases) {
    progress.step(`does the service accept ${one.photo}?`, 0);
    try {
      await callInFreshProcess(lambda, one, { warmUp: 0, runs: 1 });
      accepted.push(one);
    } catch (error) {
      if (!(error instanceof WorkerError)) throw error;
      progress.end();
      skip(`${one.photo} at ${one.preset}`, error.answer?.message ?? `the process ended ${error.signal ?? ''}`);
    }
  }
  if (accepted.length > 0) return accepted;
  throw new Error('The service accepts none of the images: expected at least one');
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
