import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { type ImageFacts, readImage } from '../lib/image.ts';
import type { invalidOriginals } from '../lib/invalid-requests.ts';

/** An image that originals are copied from. */
export interface CorpusImage extends ImageFacts {
  readonly bytes: Uint8Array;
  /** With its dot. */
  readonly extension: string;
}

/** Reads every image in a folder and below; other files are skipped. */
export async function readCorpus(folder: string): Promise<CorpusImage[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.name.startsWith('.'))
    .map((file) => join(file.parentPath, file.name))
    .sort();
  const images = (await Promise.all(files.map(readOne))).filter((image) => image !== undefined);
  if (images.length >= 2) return images;
  throw new Error(`${folder} has ${images.length} images: expected at least two, as "make images" generates them`);
}

async function readOne(file: string): Promise<CorpusImage | undefined> {
  const bytes = readFileSync(file);
  const facts = readImage(bytes);
  if (typeof facts === 'string') return undefined;
  // The service applies the orientation of EXIF.
  const { width, height } = (await sharp(bytes).metadata()).autoOrient;
  return { bytes, extension: extname(file) || `.${facts.type}`, type: facts.type, width, height };
}

/** Returns the originals that the service must refuse. `image` is a valid one, to be truncated. */
export function invalidFiles(image: Uint8Array): Record<keyof typeof invalidOriginals, Uint8Array> {
  return {
    svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'),
    html: Buffer.from('<!DOCTYPE html><html><body>no image</body></html>'),
    empty: new Uint8Array(),
    truncated: image.subarray(0, Math.floor(image.length / 2)),
    // Each side is within the limit; the pixels are not.
    bomb: pngOfSize(12_000, 12_000),
  };
}

/** A valid PNG header with hardly any pixels behind it. */
function pngOfSize(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a sample, RGB.
  header.set([8, 2], 8);
  const chunks = [chunk('IHDR', header), chunk('IDAT', Buffer.alloc(64)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

function chunk(name: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, checksum]);
}
