import { vp8Header } from './original-quality.ts';

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const nameAt = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

export interface PngChunk {
  readonly name: string;
  /** The name and the data: what the check value is of. */
  readonly checked: Uint8Array;
  readonly check: number;
}

/** The chunks of a PNG that its pixels are made of, and the bytes that its data has when it is inflated. */
export function pngPixelChunks(bytes: Uint8Array): { readonly chunks: PngChunk[]; readonly inflated: number } {
  const view = viewOf(bytes);
  const chunks: PngChunk[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) break;
    const name = nameAt(bytes, at + 4);
    const checked = bytes.subarray(at + 4, at + 8 + length);
    if (['IHDR', 'PLTE', 'tRNS', 'IDAT'].includes(name)) {
      chunks.push({ name, checked, check: view.getUint32(at + 8 + length) });
    }
    at += 12 + length;
  }
  return { chunks, inflated: bytes.length < 33 ? 0 : inflatedBytes(view) };
}

/** Samples a pixel by colour type (PNG specification, table 11.1). */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
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
  const bits = view.getUint8(24) * (samples[view.getUint8(25)] ?? 1);
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
