import sharp, { type Sharp } from 'sharp';
import type { Format, ServiceConfig } from '../config.ts';
import type { Size } from '../core/derivative-size.ts';
import { fitsPalette, isDrawing, mostTriedPixels, type Pixels, sampledSimilarity } from '../core/drawing.ts';
import type { ImageType } from '../core/image-type.ts';
import { isLosslessWebp, originalQuality } from '../core/original-quality.ts';

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

/** A palette of the original is made again up to here: libimagequant takes 0.15 CPU seconds a megapixel and cannot be stopped. */
const mostKeptPixels = 16_000_000;
/** WebP and AVIF are encoded again up to here: AVIF takes 0.19 CPU seconds a megapixel and cannot be stopped. */
const mostRetriedPixels = 2_500_000;
/** Of a palette that is taken for the image itself. */
const leastSimilarity = 0.98;
/** What a drawing takes without loss. One that takes more is also tried with loss. */
const drawnBytesPerPixel = 0.15;
/** Bytes that a network sends at once: nothing is gained by fewer. */
const onePacket = 1_400;
/** The quality that `config.codecs` is made for, as an original's is counted. */
const usualQuality = 80;

/** Effort 1 of libimagequant takes half the time of sharp's 7, for up to 10 % more bytes. Dithering adds a half. */
const palette = { palette: true, effort: 1, dither: 0 };

/** Encodes an image that has been resized: drawings with a palette or without loss, and nothing better than its original. */
export function sharpEncoder(codecs: ServiceConfig['codecs'], seconds: number) {
  return async (image: Sharp, encoding: Encoding): Promise<Encoded> => {
    const made = await encoded(image, encoding);
    const own = made.data.length > encoding.original.length ? await encoding.ownBytes?.() : undefined;
    return own && own.length < made.data.length ? { ...made, data: own } : made;
  };

  async function encoded(image: Sharp, encoding: Encoding): Promise<Encoded> {
    if (keepsPalette(encoding)) {
      const colours = 2 ** encoding.bitsPerSample;
      const png = image.png({ ...palette, colours, quality: 100, compressionLevel: codecs.png.compressionLevel });
      const { data, info } = await png.toBuffer({ resolveWithObject: true });
      return { data, format: 'png', width: info.width, height: info.height };
    }
    if (!mayBeDrawing(encoding, codecs)) return withQuality(image, encoding, isPhotograph(encoding, codecs));
    const { data, info } = await image
      .toColourspace(encoding.channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = { data, width: info.width, height: info.height, channels: info.channels };
    const drawing = isDrawing(pixels);
    const tried = drawing || encoding.isPalette ? await drawn(pixels, encoding, drawing) : undefined;
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
    if (encoding.format === 'png') {
      let made: Uint8Array | undefined;
      // 16 colours hold the steps between the colours of an original that has so few.
      for (const colours of encoding.bitsPerSample <= 4 ? [16, 256] : [256, 16]) {
        const isLast = made && (colours > 16 || made.length <= Math.max(encoding.original.length, onePacket));
        const next = isLast ? undefined : await withPalette(pixels, colours);
        if (next && next.length < (made?.length ?? Number.POSITIVE_INFINITY)) made = next;
      }
      return made && { data: made, format: 'png' };
    }
    if (!drawing) return undefined;
    const exact = fitsPalette(pixels);
    const reduced = exact ? undefined : await withPalette(pixels, 256);
    if (!exact && !reduced) return undefined;
    const source = reduced ? sharp(reduced).timeout({ seconds }) : fromPixels(pixels);
    const data = await source.webp({ lossless: true, effort: 1 }).toBuffer();
    const lossless = { data, format: 'webp' } as const;
    if (data.length <= drawnBytesPerPixel * pixels.width * pixels.height) return lossless;
    const lossy = await withQuality(fromPixels(pixels), encoding, false);
    return lossy.data.length < data.length ? lossy : lossless;
  }

  async function withPalette(pixels: Pixels, colours: number): Promise<Uint8Array | undefined> {
    const png = await fromPixels(pixels)
      .toColourspace(pixels.channels === 1 ? 'b-w' : 'srgb')
      .png({ ...palette, colours, quality: 90, compressionLevel: codecs.png.compressionLevel })
      .toBuffer();
    const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const seen = { data, width: info.width, height: info.height, channels: info.channels };
    return sampledSimilarity(pixels, seen) >= leastSimilarity ? png : undefined;
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

/** A palette, or a grey of few bits, that was not resized has no colour that it had not before. */
function keepsPalette({ format, type, isPalette, channels, bitsPerSample, size, width, height }: Encoding): boolean {
  const hasFew = type === 'png' && (isPalette || (channels === 1 && bitsPerSample <= 4));
  const isSameSize = size.width === width && size.height === height;
  return format === 'png' && hasFew && isSameSize && width * height <= mostKeptPixels;
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
