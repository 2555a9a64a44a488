import { vp8Header } from './original-quality.ts';
import { bitsPerPixelOfPng, type PngChunk, pngChunks } from './png-chunks.ts';

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const nameAt = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** The chunks of a PNG that its pixels are made of, and the bytes that its data has when it is inflated. */
export function pngPixelChunks(bytes: Uint8Array): { readonly chunks: PngChunk[]; readonly inflated: number } {
  const chunks = [...pngChunks(bytes)].filter(({ name }) => ['IHDR', 'PLTE', 'tRNS', 'IDAT'].includes(name));
  return { chunks, inflated: bytes.length < 33 ? 0 : inflatedBytes(viewOf(bytes)) };
}

/** First column and row, and the steps to the next, of Adam7's passes. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Rows of a PNG's pixels, each with the byte that names its filter. */
function inflatedBytes(view: DataView): number {
  const bits = bitsPerPixelOfPng(view);
  let sum = 0;
  for (const [x, y, right, down] of view.getUint8(28) === 1 ? adam7 : [[0, 0, 1, 1] as const]) {
    const columns = Math.ceil((view.getUint32(16) - x) / right);
    const rows = Math.ceil((view.getUint32(20) - y) / down);
    if (columns > 0 && rows > 0) sum += rows * (1 + Math.ceil((columns * bits) / 8));
  }
  return sum;
}

export interface PixelsOfWebp {
  readonly bytes: Uint8Array;
  /** Where the parts end that a decoder reads from their beginning up to what it needs. */
  readonly ends: readonly number[];
}

/** A still WebP of nothing but the chunks that its pixels are made of. `undefined` where it is none, or of an odd form. */
export function webpPixelChunks(bytes: Uint8Array): PixelsOfWebp | undefined {
  const view = viewOf(bytes);
  const end = 8 + view.getUint32(4, true);
  const found: Record<string, Uint8Array> = {};
  for (let at = 12; at + 8 <= end; ) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > bytes.length) return undefined;
    found[nameAt(bytes, at)] ??= bytes.subarray(at, at + 8 + length);
    at += 8 + length + (length & 1);
  }
  const { VP8X, ALPH, 'VP8 ': lossy, VP8L: lossless } = found;
  const image = lossy ?? lossless;
  if (!image || (lossy && lossless) || found.ANIM) return undefined;
  const chunks = ALPH && lossy && VP8X?.length === 18 ? [withFlags(VP8X, 0x10), ALPH, image] : [image];
  const out = new Uint8Array(12 + chunks.reduce((sum, { length }) => sum + length + (length & 1), 0));
  out.set(bytes.subarray(0, 12));
  viewOf(out).setUint32(4, out.length - 8, true);
  const ends: number[] = [];
  let at = 12;
  for (const chunk of chunks) {
    out.set(chunk, at);
    if (chunk === lossy) {
      // RFC 6386, 9.1: the size of the first partition, in the upper 19 bits of three bytes.
      const first = ((chunk[8] ?? 0) | ((chunk[9] ?? 0) << 8) | ((chunk[10] ?? 0) << 16)) >> 5;
      if (chunk.length < 28 || vp8Header(chunk.subarray(18)).partitions > 1) return undefined;
      ends.push(at + 18 + first);
    }
    if (chunk === image || chunk === ALPH) ends.push(at + chunk.length);
    at += chunk.length + (chunk.length & 1);
  }
  return { bytes: out, ends };
}

function withFlags(chunk: Uint8Array, flags: number): Uint8Array {
  const out = chunk.slice();
  out[8] = flags;
  return out;
}
