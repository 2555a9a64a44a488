import type { Format } from '../config.ts';
import type { DerivativeSize } from './derivative-size.ts';
import { mostTriedPixels } from './drawing.ts';
import type { ImageHeader } from './image-header.ts';

/**
 * What the process holds between two requests, after a mixed load: at most this was measured (docs/decisions/009), and
 * test/bench/resting-memory.test.ts holds the built Lambda to it.
 */
export const restingProcessBytes = 260 * 2 ** 20;

/** With Lambda's own runtime: 35 MB are assumed, since no process can measure it. */
export const restingBytes = restingProcessBytes + 35 * 2 ** 20;

/**
 * The memory that a resize takes on top of the resting process, in bytes: an upper bound, from what the decoders and
 * encoders of sharp 0.35.5 (libvips 8.18.7, libheif 1.23, aom 3.15) were measured to take with images at the limits.
 * docs/decisions/009 has the figures.
 */
export function workingBytes(fileBytes: number, header: ImageHeader, size: DerivativeSize, format: Format): number {
  const decoder = decoderBytes(header, size);
  const rest = resizeBytes(header, size) + encoderBytes(header, size, format);
  // An AVIF is decoded as a whole before the first row is resized. Its decoder has freed most of its memory by then.
  return fileBytes + (header.type === 'avif' ? Math.max(decoder, avifPixelBytes(header) + rest) : decoder + rest);
}

/** The whole image, where a decoder cannot work row by row. */
function decoderBytes(header: ImageHeader, { scaled }: DerivativeSize): number {
  const { type, width, height, channels, bytesPerSample, heldWhole, pages } = header;
  const pixels = width * height;
  switch (type) {
    case 'jpeg':
      // Coefficients of two bytes for each sample, until the last scan has been read.
      return heldWhole ? pixels * channels * 2 : 0;
    case 'png':
      return heldWhole ? pixels * channels * bytesPerSample : 0;
    case 'webp':
      // The decoder's own pixels, and the frame at the size that it is scaled to while it is decoded.
      return pixels * 4 + Math.min(pixels, scaled.width * scaled.height) * 8;
    case 'gif':
      return pixels * (pages > 1 ? 9 : 5);
    case 'avif':
      // Planes of the decoder, of libheif, and the interleaved image.
      return pixels * (bytesPerSample > 1 ? 26.5 : header.hasAlpha ? 19.5 : 19);
  }
}

function avifPixelBytes({ width, height, bytesPerSample }: ImageHeader): number {
  return width * height * (bytesPerSample > 1 ? 11 : 7);
}

/**
 * libvips keeps the rows that an output strip is made of, in each operation on the way: up to 1,850 rows of the
 * original's width were measured, and at most 2.5 times an image of fewer rows. What JPEG and WebP shrink while they
 * decode is narrower by then.
 */
function resizeBytes(header: ImageHeader, { scaled, width, height }: DerivativeSize): number {
  const { channels, bytesPerSample, type, turned } = header;
  const upright = header.turned ? header.height : header.width;
  const shrink = upright / scaled.width;
  const loaded = header.width / (type === 'jpeg' ? jpegShrink(shrink) : type === 'webp' ? Math.max(1, shrink) : 1);
  const strip = Math.min(1_900, 2.5 * header.height) * loaded * channels * bytesPerSample;
  // Turning an image, and looking for what draws the eye, take a copy.
  const cut = scaled.width > width || scaled.height > height;
  const copy = turned || cut ? scaled.width * scaled.height * channels * bytesPerSample : 0;
  return strip + copy;
}

/** By how much sharp has a JPEG shrunk while it is decoded (sharp 0.35.5, src/pipeline.cc, `jpegShrinkOnLoad`). */
function jpegShrink(shrink: number): number {
  const most = shrink >= 8 ? 8 : shrink >= 4 ? 4 : shrink >= 2 ? 2 : 1;
  return most > 1 && Math.floor(shrink) === most ? most / 2 : most;
}

/** Bytes for each pixel of the derivative: with transparency, and without. */
const encoderFactors: Readonly<Record<Format, readonly [number, number]>> = {
  jpg: [6, 6],
  png: [6, 6],
  webp: [25, 6],
  avif: [36, 21],
};

/** The same where the image may be a drawing: its pixels, and a palette or a lossless form of them. */
const drawingFactors: Readonly<Partial<Record<Format, number>>> = { png: 16, webp: 35, avif: 40 };

function encoderBytes(header: ImageHeader, { width, height }: DerivativeSize, format: Format): number {
  const [withAlpha, opaque] = encoderFactors[format];
  const mayBeDrawing = ['png', 'gif', 'webp'].includes(header.type) && header.frames === 1;
  const drawing = mayBeDrawing && width * height <= mostTriedPixels ? drawingFactors[format] : undefined;
  return width * height * (drawing ?? (header.hasAlpha ? withAlpha : opaque));
}
