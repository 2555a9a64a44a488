// By its path: k6 resolves no package names.
import { imageSize } from '../../node_modules/image-size/dist/esm/index.js';
import { headBytes, type ImageType, requireImageType } from '../../src/core/image-type.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the header of an image says. */
export interface ImageFacts extends Size {
  readonly type: ImageType;
}

/** Returns whether a file reaches the end that its format prescribes. Derivatives are never GIF. */
const isWhole: Readonly<Record<ImageType, (bytes: Uint8Array) => boolean>> = {
  jpeg: (bytes) => bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9,
  png: (bytes) => String.fromCharCode(...bytes.subarray(-8, -4)) === 'IEND',
  gif: (bytes) => bytes.at(-1) === 0x3b,
  webp: (bytes) => viewOf(bytes).getUint32(4, true) + 8 === bytes.length,
  avif: (bytes) => {
    // Boxes of ISO/IEC 14496-12, each with its length in front. The pixels are in `mdat`, the last one.
    let [at, name] = [0, ''];
    for (const view = viewOf(bytes); at + 8 <= bytes.length; at += Math.max(8, view.getUint32(at))) {
      name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    }
    return at === bytes.length && name === 'mdat';
  },
};

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Reads the header of an image and looks for its end; decodes nothing, so it is cheap enough for every view. */
export function readImage(bytes: Uint8Array): ImageFacts | 'no-image' | 'cut-short' {
  let type: ImageType;
  try {
    type = requireImageType(bytes.subarray(0, headBytes));
  } catch {
    return 'no-image';
  }
  try {
    const { width, height } = imageSize(bytes);
    return isWhole[type](bytes) ? { type, width, height } : 'cut-short';
  } catch {
    // The header itself is incomplete.
    return 'cut-short';
  }
}
