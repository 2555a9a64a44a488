import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import type { Size } from '../core/derivative-size.ts';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A PNG of these chunks, each its name and its data, and of an end. */
export function pngOf(chunks: readonly Uint8Array[]): Buffer {
  const framed = [...chunks, Buffer.from('IEND')].flatMap((chunk) => {
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(chunk.length - 4);
    check.writeUInt32BE(crc32(chunk));
    return [length, chunk, check];
  });
  return Buffer.concat([signature, ...framed]);
}

export const pngChunk = (name: string, data: Uint8Array) => Buffer.concat([Buffer.from(name), data]);

/** Pixels that name an entry each, of up to 256: red, green, blue and alpha of one byte each, red the highest. */
export async function indexedPng(
  { width, height }: Size,
  entries: Int32Array,
  ofPixels: Uint8Array,
  level: number,
): Promise<Buffer> {
  const bits = entries.length <= 2 ? 1 : entries.length <= 4 ? 2 : entries.length <= 16 ? 4 : 8;
  const isGrey = bits === 8 && entries.every((entry) => (entry & 255) === 255 && isGreyEntry(entry));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([bits, isGrey ? 0 : 3], 8);
  // Grey of 8 bits needs no palette.
  const samples = isGrey ? ofPixels.map((entry) => (entries[entry] ?? 0) >>> 24) : ofPixels;
  const data = await promisify(deflate)(packed(samples, width, height, bits), { level });
  const clear = entries.findLastIndex((entry) => (entry & 255) !== 255) + 1;
  return pngOf([
    pngChunk('IHDR', header),
    ...(isGrey ? [] : [pngChunk('PLTE', Buffer.from([...entries].flatMap((entry) => rgb(entry))))]),
    ...(clear === 0 ? [] : [pngChunk('tRNS', Buffer.from(entries.slice(0, clear)))]),
    pngChunk('IDAT', data),
  ]);
}

const rgb = (entry: number) => [entry >>> 24, (entry >>> 16) & 255, (entry >>> 8) & 255];

function isGreyEntry(entry: number): boolean {
  const [red, green, blue] = rgb(entry);
  return red === green && red === blue;
}

/** Rows without a filter: of a palette, no filter makes them smaller. */
function packed(samples: Uint8Array, width: number, height: number, bits: number): Buffer {
  const rowBytes = 1 + Math.ceil((width * bits) / 8);
  const out = Buffer.alloc(height * rowBytes);
  for (let y = 0; y < height; y += 1) {
    if (bits === 8) {
      out.set(samples.subarray(y * width, (y + 1) * width), y * rowBytes + 1);
      continue;
    }
    for (let x = 0; x < width; x += 1) {
      const at = y * rowBytes + 1 + ((x * bits) >> 3);
      out[at] = (out[at] ?? 0) | ((samples[y * width + x] ?? 0) << (8 - bits - ((x * bits) & 7)));
    }
  }
  return out;
}
