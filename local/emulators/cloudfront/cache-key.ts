import type { Behaviour } from './behaviour.ts';
import { chooseCookies, chooseQuery } from './chosen-values.ts';
import type { ViewerRequest } from './viewer-request.ts';

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
