import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import sharp from 'sharp';
import { type PictureFacts, readPicture } from '../lib/picture.ts';

/** A picture that originals are copied from. */
export interface CorpusPicture extends PictureFacts {
  readonly bytes: Uint8Array;
  /** With its dot. */
  readonly extension: string;
}

/** Every picture of a folder. Its size is that of the upright picture, as the service makes it of a phone's. */
export async function readCorpus(folder: string): Promise<CorpusPicture[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.name.startsWith('.'))
    .map((file) => join(file.parentPath, file.name))
    .sort();
  const pictures = await Promise.all(files.map(readOne));
  const known = pictures.filter((picture) => picture !== undefined);
  if (known.length < 2) {
    throw new Error(`${folder} holds ${known.length} pictures: expected at least two, as make pictures makes them`);
  }
  return known;
}

async function readOne(file: string): Promise<CorpusPicture | undefined> {
  const bytes = readFileSync(file);
  const facts = readPicture(bytes);
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
