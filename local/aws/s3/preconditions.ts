import { notImplemented, S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import type { WriteCheck } from './store.ts';

interface Validators {
  readonly etag: string;
  readonly modified: Date;
}

const failed = (condition: string) =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

/** Whether a reader already has this object (304). Throws when the object is not the one that the reader wants (412). */
export function isNotModified(headers: S3Request['headers'], { etag, modified }: Validators): boolean {
  const ifMatch = headers.get('if-match');
  const ifNoneMatch = headers.get('if-none-match');
  const unmodifiedSince = parseDate(headers.get('if-unmodified-since'));
  const modifiedSince = parseDate(headers.get('if-modified-since'));
  // An ETag decides before a date does (RFC 9110, section 13.2.2).
  if (ifMatch !== undefined) {
    if (!names(ifMatch, etag)) throw failed('If-Match');
  } else if (unmodifiedSince !== undefined && modified.getTime() > unmodifiedSince) throw failed('If-Unmodified-Since');
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, etag);
  return modifiedSince !== undefined && modified.getTime() <= modifiedSince;
}

/** What a PUT demands of the object that is there now, to be checked in the transaction that replaces it. */
export function writeCondition(headers: S3Request['headers']): WriteCheck {
  const ifMatch = headers.get('if-match');
  const ifNoneMatch = headers.get('if-none-match');
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw notImplemented('a PUT with both If-Match and If-None-Match');
  }
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw notImplemented(`a PUT with If-None-Match: ${ifNoneMatch}, only *`);
  }
  return (current) => {
    if (ifNoneMatch !== undefined && current) throw failed('If-None-Match');
    if (ifMatch === undefined) return;
    if (!current) throw new S3Error('NoSuchKey', 'If-Match names an object that does not exist');
    if (!names(ifMatch, current.etag)) throw failed('If-Match');
  };
}

/** The SDK sends ETags as it was given them, so the quotes may be missing. */
function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const given = item
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return given === '*' || given === etag;
  });
}

/** Milliseconds. A header that is no date is ignored, as HTTP asks. */
function parseDate(header: string | undefined): number | undefined {
  const milliseconds = Date.parse(header ?? '');
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
