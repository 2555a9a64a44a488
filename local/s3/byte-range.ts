import { S3Error } from './s3-error.ts';

/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The part of an object that a Range header asks for. `undefined` stands for the whole: without the header, and for
 * several ranges or another unit, which S3 ignores. A range that begins past the end is refused.
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to));
  if (first >= size) {
    const details = { RangeRequested: `${header}`, ActualObjectSize: `${size}` };
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', details);
  }
  return { first, last };
}
