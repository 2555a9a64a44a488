import { bitsPerPixelOfPng } from './png-chunks.ts';

/** DEFLATE's best ratio (RFC 1951: 258 bytes from two bits, about 1032 to one). */
const maxRatio = 1032;

/** Whether the file is large enough for the pixels that its header promises: 41 bytes made a decoder take 1.4 GB. */
export function pngCanHoldItsPixels(bytes: Uint8Array): boolean {
  if (bytes.length < 33) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const raw = height * (Math.ceil((width * bitsPerPixelOfPng(view)) / 8) + 1);
  return raw <= bytes.length * maxRatio;
}
