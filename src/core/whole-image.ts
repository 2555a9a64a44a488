import type { Format } from '../config.ts';
import { imageTypeOf } from './image-type.ts';

/**
 * Why the bytes are no whole image of the format, or nothing. Looks at the container only: it finds a file that was
 * cut or is something else, without a decoder.
 */
export function wholeImageFault(bytes: Uint8Array, format: Format): string[] {
  const type = format === 'jpg' ? 'jpeg' : format;
  const whole = imageTypeOf(bytes) === type && isWhole[type](bytes);
  return whole ? [] : [`The image is ${bytes.length} bytes that are no whole ${type}`];
}

const isWhole: Readonly<Record<'jpeg' | 'png' | 'webp' | 'avif', (bytes: Uint8Array) => boolean>> = {
  jpeg: (bytes) => endsWith(bytes, [0xff, 0xd9]),
  // The chunk IEND: its length, its name and its checksum.
  png: (bytes) => endsWith(bytes, [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]),
  webp: (bytes) => viewOf(bytes).getUint32(4, true) + 8 === bytes.length,
  avif: (bytes) => {
    const view = viewOf(bytes);
    let at = 0;
    while (at + 8 <= bytes.length) {
      const size = view.getUint32(at);
      if (size < 8) return false;
      at += size;
    }
    return at === bytes.length;
  },
};

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function endsWith(bytes: Uint8Array, end: readonly number[]): boolean {
  return end.every((byte, at) => bytes[bytes.length - end.length + at] === byte);
}
