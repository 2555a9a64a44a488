/** `make photos`: the photographs of the bench, made once in .cache/photos and never committed. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePhoto } from './photos/encode.ts';
import { type PhotoName, photoClass, photoFile, photoFolder, photoNames } from './photos/photo-set.ts';
import { fetchSources } from './photos/source.ts';

/** To be raised when the way of making changes, so that old files are made anew. */
const recipe = 1;

const stampFile = join(photoFolder, 'stamps.json');
const stamps: Record<string, string> = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};

function stampOf(name: PhotoName): string {
  return JSON.stringify({ recipe, ...photoClass(name) });
}

function report(name: PhotoName, bytes: number, note: string): void {
  const { width, height, frames = 1 } = photoClass(name);
  const perPixel = (bytes / (width * height * frames)).toFixed(2);
  console.log(
    `${name.padEnd(22)} ${`${width}x${height}`.padStart(9)} ${String(bytes).padStart(9)} bytes ${perPixel} bytes a pixel  ${note}`,
  );
}

const missing = photoNames.filter((name) => !existsSync(photoFile(name)) || stamps[name] !== stampOf(name));
mkdirSync(photoFolder, { recursive: true });
if (missing.length > 0) {
  const sources = fetchSources(join(photoFolder, '..'));
  for (const name of missing) {
    const start = performance.now();
    const bytes = await makePhoto(name, sources);
    writeFileSync(`${photoFile(name)}.part`, bytes);
    renameSync(`${photoFile(name)}.part`, photoFile(name));
    stamps[name] = stampOf(name);
    writeFileSync(stampFile, JSON.stringify(stamps, null, 2));
    report(name, bytes.length, `made in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}
for (const name of photoNames) {
  if (!missing.includes(name)) report(name, readFileSync(photoFile(name)).length, 'was there');
}
