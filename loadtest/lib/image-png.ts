import type { ReadSize } from './image.ts';

const end = 0x49454e44; // IEND

export const pngSize: ReadSize = (bytes, view) => {
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  // A chunk is its length, its name, its data and a checksum.
  for (let at = 8; ; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === end) return at + 12 === bytes.length ? size : undefined;
  }
};
