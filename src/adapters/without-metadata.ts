import { crc32, inflateSync } from 'node:zlib';
import type { ImageType } from '../core/image-type.ts';
import { pngPixelChunks, webpPixelChunks } from '../core/pixel-chunks.ts';
import { pngChunk, pngOf } from './png-writer.ts';

/** More is not inflated: it takes about three milliseconds a megabyte. */
const mostInflated = 16_000_000;

/**
 * An original that has been decoded without a fault, of nothing but its pixels: no metadata, and no bytes that a decoder
 * does not read. `undefined` where that cannot be proved, or costs too much.
 */
export async function withoutMetadata(
  original: Uint8Array,
  type: ImageType,
  decode: (image: Uint8Array) => Promise<Buffer>,
): Promise<Uint8Array | undefined> {
  if (type === 'png') return pngWithoutMetadata(original);
  const found = type === 'webp' ? webpPixelChunks(original) : undefined;
  if (!found) return undefined;
  const pixels = await decode(found.bytes);
  for (const end of found.ends) {
    // Where the last bytes of a part change no pixel, no decoder reads them.
    const changed = found.bytes.slice();
    for (let at = end - 8; at < end; at += 1) changed[at] = (changed[at] ?? 0) ^ 0xff;
    const isRead = await decode(changed).then(
      (other) => !other.equals(pixels),
      () => true,
    );
    if (!isRead) return undefined;
  }
  return found.bytes;
}

function pngWithoutMetadata(original: Uint8Array): Uint8Array | undefined {
  const { chunks, inflated } = pngPixelChunks(original);
  if (inflated > mostInflated || chunks.some(({ checked, check }) => crc32(checked) !== check)) return undefined;
  const data = Buffer.concat(chunks.filter(({ name }) => name === 'IDAT').map(({ checked }) => checked.subarray(4)));
  try {
    // The types do not know what `info` adds (Node.js, zlib, "Class: Options").
    const result: unknown = inflateSync(data, { info: true, maxOutputLength: inflated });
    const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
    if (buffer.length !== inflated) return undefined;
    return pngOf([
      ...chunks.filter(({ name }) => name !== 'IDAT').map(({ checked }) => checked),
      // What follows the end of the DEFLATE stream is no image data.
      pngChunk('IDAT', data.subarray(0, engine.bytesWritten)),
    ]);
  } catch {
    return undefined;
  }
}
