import type { HttpResponse } from '../http/http.ts';
import type { ResultType } from './edge-answer.ts';
import type { CacheKey } from './origin-request.ts';
import type { Lifetime } from './time-to-live.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** What a key, its headers and the bookkeeping weigh beside the body; an estimate. */
const entryBytes = 2_048;

/** The memory of one edge, bounded in bytes: what was asked for longest ago goes first. */
export class EdgeCache {
  /** Grows with each invalidation, so that a fetch which began before one can tell. */
  generation = 0;
  readonly #answers = new Map<string, CachedAnswer>();
  readonly #capacity: number;
  #bytes = 0;

  constructor(capacityBytes: number) {
    this.#capacity = capacityBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#answers.size;
  }

  get(key: string): CachedAnswer | undefined {
    const answer = this.#answers.get(key);
    if (!answer) return undefined;
    // A Map remembers insertion order: put back, it is the youngest.
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    return answer;
  }

  set(key: string, answer: CachedAnswer): void {
    this.delete(key);
    if (weightOf(answer) > this.#capacity) return;
    this.#answers.set(key, answer);
    this.#bytes += weightOf(answer);
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#capacity) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const answer = this.#answers.get(key);
    if (!answer) return;
    this.#answers.delete(key);
    this.#bytes -= weightOf(answer);
  }

  /** Gives back the way to hold again what is held now, and nothing else. */
  remember(): () => void {
    const held = [...this.#answers];
    return () => {
      this.invalidate(() => true);
      for (const [key, answer] of held) this.set(key, answer);
    };
  }

  /** Drops all variants of the paths that match, and says how many objects that were. */
  invalidate(matches: (path: string) => boolean): number {
    this.generation += 1;
    const hit = [...this.#answers].filter(([, answer]) => matches(answer.path));
    for (const [key] of hit) this.delete(key);
    return hit.length;
  }
}

function weightOf(answer: CachedAnswer): number {
  return answer.body.byteLength + entryBytes;
}

/**
 * The paths of an invalidation as one test ("Invalidate files"): letters' case counts, `*` stands for anything but only
 * at the end, the query belongs to the path where it is in the cache key, and the slash at the start may be left out.
 */
export function invalidationPaths(paths: readonly string[]): (path: string) => boolean {
  const exact = new Set<string>();
  const prefixes: string[] = [];
  for (const given of paths) {
    if (!/^[\u0021-\u007e]+$/.test(given)) {
      throw new Error(`Cannot invalidate ${JSON.stringify(given)}: expected a path with everything else URL-encoded`);
    }
    const path = given.startsWith('/') ? given : `/${given}`;
    if (path.endsWith('*')) prefixes.push(path.slice(0, -1));
    else exact.add(path);
  }
  return (path) => exact.has(path) || prefixes.some((prefix) => path.startsWith(prefix));
}

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
