import type { Size } from './derivative-size.ts';

export interface Rectangle extends Size {
  readonly left: number;
  readonly top: number;
}

const extension = 0x21;
const imageDescriptor = 0x2c;

/**
 * What the frames of a GIF up to this page draw on: the least rectangle that holds them, within the canvas (GIF89a, 20).
 * `undefined` where it cannot be read.
 */
export function drawnRectangle(bytes: Uint8Array, page: number): Rectangle | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 13) return undefined;
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const canvas = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  let [left, top, right, bottom] = [canvas.width, canvas.height, 0, 0];
  let frames = 0;
  for (let at = 13 + tableBytes(bytes[10] ?? 0); at + 10 <= bytes.length && frames <= page; ) {
    if (bytes[at] === imageDescriptor) {
      const [x, y, width, height] = [1, 3, 5, 7].map((offset) => view.getUint16(at + offset, true));
      if (x === undefined || y === undefined || width === undefined || height === undefined) break;
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      right = Math.max(right, Math.min(x + width, canvas.width));
      bottom = Math.max(bottom, Math.min(y + height, canvas.height));
      frames += 1;
      // The smallest size of a code stands before the data.
      at += 11 + tableBytes(bytes[at + 9] ?? 0);
    } else if (bytes[at] === extension) at += 2;
    else break;
    while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
    at += 1;
  }
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : undefined;
}
