import sharp from 'sharp';
import type { ImageFacts } from './contract.ts';

const contentTypes: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
};

/** Reads the header of an image. `undefined` for bytes that no browser shows as an image. */
export async function factsOf(bytes: Uint8Array): Promise<ImageFacts | undefined> {
  // sharp throws for an empty buffer instead of rejecting.
  if (bytes.length === 0) return undefined;
  const header = await sharp(bytes)
    .metadata()
    .catch(() => undefined);
  if (!header) return undefined;
  const { width, pages, compression } = header;
  const height = header.pageHeight ?? header.height;
  // libvips reads AVIF and HEIC as `heif`; no browser but Safari shows HEIC.
  const format = header.format === 'heif' && compression === 'av1' ? 'avif' : header.format;
  if (!Object.hasOwn(contentTypes, format)) return undefined;
  const isTurned = (header.orientation ?? 1) >= 5;
  return {
    format,
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    bytes: bytes.length,
    ...(pages && pages > 1 && { frames: pages }),
  };
}

/** The type by the bytes, and only of images: never one that can hold a script. */
export async function imageTypeOf(bytes: Uint8Array): Promise<string | undefined> {
  return contentTypes[(await factsOf(bytes))?.format ?? ''];
}

const thumbnailSide = 192;

/** `undefined` for bytes that cannot be decoded to the end. */
export async function thumbnailOf(bytes: Uint8Array): Promise<Buffer | undefined> {
  if (bytes.length === 0) return undefined;
  return sharp(bytes, { failOn: 'error' })
    .autoOrient()
    .resize(thumbnailSide, thumbnailSide, { fit: 'cover' })
    .webp({ quality: 75, effort: 1 })
    .toBuffer()
    .catch(() => undefined);
}

/** Returns an image that differs from the first at a glance: mirrored, in other colours. */
export async function variationOf(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).autoOrient().flop().modulate({ hue: 150 }).toBuffer();
}
