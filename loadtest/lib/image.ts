import type { ImageType } from '../../src/core/image-type.ts';
import { avifSize } from './image-avif.ts';
import { gifSize } from './image-gif.ts';
import { jpegSize } from './image-jpeg.ts';
import { pngSize } from './image-png.ts';
import { webpSize } from './image-webp.ts';

/** What can be known of an image without decoding it. */
export interface ImageFacts {
  readonly type: ImageType;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** One for each format; `undefined`: it begins like one, but is not there to its end. */
export type ReadSize = (bytes: Uint8Array, view: DataView) => Size | undefined;

const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));

const formats: readonly {
  readonly type: ImageType;
  readonly begins: (bytes: Uint8Array) => boolean;
  readonly size: ReadSize;
}[] = [
  { type: 'jpeg', begins: (b) => ascii(b, 0, 3) === '\xff\xd8\xff', size: jpegSize },
  { type: 'png', begins: (b) => ascii(b, 0, 8) === '\x89PNG\r\n\x1a\n', size: pngSize },
  { type: 'webp', begins: (b) => ascii(b, 0, 4) === 'RIFF' && ascii(b, 8, 12) === 'WEBP', size: webpSize },
  { type: 'avif', begins: (b) => ascii(b, 4, 12) === 'ftypavif', size: avifSize },
  { type: 'gif', begins: (b) => /^GIF8[79]a$/.test(ascii(b, 0, 6)), size: gifSize },
];

/**
 * Type and size of a whole image. `no-image`: it is something else, such as a page of HTML; `cut-short`: it begins
 * as an image and does not reach its own end. Cheap, so that every view of a load test can be looked at.
 */
export function readImage(bytes: Uint8Array): ImageFacts | 'no-image' | 'cut-short' {
  const format = formats.find(({ begins }) => begins(bytes));
  if (!format) return 'no-image';
  try {
    const size = format.size(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return size && size.width > 0 && size.height > 0 ? { type: format.type, ...size } : 'cut-short';
  } catch (error) {
    // A DataView throws where a length leads past the end.
    if (error instanceof RangeError) return 'cut-short';
    throw error;
  }
}
