/** Identifies a stored representation. */
export interface Validators {
  readonly etag?: string | undefined;
  /** Milliseconds since 1970. */
  readonly lastModified?: number | undefined;
}

export type Verdict = 'proceed' | 'not-modified' | { readonly failed: 'If-Match' | 'If-Unmodified-Since' };

const conditionalHeaders = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'] as const;

export function isConditional(headers: Readonly<Record<string, string>>): boolean {
  return conditionalHeaders.some((name) => headers[name] !== undefined);
}

/** Evaluates a GET's or HEAD's preconditions in the order of RFC 9110 §13.2.2. */
export function checkPreconditions(headers: Readonly<Record<string, string>>, validators: Validators): Verdict {
  const { etag, lastModified } = validators;
  const ifMatch = headers['if-match'];
  const unmodifiedSince = dateOf(headers['if-unmodified-since']);
  if (ifMatch !== undefined) {
    if (!listHolds(ifMatch, etag, 'strong')) return { failed: 'If-Match' };
  } else if (
    unmodifiedSince !== undefined &&
    lastModified !== undefined &&
    wholeSecond(lastModified) > unmodifiedSince
  ) {
    return { failed: 'If-Unmodified-Since' };
  }

  const noneMatch = headers['if-none-match'];
  const modifiedSince = dateOf(headers['if-modified-since']);
  if (noneMatch !== undefined) return listHolds(noneMatch, etag, 'weak') ? 'not-modified' : 'proceed';
  if (modifiedSince !== undefined && lastModified !== undefined && wholeSecond(lastModified) <= modifiedSince) {
    return 'not-modified';
  }
  return 'proceed';
}

/** Whether a `Range` applies: without `If-Range`, or if it names the current representation. */
export function rangeStands(headers: Readonly<Record<string, string>>, { etag, lastModified }: Validators): boolean {
  const ifRange = headers['if-range'];
  if (ifRange === undefined) return true;
  if (/^(?:W\/)?"/.test(ifRange)) return listHolds(ifRange, etag, 'strong');
  return lastModified !== undefined && dateOf(ifRange) === wholeSecond(lastModified);
}

function listHolds(list: string, etag: string | undefined, comparison: 'weak' | 'strong'): boolean {
  if (list.trim() === '*') return etag !== undefined;
  if (etag === undefined || (comparison === 'strong' && etag.startsWith('W/'))) return false;
  const plain = (tag: string) => tag.replace(/^W\//, '');
  return list
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => (comparison === 'weak' ? plain(tag) === plain(etag) : tag === etag));
}

function dateOf(header: string | undefined): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? undefined : time;
}

/** HTTP dates have no fractions of a second. */
function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of a body of `size` bytes that a `Range` header names. Several ranges, another unit or a broken header mean the
 * whole body (S3 has no multipart answers, and RFC 9110 §14.2 lets a server ignore the header).
 */
export function readRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = header === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const length = Number(last);
    if (length === 0 || size === 0) return 'unsatisfiable';
    return { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}
