import type { HttpRequest, HttpResponse } from '../http/http.ts';
import type { Behaviour } from './behaviour.ts';
import type { Origin } from './origin.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** Forwarded from the viewer without any policy ("HTTP request headers and CloudFront behavior"). */
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

/** What origins see as the client: an address of 130.176.0.0/17, one of CloudFront's origin-facing ranges (ip-ranges.json). */
const edgeAddress = '130.176.0.1';

/** Never forwarded, whatever a policy says. */
const neverForwarded =
  /^(?:connection|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-amz-cf-.*|x-edge-.*|x-forwarded-proto|x-real-ip|accept-encoding|range)$/;

/**
 * The request that the origin gets. `conditions` are the validators of an expired copy; they replace the viewer's own.
 * `Range` is not forwarded: CloudFront may ask for more than the viewer did, and the chain always fetches the whole.
 */
export function originRequest(
  request: ViewerRequest,
  { cachePolicy, originRequestPolicy }: Behaviour,
  origin: Origin,
  via: string,
  conditions?: Readonly<Record<string, string>>,
): HttpRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    const isWanted =
      alwaysForwarded.includes(name) || cachePolicy.headers.includes(name) || originRequestPolicy.forwards(name);
    if (isWanted && !neverForwarded.test(name)) headers[name] = value;
  }
  if (conditions) {
    for (const name of Object.keys(headers)) if (/^if-/.test(name)) delete headers[name];
    Object.assign(headers, conditions);
  }
  headers.host ??= origin.domainName;
  headers['user-agent'] ??= 'Amazon CloudFront';
  headers.via = via;
  headers['x-amz-cf-id'] = request.id;
  const forwardedFor = request.headers['x-forwarded-for'];
  headers['x-forwarded-for'] = forwardedFor === undefined ? request.ip : `${forwardedFor}, ${request.ip}`;
  Object.assign(headers, origin.headers);

  const query = cachePolicy.query || originRequestPolicy.query ? request.query : '';
  return {
    method: request.method,
    target: `${origin.path}${request.uri}${query === '' ? '' : `?${query}`}`,
    headers,
    body: request.body,
    ip: edgeAddress,
  };
}

/**
 * Hop-by-hop headers, and S3's two ids, which recorded answers through CloudFront do not have ("HTTP response headers
 * that CloudFront removes or replaces").
 */
const removed =
  /^(?:age|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|via|x-amz-id-2|x-amz-request-id|x-amz-cf-.*|x-cache|x-edge-.*)$/;

/** The headers of an origin's answer that go into the cache and to viewers. */
export function cleanedHeaders(
  { headers }: Pick<HttpResponse, 'headers'>,
  { cachePolicy }: Behaviour,
): Record<string, string> {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !removed.test(name)));
  const vary = reducedVary(kept.vary ?? '', cachePolicy.headers);
  if (vary === '') delete kept.vary;
  else kept.vary = vary;
  return kept;
}

/** Keeps the names by which answers of this edge can differ: headers in the key, Accept-Encoding and Cookie. */
function reducedVary(vary: string, headersInKey: readonly string[]): string {
  return vary
    .split(',')
    .map((name) => name.trim())
    .filter((name) => ['accept-encoding', 'cookie', ...headersInKey].includes(name.toLowerCase()))
    .join(', ');
}

/** Identifies a cached object ("Understand the cache key"). */
export interface CacheKey {
  readonly text: string;
  /** What an invalidation names: the path, and the query where it is in the key. */
  readonly path: string;
}

/** GET and HEAD share a key; OPTIONS has its own. */
export function cacheKey(request: ViewerRequest, { cachePolicy }: Behaviour): CacheKey {
  const path = cachePolicy.query && request.query !== '' ? `${request.uri}?${request.query}` : request.uri;
  const parts = [
    request.method === 'OPTIONS' ? `OPTIONS ${path}` : path,
    // A missing header and an empty header are different values.
    ...cachePolicy.headers.map((name) => `${name}${name in request.headers ? `:${request.headers[name]}` : ''}`),
  ];
  return { text: parts.join('\n'), path };
}
