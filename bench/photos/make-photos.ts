/** Makes the photographs of the bench, once, in .cache/photos. They are never committed. `make photos` makes all. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { mosaic, type Pixels } from './mosaic.ts';
import { type PhotoName, photoClass, photoFile, photoFolder, photoNames } from './photo-set.ts';
import { fetchSources, type Sources } from './source.ts';

async function makePhoto(name: PhotoName, sources: Sources): Promise<Buffer> {
  const { width, height, extension, copyOf, frames, ...made } = photoClass(name);
  if (copyOf) return readFile(sources[copyOf]);
  if (frames !== undefined) return turningEarth(sources.earth, width, height, frames);

  const { style = 'camera', progressive = false, softAlpha = false, cmyk = false, wide = false } = made;
  const pixels = await mosaic(sources.earth, width, height, style);
  const image = softAlpha ? await behindClouds(pixels, sources.clouds) : fromPixels(pixels);
  switch (extension) {
    case 'jpg':
      // At a camera's quality four channels would be more than `limits.maxOriginalBytes`.
      if (cmyk) return image.toColourspace('cmyk').jpeg({ quality: 50, progressive }).toBuffer();
      return image.jpeg({ quality: 85, chromaSubsampling: '4:2:0', progressive }).toBuffer();
    case 'png':
      return image.png().toBuffer();
    case 'webp':
      return image.webp({ quality: 80, effort: 2 }).toBuffer();
    case 'avif':
      if (wide) return image.avif({ quality: 60, effort: 0, chromaSubsampling: '4:4:4', bitdepth: 10 }).toBuffer();
      return image.avif({ quality: 60, effort: 1, chromaSubsampling: '4:2:0' }).toBuffer();
    default:
      throw new Error(`${name} is a ${extension}: expected one with a number of frames`);
  }
}

function fromPixels({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Opaque, and transparent where the clouds are. */
async function behindClouds(pixels: Pixels, clouds: string): Promise<Sharp> {
  const { width, height } = pixels;
  const cut = { left: 1200, top: 400, width: Math.min(width, 2800), height: Math.min(height, 1600) };
  const alpha = await sharp(clouds)
    .extract(cut)
    .resize({ width, height, fit: 'fill' })
    .extractChannel('alpha')
    .negate()
    .raw()
    .toBuffer();
  return fromPixels(pixels).joinChannel(alpha, { raw: { width, height, channels: 1 } });
}

/** An animation: a window that moves along the equator of a map. */
export async function turningEarth(earth: string, width: number, height: number, frames: number): Promise<Buffer> {
  const map = { width: height * 4, height: height * 2 };
  const twice = await sharp(earth)
    .resize({ ...map, fit: 'fill' })
    .extend({ right: map.width, extendWith: 'repeat' })
    .png()
    .toBuffer();
  const images = await Promise.all(
    Array.from({ length: frames }, (_, index) =>
      sharp(twice)
        .extract({ left: Math.round((map.width * index) / frames), top: Math.round(height / 2), width, height })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(images, { join: { animated: true } })
    .gif({ delay: images.map(() => 80), loop: 0 })
    .toBuffer();
}

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
