import { extname } from 'node:path';
import type { Format } from '../../../src/config.ts';

const formats: Readonly<Record<string, Format>> = {
  '.jpg': 'jpg',
  '.png': 'png',
  '.webp': 'webp',
  '.avif': 'avif',
  '.gif': 'webp',
};

/** The format that a derivative has when the preset's name asks for none. */
export function formatOfFile(file: string): Format {
  const format = formats[extname(file)];
  if (!format) throw new Error(`${file} is no image that we know: expected ${Object.keys(formats).join(', ')}`);
  return format;
}
