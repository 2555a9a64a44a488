import sharp from 'sharp';
import type { ImageFacts } from './contract.ts';

/** `undefined` for what is no image. */
export async function factsOf(bytes: Uint8Array): Promise<ImageFacts | undefined> {
  // sharp throws at once, in place of rejecting, for no bytes at all.
  if (bytes.length === 0) return undefined;
  const header = await sharp(bytes)
    .metadata()
    .catch(() => undefined);
  if (!header) return undefined;
  const { format, width, pages } = header;
  const height = header.pageHeight ?? header.height;
  const upright = (header.orientation ?? 1) < 5 ? { width, height } : { width: height, height: width };
  // libvips names the container of AVIF.
  const name = format === 'heif' ? 'avif' : format;
  return { format: name, ...upright, bytes: bytes.length, ...(pages && pages > 1 ? { frames: pages } : {}) };
}

const typeByFormat: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
};

/** Told by the bytes, for what a page may show: never a type that can hold a script. */
export async function imageType(bytes: Uint8Array): Promise<string | undefined> {
  return typeByFormat[(await factsOf(bytes))?.format ?? ''];
}

const thumbnailSide = 192;

export async function thumbnailOf(bytes: Uint8Array): Promise<Buffer | undefined> {
  if (bytes.length === 0) return undefined;
  return sharp(bytes)
    .autoOrient()
    .resize(thumbnailSide, thumbnailSide, { fit: 'cover' })
    .webp({ quality: 75, effort: 1 })
    .toBuffer()
    .catch(() => undefined);
}

/** Another image that can be told from the first at a glance: mirrored, and in other colours. */
export async function variationOf(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).autoOrient().flop().modulate({ hue: 150 }).toBuffer();
}
