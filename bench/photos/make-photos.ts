/** Makes the photographs of the bench, once, in .cache/photos. They are never committed. `make photos` makes all. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePhoto } from './encode.ts';
import { type PhotoName, photoClass, photoFile, photoFolder, photoNames } from './photo-set.ts';
import { fetchSources } from './source.ts';

/** Raise it when the way of making changes, so that old files are made anew. */
const version = 1;

const stampFile = join(photoFolder, 'stamps.json');

/** Makes those of the names that are missing or out of date. */
export async function makePhotos(names: readonly PhotoName[]): Promise<void> {
  const stamps: Record<string, string> = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const stampOf = (name: PhotoName) => JSON.stringify({ version, ...photoClass(name) });
  const missing = [...new Set(names)].filter((name) => !existsSync(photoFile(name)) || stamps[name] !== stampOf(name));
  if (missing.length === 0) return;
  mkdirSync(photoFolder, { recursive: true });
  const sources = fetchSources(join(photoFolder, '..'));
  for (const name of missing) {
    const start = performance.now();
    const bytes = await makePhoto(name, sources);
    writeFileSync(`${photoFile(name)}.part`, bytes);
    renameSync(`${photoFile(name)}.part`, photoFile(name));
    stamps[name] = stampOf(name);
    writeFileSync(stampFile, JSON.stringify(stamps, null, 2));
    const { width, height } = photoClass(name);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.error(`${name}: ${width}x${height}, ${(bytes.length / 1e6).toFixed(2)} MB, made in ${seconds} s`);
  }
}

if (import.meta.main) {
  await makePhotos(photoNames);
  console.log(`${photoNames.length} photographs are in .cache/photos`);
}
