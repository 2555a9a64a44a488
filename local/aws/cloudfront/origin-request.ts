import type { HttpRequest, HttpResponse } from '../http/http.ts';
import type { Behaviour } from './behaviour.ts';
import { type ChosenValues, chooseCookies, chooseQuery } from './cache-policy.ts';
import type { Origin } from './origin.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** Sent on from the viewer without any policy ("HTTP request headers and CloudFront behavior"). */
const alwaysForwarded = [
  'cache-control',
  'content-encoding',
  'content-length',
  'content-md5',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'max-forwards',
  'pragma',
];

/** Never sent on, whatever a policy says. */
const neverForwarded =
  /^(?:connection|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-amz-cf-.*|x-edge-.*|x-forwarded-proto|x-real-ip|accept-encoding|cookie|range)$/;

/**
 * The request that the origin gets. `conditions` are the validators of an expired copy, in place of the viewer's own.
 * `Range` stays here: CloudFront may ask for more than the viewer did, and the chain always asks for the whole.
 */
export function originRequest(
  request: ViewerRequest,
  behaviour: Behaviour,
  origin: Origin,
  edge: { readonly via: string },
  conditions?: Readonly<Record<string, string>>,
): HttpRequest {
  const { cachePolicy, originRequestPolicy } = behaviour;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    const isWanted =
      alwaysForwarded.includes(name) || cachePolicy.headers.includes(name) || originRequestPolicy.headers.has(name);
    if (isWanted && !neverForwarded.test(name)) headers[name] = value;
  }
  if (conditions) {
    for (const name of Object.keys(headers)) if (/^if-/.test(name)) delete headers[name];
    Object.assign(headers, conditions);
  }

  const either = (one: ChosenValues, other: ChosenValues): ChosenValues => ({
    any: one.any || other.any,
    has: (name) => one.has(name) || other.has(name),
  });
  const cookie = chooseCookies(request.headers.cookie, either(cachePolicy.cookies, originRequestPolicy.cookies));
  if (cookie !== '') headers.cookie = cookie;
  if (cachePolicy.gzip || cachePolicy.brotli) {
    headers['accept-encoding'] = acceptedEncodings(request, cachePolicy) || 'identity';
  }

  headers.host ??= origin.domainName;
  headers['user-agent'] ??= 'Amazon CloudFront';
  headers.via = edge.via;
  headers['x-amz-cf-id'] = request.id;
  const forwardedFor = request.headers['x-forwarded-for'];
  headers['x-forwarded-for'] = forwardedFor === undefined ? request.ip : `${forwardedFor}, ${request.ip}`;
  Object.assign(headers, origin.headers);

  const query = chooseQuery(request.query, either(cachePolicy.queryStrings, originRequestPolicy.queryStrings));
  return {
    method: request.method,
    target: `${origin.path}${request.uri}${query === '' ? '' : `?${query}`}`,
    headers,
    body: request.body,
    ip: request.ip,
  };
}

/** Whether cookies of the viewer reach the origin, which ends the sharing of answers between viewers. */
export function forwardsCookies({ cachePolicy, originRequestPolicy }: Behaviour): boolean {
  return cachePolicy.cookies.any || originRequestPolicy.cookies.any;
}

/**
 * Hop-by-hop headers, and S3's two ids, which recorded answers through CloudFront do not have ("HTTP response headers
 * that CloudFront removes or replaces").
 */
const removed =
  /^(?:age|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|via|x-amz-id-2|x-amz-request-id|x-amz-cf-.*|x-cache|x-edge-.*)$/;

/** What of an origin's answer goes into the cache and on to viewers: cookies only where viewers' cookies reach the origin. */
export function cleaned(
  response: HttpResponse,
  behaviour: Behaviour,
): HttpResponse & { headers: Record<string, string> } {
  const { cookies, ...rest } = response;
  const headers = cleanedHeaders(response.headers, behaviour);
  return { ...rest, headers, ...(cookies !== undefined && forwardsCookies(behaviour) && { cookies }) };
}

export function cleanedHeaders(
  headers: Readonly<Record<string, string>>,
  behaviour: Behaviour,
): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !removed.test(name));
  const remaining = Object.fromEntries(kept);
  if (remaining.vary !== undefined) {
    const vary = reducedVary(remaining.vary, behaviour);
    if (vary === '') delete remaining.vary;
    else remaining.vary = vary;
  }
  return remaining;
}

/** Only what can make answers differ behind this edge stays: the headers in the key, Accept-Encoding and Cookie. */
function reducedVary(vary: string, behaviour: Behaviour): string {
  const { headers } = behaviour.cachePolicy;
  return vary
    .split(',')
    .map((name) => name.trim())
    .filter((name) => ['accept-encoding', 'cookie', ...headers].includes(name.toLowerCase()))
    .join(', ');
}

/** What tells one cached object from another ("Understand the cache key"). */
export interface CacheKey {
  readonly text: string;
  /** What an invalidation names: the path, and the query where it is in the key. */
  readonly path: string;
}

/** GET and HEAD share a key; OPTIONS has its own. */
export function cacheKey(request: ViewerRequest, { cachePolicy }: Behaviour): CacheKey {
  const query = chooseQuery(request.query, cachePolicy.queryStrings);
  const path = query === '' ? request.uri : `${request.uri}?${query}`;
  const parts = [
    request.method === 'OPTIONS' ? `OPTIONS ${path}` : path,
    // A header that is not sent is another value than an empty one.
    ...cachePolicy.headers.map((name) => `${name}${name in request.headers ? `:${request.headers[name]}` : ''}`),
    ...(cachePolicy.cookies.any ? [chooseCookies(request.headers.cookie, cachePolicy.cookies)] : []),
    ...(cachePolicy.gzip || cachePolicy.brotli ? [acceptedEncodings(request, cachePolicy)] : []),
  ];
  return { text: parts.join('\n'), path };
}

/** `Accept-Encoding` as CloudFront normalises it where a policy lets it compress: `br,gzip`, one of them, or nothing. */
export function acceptedEncodings(
  request: ViewerRequest,
  { gzip, brotli }: { readonly gzip: boolean; readonly brotli: boolean },
): string {
  const accepted = new Set(
    (request.headers['accept-encoding'] ?? '')
      .split(',')
      .map((coding) => coding.trim().toLowerCase().split(';'))
      .filter(([, quality]) => !/^\s*q=0(?:\.0*)?$/.test(quality ?? ''))
      .map(([coding]) => coding),
  );
  return [...(brotli && accepted.has('br') ? ['br'] : []), ...(gzip && accepted.has('gzip') ? ['gzip'] : [])].join(',');
}
