import { checkPreconditions, rangeStands, readRange } from '../http/conditional.ts';
import type { HttpResponse } from '../http/http.ts';
import { type Failure, failures } from './failures.ts';
import { headerSafe } from './routing-rules.ts';

/** An object as the website endpoint sees it. */
export interface WebsiteObject {
  readonly bytes: number;
  /** With its quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  /**
   * What was stored with the object, by lower-case names: content-type, cache-control, content-disposition,
   * content-encoding, content-language, expires, x-amz-meta-*, x-amz-website-redirect-location.
   */
  readonly headers: Readonly<Record<string, string>>;
}

/** A bucket, read with the rights of its owner. The website endpoint decides who may read. */
export interface WebsiteObjects {
  /** `undefined` when there is no such object. */
  head(key: string): Promise<WebsiteObject | undefined>;
  get(key: string): Promise<(WebsiteObject & { readonly body: Uint8Array }) | undefined>;
}

/** A GET reads an object with its bytes, a HEAD without. */
export type FoundObject = WebsiteObject & { readonly body?: Uint8Array };

export const nothing = new Uint8Array(0);

/** The answer of a readable object: all or a part of it, "not modified", or the redirect that was stored with it. */
export function objectAnswer(object: FoundObject, headers: Readonly<Record<string, string>>): HttpResponse | Failure {
  const location = object.headers['x-amz-website-redirect-location'];
  if (location !== undefined) return redirectAnswer(301, headerSafe(location));

  const verdict = checkPreconditions(headers, object);
  if (typeof verdict === 'object') return failures.preconditionFailed(verdict.failed);
  if (verdict === 'not-modified') return { status: 304, headers: withoutBody(objectHeaders(object)), body: nothing };

  const body = object.body ?? nothing;
  const range = rangeStands(headers, object) ? readRange(headers.range, object.bytes) : 'whole';
  if (range === 'whole') return { status: 200, headers: objectHeaders(object), body };
  if (range === 'unsatisfiable') return failures.invalidRange(headers.range ?? '', object.bytes);
  const part = {
    'content-range': `bytes ${range.start}-${range.end}/${object.bytes}`,
    'content-length': String(range.end - range.start + 1),
  };
  return {
    status: 206,
    headers: { ...objectHeaders(object), ...part },
    body: body.subarray(range.start, range.end + 1),
  };
}

/** Without Cache-Control and Content-Type, so that a cache keeps the redirect or not by its status alone. */
export function redirectAnswer(status: number, location: string): HttpResponse {
  return { status, headers: { location, 'content-length': '0' }, body: nothing };
}

export function objectHeaders(object: FoundObject): Record<string, string> {
  return {
    ...object.headers,
    etag: object.etag,
    'last-modified': new Date(object.lastModified).toUTCString(),
    'content-length': String(object.bytes),
  };
}

function withoutBody(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { 'content-type': _type, 'content-length': _length, 'content-encoding': _encoding, ...rest } = headers;
  return rest;
}
