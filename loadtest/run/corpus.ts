import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import sharp from 'sharp';
import { type ImageFacts, readImage } from '../lib/image.ts';

/** An image that originals are copied from. */
export interface CorpusImage extends ImageFacts {
  readonly bytes: Uint8Array;
  /** With its dot. */
  readonly extension: string;
}

/** Every image of a folder. Its size is that of the upright image, as the service makes it of a phone's. */
export async function readCorpus(folder: string): Promise<CorpusImage[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.name.startsWith('.'))
    .map((file) => join(file.parentPath, file.name))
    .sort();
  const images = await Promise.all(files.map(readOne));
  const known = images.filter((image) => image !== undefined);
  if (known.length < 2) {
    throw new Error(`${folder} holds ${known.length} images: expected at least two, as make images makes them`);
  }
  return known;
}

async function readOne(file: string): Promise<CorpusImage | undefined> {
  const bytes = readFileSync(file);
  const facts = readImage(bytes);
  if (typeof facts === 'string') return undefined;
  const { autoOrient } = await sharp(bytes).metadata();
  return {
    bytes,
    extension: extname(file) || `.${facts.type}`,
    ...facts,
    width: autoOrient.width,
    height: autoOrient.height,
  };
}
