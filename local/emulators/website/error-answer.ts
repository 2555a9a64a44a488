import type { HttpResponse } from '../../http.ts';
import { errorPage, foundPage, type RequestIds } from './error-page.ts';
import type { Failure } from './failures.ts';
import { headerSafe } from './location-encoding.ts';
import { type FoundObject, nothing, objectHeaders } from './object-answer.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };

/** S3's own page. `document` is why the custom error document could not be had either. */
export function pageAnswer(failure: Failure, ids: RequestIds, document?: Failure): HttpResponse {
  const body = Buffer.from(errorPage(failure, ids, document));
  return { status: failure.status, headers: { ...html, ...errorHeaders(failure) }, body };
}

/** The error document keeps the status of the error and brings its own headers. */
export function documentAnswer(failure: Failure, document: FoundObject): HttpResponse {
  const headers = { ...objectHeaders(document), ...errorHeaders(failure) };
  return { status: failure.status, headers, body: document.body ?? nothing };
}

/** From a folder's name to the folder: `docs` to `/docs/`. */
export function folderAnswer(location: string, ids: RequestIds): HttpResponse {
  const found = { 'x-amz-error-code': 'Found', 'x-amz-error-message': 'Resource Found' };
  return { status: 302, headers: { location, ...html, ...found }, body: Buffer.from(foundPage(ids)) };
}

function errorHeaders({ code, message, details }: Failure): Record<string, string> {
  const key = details.find(([name]) => name === 'Key')?.[1];
  return {
    'x-amz-error-code': code,
    'x-amz-error-message': message,
    ...(key !== undefined && { 'x-amz-error-detail-key': headerSafe(key) }),
  };
}
