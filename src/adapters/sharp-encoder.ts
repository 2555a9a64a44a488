import sharp, { type Sharp } from 'sharp';
import type { Format, ServiceConfig } from '../config.ts';
import type { Size } from '../core/derivative-size.ts';
import { isDrawing, mostTriedPixels, type Pixels, sampledSimilarity } from '../core/drawing.ts';
import type { ImageType } from '../core/image-type.ts';
import { isLosslessWebp, originalQuality } from '../core/original-quality.ts';
import { type Colours, countColours, entriesOf, type Palette, paintedPixels, palettesOf } from '../core/palette.ts';
import { indexedPng } from './png-writer.ts';

/** What decides how a derivative is encoded, beside its pixels. */
export interface Encoding {
  readonly format: Format;
  /** A drawing may become a WebP instead. */
  readonly isAuto: boolean;
  readonly size: Size;
  /** Behind transparent parts of a JPEG. */
  readonly background: string | undefined;
  readonly original: Uint8Array;
  readonly type: ImageType;
  /** Of the original, in pixels of one frame. */
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pages: number;
  /** The original has a palette. */
  readonly isPalette: boolean;
  /** Of the original's palette entries, or of its samples where it has none. */
  readonly bitsPerSample: number;
  /** Present where the derivative has the pixels of the original: makes the original's own bytes fit to be served. */
  readonly ownBytes?: () => Promise<Uint8Array | undefined>;
  /** Of an animation that is kept. */
  readonly animation?: { readonly delay: number[]; readonly loop: number };
}

interface Encoded {
  readonly data: Uint8Array;
  readonly format: Format;
  readonly width: number;
  readonly height: number;
}

/** WebP and AVIF are encoded again up to here: AVIF takes 0.19 CPU seconds a megapixel and cannot be stopped. */
const mostRetriedPixels = 2_500_000;
/** Of an image and the same in a palette of a larger error. */
const leastSimilarity = 0.98;
/** What a drawing takes without loss. One that takes more is also tried with loss. */
const drawnBytesPerPixel = 0.15;
/** The quality that `config.codecs` is made for, as an original's is counted. */
const usualQuality = 80;

/** An image of so many is encoded in no time. */
const fewPixels = 40_000;
/** Of a palette, in 255ths. Those of the test images within these had a similarity of 0.997 and more. */
const smallError = 2;
const smallDifference = 64;

/** Encodes an image that has been resized: drawings with a palette or without loss, and nothing better than its original. */
export function sharpEncoder(codecs: ServiceConfig['codecs'], seconds: number) {
  return async (image: Sharp, encoding: Encoding): Promise<Encoded> => {
    const { original, ownBytes, size } = encoding;
    if (ownBytes && hasFewColours(encoding) && size.width * size.height > mostTriedPixels) {
      // Finds what is broken.
      const { info } = await image.clone().raw().toBuffer({ resolveWithObject: true });
      const data = await ownBytes();
      if (data) return { data, format: encoding.format, width: info.width, height: info.height };
    }
    const made = await encoded(image, encoding);
    const own = made.data.length > original.length ? await ownBytes?.() : undefined;
    return own && own.length < made.data.length ? { ...made, data: own } : made;
  };

  async function encoded(image: Sharp, encoding: Encoding): Promise<Encoded> {
    if (!mayBeDrawing(encoding, codecs)) return withQuality(image, encoding, isPhotograph(encoding, codecs));
    const { data, info } = await image
      .toColourspace(encoding.channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = { data, width: info.width, height: info.height, channels: info.channels };
    const drawing = isDrawing(pixels);
    const tried = drawing || hasFewColours(encoding) ? await drawn(pixels, encoding, drawing) : undefined;
    if (tried) return { ...tried, width: info.width, height: info.height };
    return withQuality(fromPixels(pixels), encoding, !drawing);
  }

  function fromPixels({ data, width, height, channels }: Pixels): Sharp {
    const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
    return sharp(data, { raw, limitInputPixels: false }).timeout({ seconds });
  }

  /** With a palette or without loss. `undefined` where that would look different, or be larger. */
  async function drawn(
    pixels: Pixels,
    encoding: Encoding,
    drawing: boolean,
  ): Promise<Pick<Encoded, 'data' | 'format'> | undefined> {
    if (encoding.format !== 'png' && !drawing) return undefined;
    const colours = countColours(pixels);
    const palette = colours && choosePalette(pixels, colours, encoding);
    if (!palette) return undefined;
    if (encoding.format === 'png') {
      const entries = entriesOf(colours, palette);
      const data = await indexedPng(pixels, palette.entries, entries, codecs.png.compressionLevel);
      if (data.length <= encoding.original.length || entries.length > fewPixels) return { data, format: 'png' };
      // A palette takes up to 1,024 bytes itself.
      const plain = await withQuality(fromPixels(pixels), encoding, !drawing);
      return plain.data.length < data.length ? plain : { data, format: 'png' };
    }
    const painted = palette.worst === 0 ? pixels : paintedPixels(pixels, colours, palette);
    const data = await fromPixels(painted).webp({ lossless: true, effort: 1 }).toBuffer();
    const lossless = { data, format: 'webp' } as const;
    if (data.length <= drawnBytesPerPixel * pixels.width * pixels.height) return lossless;
    const lossy = await withQuality(fromPixels(pixels), encoding, false);
    return lossy.data.length < data.length ? lossy : lossless;
  }

  /** Not better than the original; and where it has the same format, not larger either. */
  async function withQuality(image: Sharp, encoding: Encoding, photograph: boolean): Promise<Encoded> {
    const { format, original, type, size, width, height, animation, ownBytes } = encoding;
    let share = Math.min(1, (originalQuality(original, type) ?? usualQuality) / usualQuality);
    const isSame = type === (format === 'jpg' ? 'jpeg' : format) && format !== 'png' && !animation;
    const pixels = size.width * size.height;
    const isSmaller = pixels <= width * height;
    const mostTries = format === 'jpg' || pixels <= mostRetriedPixels ? 3 : 0;
    for (let tries = 0; ; tries += 1) {
      const how = { share, photograph, isRetry: tries > 0 };
      const { data, info } = await encode(image, encoding, how).toBuffer({ resolveWithObject: true });
      if (!isSame || !isSmaller || data.length <= original.length || tries === mostTries) {
        return { data, format, width: info.width, height: info.pageHeight ?? info.height };
      }
      const own = tries === 0 ? await ownBytes?.() : undefined;
      if (own) return { data: own, format, width: info.width, height: info.height };
      // Huffman tables of its own may be all that a JPEG lacks.
      if (format !== 'jpg' || tries > 0) share *= Math.max(0.5, (0.95 * original.length) / data.length);
    }
  }

  function encode(
    image: Sharp,
    { format, background = '#ffffff', channels, size, animation }: Encoding,
    { share, photograph, isRetry }: { readonly share: number; readonly photograph: boolean; readonly isRetry: boolean },
  ): Sharp {
    const quality = Math.max(1, Math.round(share * codecs[format === 'png' ? 'jpg' : format].quality));
    const isGrey = channels === 1 || (channels === 2 && (format === 'png' || background === '#ffffff'));
    switch (format) {
      case 'jpg': {
        const { optimiseUpToPixels, ...jpg } = codecs.jpg;
        const optimiseCoding = isRetry || size.width * size.height <= optimiseUpToPixels;
        return image
          .flatten({ background })
          .toColourspace(isGrey ? 'b-w' : 'srgb')
          .jpeg({ ...jpg, quality, optimiseCoding });
      }
      case 'png':
        return image
          .toColourspace(isGrey ? 'b-w' : 'srgb')
          .png({ compressionLevel: codecs.png.compressionLevel, adaptiveFiltering: photograph });
      case 'webp':
        return image.webp({ ...codecs.webp, quality, ...animation });
      case 'avif':
        return image.avif({ ...codecs.avif, quality });
    }
  }
}

/** A palette, or a grey of few bits. */
function hasFewColours({ type, isPalette, channels, bitsPerSample }: Encoding): boolean {
  return isPalette || (type === 'png' && channels === 1 && bitsPerSample <= 4);
}

/** The smallest palette that looks the same. */
function choosePalette(pixels: Pixels, colours: Colours, encoding: Encoding): Palette | undefined {
  const { format, bitsPerSample, size, width, height } = encoding;
  const isSameSize = size.width === width && size.height === height;
  // A WebP without loss is small for a drawing whose colours are few already.
  const isExact = isSameSize || (format !== 'png' && colours.values.length <= 256);
  const sizes = isExact ? [256] : format === 'png' && bitsPerSample === 1 ? [4, 16, 64, 256] : [16, 64, 256];
  for (const palette of palettesOf(colours, sizes)) {
    const { length } = palette.entries;
    const isNear = palette.error <= smallError && palette.worst <= smallDifference;
    if (length === colours.values.length || (isNear && length > 4)) return palette;
    if (length > 4 && length < 256) continue;
    if (sampledSimilarity(pixels, paintedPixels(pixels, colours, palette)) >= leastSimilarity) return palette;
  }
  return undefined;
}

/** An original of so many bytes for each pixel is taken for a photograph, and so is all that has no lossless form. */
function isPhotograph({ type, original, pages, width, height }: Encoding, { png }: ServiceConfig['codecs']): boolean {
  const bytesPerPixel = original.length / (pages * width * height);
  return (
    bytesPerPixel > png.adaptiveFromBytesPerPixel ||
    (type === 'webp' ? !isLosslessWebp(original) : type !== 'png' && type !== 'gif')
  );
}

/** Photographs are encoded without being looked at. */
function mayBeDrawing(encoding: Encoding, codecs: ServiceConfig['codecs']): boolean {
  const { format, isAuto, size, animation } = encoding;
  const hasBothWays = format === 'png' || format === 'webp' || isAuto;
  return hasBothWays && !animation && size.width * size.height <= mostTriedPixels && !isPhotograph(encoding, codecs);
}
