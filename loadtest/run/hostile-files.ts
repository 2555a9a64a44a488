import { crc32 } from 'node:zlib';
import type { hostileOriginals } from '../lib/hostile.ts';

/** What people upload that is no image, or claims to be a larger one. `image` is a sound one, to be cut in half. */
export function hostileFiles(image: Uint8Array): Record<keyof typeof hostileOriginals, Uint8Array> {
  return {
    drawing: Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
    ),
    page: Buffer.from('<!DOCTYPE html><html><body>no image</body></html>'),
    empty: new Uint8Array(),
    broken: image.subarray(0, Math.floor(image.length / 2)),
    // Neither side is over the limit, the pixels are.
    bomb: imageBomb(12_000, 12_000),
  };
}

/** A right PNG by its header, which claims more pixels than anybody may have decoded. */
function imageBomb(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a sample, three samples a pixel.
  header.set([8, 2], 8);
  const chunks = [chunk('IHDR', header), chunk('IDAT', Buffer.alloc(64)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

function chunk(name: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(content), 4);
  return Buffer.concat([frame.subarray(0, 4), content, frame.subarray(4)]);
}
