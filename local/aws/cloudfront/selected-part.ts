import { checkPreconditions, rangeStands, readRange, type Validators } from '../http/conditional.ts';
import type { HttpResponse } from '../http/http.ts';
import { edgeError } from './edge-answer.ts';
import type { Served } from './edge-cache.ts';
import type { ViewerRequest } from './viewer-request.ts';

const nothing = new Uint8Array(0);

/** The part of an answer that this viewer asked for: the whole, a range, or a 304. */
export function selectFor(request: ViewerRequest, served: Served): HttpResponse {
  const { status, headers, body } = served;
  if (served.isError || status !== 200 || (request.method !== 'GET' && request.method !== 'HEAD')) return served;

  const validators = validatorsOf(headers);
  // Without an ETag CloudFront ignores If-Match and If-None-Match ("Request and response behavior for custom origins").
  const { 'if-match': _match, 'if-none-match': _noneMatch, ...dates } = request.headers;
  const outcome = checkPreconditions(validators.etag === undefined ? dates : request.headers, validators);
  if (outcome === 'not-modified') return { status: 304, headers: withoutBody(headers), body: nothing };
  if (outcome !== 'proceed') return edgeError(412, `${outcome.failed} does not hold.`, request.id, outcome.failed);

  if (request.method === 'HEAD' || served.wholeOnly || request.headers.range === undefined) return served;
  const range = rangeStands(request.headers, validators) ? readRange(request.headers.range, body.length) : 'whole';
  if (range === 'whole') return served;
  if (range === 'unsatisfiable') {
    return {
      status: 416,
      headers: { ...withoutBody(headers), 'content-range': `bytes */${body.length}` },
      body: nothing,
    };
  }
  const part = body.subarray(range.start, range.end + 1);
  const partHeaders = {
    'content-range': `bytes ${range.start}-${range.end}/${body.length}`,
    'content-length': String(part.length),
  };
  return { status: 206, headers: { ...headers, ...partHeaders }, body: part };
}

function validatorsOf(headers: Readonly<Record<string, string>>): Validators {
  const modified = Date.parse(headers['last-modified'] ?? '');
  return { etag: headers.etag, lastModified: Number.isNaN(modified) ? undefined : modified };
}

function withoutBody(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { 'content-type': _type, 'content-length': _length, 'content-encoding': _encoding, ...rest } = headers;
  return rest;
}
