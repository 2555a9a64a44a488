import type { ImageType } from '../../src/core/image-type.ts';
import type { Defect, DefectCode } from './defects.ts';
import type { Answer } from './follow-redirects.ts';
import { type ImageFacts, readImage } from './image.ts';

/** What a file holds beside its pixels, generously. */
const headBytes = 4096;

/** A side that follows the other one is rounded; two ways of rounding differ by one pixel at most. */
const roundingPixels = 1;

const defect = (code: DefectCode, seen: string): Defect => ({ code, seen });

/** What is wrong with a 200 that should carry this image. */
export function imageDefects(answer: Answer, expected: ImageFacts, cacheControl: string): Defect[] {
  return [...bodyDefects(answer, expected), ...headerDefects(answer, expected.type, cacheControl)];
}

function bodyDefects({ body, headers }: Answer, expected: ImageFacts): Defect[] {
  const stated = headers['content-length'];
  if (stated !== undefined && Number(stated) !== body.length) {
    return [defect('image-cut-short', `${body.length} bytes came of ${stated}`)];
  }
  const seen = readImage(body);
  if (seen === 'no-image') return [defect('not-a-image', `${body.length} bytes of "${headers['content-type'] ?? ''}"`)];
  if (seen === 'cut-short') return [defect('image-cut-short', `${body.length} bytes that do not reach their own end`)];
  const mostBytes = headBytes + expected.width * expected.height * 4;
  const isNear = (a: number, b: number) => Math.abs(a - b) <= roundingPixels;
  return [
    ...(seen.type === expected.type ? [] : [defect('image-type', `${seen.type}, expected ${expected.type}`)]),
    ...(isNear(seen.width, expected.width) && isNear(seen.height, expected.height)
      ? []
      : [defect('image-size', `${sizeOf(seen)}, expected ${sizeOf(expected)}`)]),
    ...(body.length <= mostBytes
      ? []
      : [defect('image-bytes', `${body.length} bytes for ${sizeOf(expected)}, expected at most ${mostBytes}`)]),
  ];
}

function headerDefects({ headers }: Answer, type: ImageType, cacheControl: string): Defect[] {
  const expected = {
    'content-type': `image/${type}`,
    'cache-control': cacheControl,
    'x-content-type-options': 'nosniff',
  };
  const wrong = Object.entries(expected).filter(([name, value]) => headers[name] !== value);
  const leaked = Object.keys(headers).filter((name) => name.startsWith('x-amz-meta-'));
  return [
    ...wrong.map(([name, value]) => `${name} "${headers[name] ?? ''}", expected "${value}"`),
    ...leaked.map((name) => `${name}, expected to be taken off at the edge`),
  ].map((seen) => defect('image-headers', seen));
}

const sizeOf = ({ width, height }: ImageFacts) => `${width} × ${height}`;
