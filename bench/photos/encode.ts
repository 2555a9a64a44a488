/** Encodes one photograph of the set. */
import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { mosaic, type Pixels } from './mosaic.ts';
import { type PhotoName, photoClass } from './photo-set.ts';
import type { Sources } from './source.ts';

export async function makePhoto(name: PhotoName, sources: Sources): Promise<Buffer> {
  const { width, height, extension, copyOf, frames, ...made } = photoClass(name);
  if (copyOf) return readFile(sources[copyOf]);
  if (frames !== undefined) return turningEarth(sources.earth, width, height, frames);

  const { style = 'camera', progressive = false, softAlpha = false, cmyk = false, wide = false } = made;
  const pixels = await mosaic(sources.earth, width, height, style);
  const image = softAlpha ? await behindClouds(pixels, sources.clouds) : fromPixels(pixels);
  switch (extension) {
    case 'jpg':
      // At a camera's quality four channels would be more than `limits.maxOriginalBytes`.
      if (cmyk) return image.toColourspace('cmyk').jpeg({ quality: 70, progressive }).toBuffer();
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
