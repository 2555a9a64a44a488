import type { ReadSize, Size } from './image.ts';

const name = (view: DataView, at: number) =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
const uint24 = (view: DataView, at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);

/** By the name of the first chunk; `at` is where its data begin ("WebP Container Specification", RFC 9649). */
const sizes: Readonly<Record<string, (view: DataView, at: number) => Size>> = {
  'VP8 ': (view, at) => ({
    width: view.getUint16(at + 6, true) & 0x3fff,
    height: view.getUint16(at + 8, true) & 0x3fff,
  }),
  VP8L: (view, at) => {
    const bits = view.getUint32(at + 1, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  },
  VP8X: (view, at) => ({ width: uint24(view, at + 4) + 1, height: uint24(view, at + 7) + 1 }),
};

export const webpSize: ReadSize = (bytes, view) => {
  // The RIFF header states the length of all that follows it.
  const stated = view.getUint32(4, true) + 8;
  if (bytes.length < stated) return undefined;
  return sizes[name(view, 12)]?.(view, 20);
};
