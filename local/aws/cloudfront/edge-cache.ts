import type { HttpResponse } from '../http/http.ts';
import type { ResultType } from './edge-answer.ts';
import type { CacheKey } from './origin-request.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** An answer in the cache. */
export interface CachedAnswer extends HttpResponse {
  /** False when a HEAD filled it: then it can answer HEADs only. */
  readonly hasBody: boolean;
  /** The origin's status was 400 or more, whatever status a custom error response has given it since. */
  readonly isError: boolean;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  readonly freshUntil: number;
  /** Until then the stale copy is served: the origin has just failed. */
  retryAt: number;
  /** What an invalidation is compared with: the path, and the query where it is in the key. */
  readonly path: string;
  /** Cache tags of the origin's header, in lower case. */
  readonly tags: readonly string[];
}

/** An answer from the cache or from the origin, before it is adapted to one viewer. */
export interface Served extends HttpResponse {
  readonly result: ResultType;
  /** The origin answered 400 or more, or did not answer. */
  readonly isError: boolean;
  /** Seconds in the cache. Absent when the answer did not come from there. */
  readonly age?: number;
  /** The origin sent it in chunks: a Range request gets the whole ("How CloudFront processes partial requests"). */
  readonly wholeOnly?: boolean;
  readonly detail?: string;
}

/** Estimated size of a key, its headers and the bookkeeping. */
const entryBytes = 2_048;

/** The cache of one edge location: least recently used, bounded in bytes. */
export class EdgeCache {
  /** Grows with each invalidation, so that a fetch that began before it is not stored. */
  generation = 0;
  readonly #answers = new Map<string, CachedAnswer>();
  readonly #capacity: number;
  #bytes = 0;

  constructor(capacityBytes: number) {
    this.#capacity = capacityBytes;
  }

  get(key: string): CachedAnswer | undefined {
    const answer = this.#answers.get(key);
    if (!answer) return undefined;
    // A Map keeps insertion order, so the entry becomes the most recently used.
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    return answer;
  }

  set(key: string, answer: CachedAnswer): void {
    this.delete(key);
    if (sizeOf(answer) > this.#capacity) return;
    this.#answers.set(key, answer);
    this.#bytes += sizeOf(answer);
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#capacity) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const answer = this.#answers.get(key);
    if (!answer) return;
    this.#answers.delete(key);
    this.#bytes -= sizeOf(answer);
  }

  /** Returns what it holds of a path, fresh or not, without using it. */
  peek(path: string): CachedAnswer | undefined {
    return [...this.#answers.values()].find((answer) => answer.path === path);
  }

  /** Returns a function that restores the present contents. */
  snapshot(): () => void {
    const held = [...this.#answers];
    return () => {
      this.invalidate(() => true);
      for (const [key, answer] of held) this.set(key, answer);
    };
  }

  /** Removes the matching objects in all variants, and returns their number. */
  invalidate(matches: Invalidation): number {
    this.generation += 1;
    const hit = [...this.#answers].filter(([, answer]) => matches(answer));
    for (const [key] of hit) this.delete(key);
    return hit.length;
  }
}

function sizeOf(answer: CachedAnswer): number {
  return answer.body.byteLength + entryBytes;
}

/** Whether an object in the cache is to be removed. */
export type Invalidation = (answer: Pick<CachedAnswer, 'path' | 'tags'>) => boolean;

/**
 * Returns a function that tests an object against the items of an invalidation. Paths ("Invalidate files"): case counts,
 * `*` is a wildcard at the end only, the query is part of the path where it is in the cache key, the leading slash is
 * optional. Tags ("What you need to know when invalidating tags"): `#` and the tag, without wildcards, in any case.
 */
export function invalidationOf(items: readonly string[]): Invalidation {
  const exact = new Set<string>();
  const tags = new Set<string>();
  const prefixes: string[] = [];
  for (const given of items) {
    if (!/^[\u0021-\u007e]+$/.test(given)) {
      throw new Error(`Cannot invalidate ${JSON.stringify(given)}: expected a URL-encoded path, or # and a tag`);
    }
    const path = given.startsWith('/') ? given : `/${given}`;
    if (given.startsWith('#')) tags.add(given.slice(1).toLowerCase());
    else if (path.endsWith('*')) prefixes.push(path.slice(0, -1));
    else exact.add(path);
  }
  return (answer) =>
    exact.has(answer.path) ||
    answer.tags.some((tag) => tags.has(tag)) ||
    prefixes.some((prefix) => answer.path.startsWith(prefix));
}

/** "Invalidating content by cache tags": more tags, and those of other characters, are not kept. */
const maxTags = 50;

/** The tags in an answer of the origin, separated by commas. */
export function tagsIn(headers: HttpResponse['headers'], headerName: string | undefined): readonly string[] {
  return (headers[headerName ?? ''] ?? '')
    .split(',')
    .map((tag) => tag.trim().toLowerCase())
    .filter((tag) => /^[\u0021-\u007e]{1,256}$/.test(tag))
    .slice(0, maxTags);
}

export function fromCache(held: CachedAnswer, now: number): Served {
  return {
    ...responseOf(held),
    result: held.isError ? 'Error' : 'Hit',
    isError: held.isError,
    age: Math.max(0, Math.floor((now - held.storedAt) / 1000)),
  };
}

export function cachedAnswer(
  { request, key }: { readonly request: ViewerRequest; readonly key?: CacheKey },
  answer: HttpResponse,
  seconds: number,
  now: number,
  tagHeader: string | undefined,
): CachedAnswer {
  return {
    ...responseOf(answer),
    // A redirect without a body is complete, so a HEAD's copy can answer GETs as well.
    hasBody: request.method !== 'HEAD' || answer.body.length > 0 || answer.headers['content-length'] === '0',
    isError: false,
    storedAt: now,
    freshUntil: now + seconds * 1000,
    retryAt: 0,
    path: key?.path ?? request.uri,
    tags: tagsIn(answer.headers, tagHeader),
  };
}

export function responseOf({ status, headers, body }: HttpResponse): HttpResponse {
  return { status, headers, body };
}

/** The request headers by which the origin is asked whether an expired copy is still valid. */
export function validatorsOf({ headers }: CachedAnswer): Record<string, string> {
  const { etag, 'last-modified': lastModified } = headers;
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
  };
}
