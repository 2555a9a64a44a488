import type { HttpResponse } from '../../http.ts';
import type { CacheKey } from './cache-key.ts';
import type { ResultType } from './edge-answer.ts';
import type { Lifetime } from './time-to-live.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** An answer that the edge holds. */
export interface CachedAnswer extends HttpResponse {
  /** False when a HEAD brought it: it can answer HEADs alone. */
  readonly hasBody: boolean;
  /** Made of an origin's 4xx or 5xx, whatever status it has been given since. */
  readonly isError: boolean;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  readonly freshUntil: number;
  readonly revalidateInBackgroundUntil: number;
  readonly standsInForErrorsUntil: number;
  /** While this is ahead the copy is served though it is stale: the origin has just failed. */
  retryAt: number;
  /** What an invalidation is compared with: the path, and the query where it is in the key. */
  readonly path: string;
}

/** An answer out of the cache or fresh from the origin, before it is made one for this viewer. */
export interface Served extends HttpResponse {
  readonly result: ResultType;
  /** The origin said 400 or more, or nothing at all. */
  readonly isError: boolean;
  /** Seconds in the cache; absent when it did not come from there. */
  readonly age?: number;
  /** The origin sent it in chunks: a Range gets the whole ("How CloudFront processes partial requests"). */
  readonly wholeOnly?: boolean;
  readonly detail?: string;
}

/** A copy as it is served. */
export function fromCache(held: CachedAnswer, now: number): Served {
  return {
    ...responseOf(held),
    result: held.isError ? 'Error' : 'Hit',
    isError: held.isError,
    age: Math.max(0, Math.floor((now - held.storedAt) / 1000)),
  };
}

/** An answer as it is kept from now on. */
export function cachedAnswer(
  { request, key }: { readonly request: ViewerRequest; readonly key?: CacheKey },
  answer: HttpResponse,
  life: Pick<Lifetime, 'seconds' | 'staleWhileRevalidate' | 'staleIfError'>,
  now: number,
): CachedAnswer {
  const freshUntil = now + life.seconds * 1000;
  return {
    ...responseOf(answer),
    // A redirect is complete without a body, so the one that a HEAD brought serves GETs as well.
    hasBody: request.method !== 'HEAD' || answer.body.length > 0 || answer.headers['content-length'] === '0',
    isError: false,
    storedAt: now,
    freshUntil,
    revalidateInBackgroundUntil: freshUntil + life.staleWhileRevalidate * 1000,
    standsInForErrorsUntil: freshUntil + (life.staleIfError ?? Number.POSITIVE_INFINITY) * 1000,
    retryAt: 0,
    path: key?.path ?? request.uri,
  };
}

/** The exchange values of an answer, without what is known about it beside them. */
export function responseOf({ status, headers, cookies, body }: HttpResponse): HttpResponse {
  return { status, headers, body, ...(cookies !== undefined && { cookies }) };
}

/** What the origin is asked with, whether an expired copy is still right. */
export function validatorsOf({ headers }: CachedAnswer): Record<string, string> {
  const { etag, 'last-modified': lastModified } = headers;
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
  };
}
