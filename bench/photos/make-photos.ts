/** Makes the photographs of the bench, once, in .cache/photos. They are never committed. `make photos` makes all. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePhoto } from './encode.ts';
import { type PhotoName, photoClass, photoFile, photoFolder, photoNames } from './photo-set.ts';
import { fetchSources } from './source.ts';

/** Raise it when the way of making changes, so that old files are made anew. */
const version = 1;

const stampFile = join(photoFolder, 'stamps.json');

/** Makes those of the names that are missing or out of date. Returns their names. */
export async function makePhotos(names: readonly PhotoName[]): Promise<PhotoName[]> {
  const stamps: Record<string, string> = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const stampOf = (name: PhotoName) => JSON.stringify({ version, ...photoClass(name) });
  const missing = [...new Set(names)].filter((name) => !existsSync(photoFile(name)) || stamps[name] !== stampOf(name));
  if (missing.length === 0) return [];
  mkdirSync(photoFolder, { recursive: true });
  const sources = fetchSources(join(photoFolder, '..'));
  for (const name of missing) {
    const start = performance.now();
    const bytes = await makePhoto(name, sources);
    writeFileSync(`${photoFile(name)}.part`, bytes);
    renameSync(`${photoFile(name)}.part`, photoFile(name));
    stamps[name] = stampOf(name);
    writeFileSync(stampFile, JSON.stringify(stamps, null, 2));
    console.error(`${describe(name, bytes.length)}  made in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  return missing;
}

function describe(name: PhotoName, bytes: number): string {
  const { width, height, frames = 1 } = photoClass(name);
  const perPixel = (bytes / (width * height * frames)).toFixed(2);
  return `${name.padEnd(22)} ${`${width}x${height}`.padStart(9)} ${String(bytes).padStart(9)} bytes ${perPixel} bytes a pixel`;
}

if (import.meta.main) {
  const made = await makePhotos(photoNames);
  for (const name of photoNames) {
    if (!made.includes(name)) console.error(`${describe(name, readFileSync(photoFile(name)).length)}  is there`);
  }
}
