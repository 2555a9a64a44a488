import type { Clock } from '../../local/aws/clock.ts';

/** An answer as it came. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

interface Kept {
  readonly answer: StoredAnswer;
  readonly storedAt: number;
}

/** A browser's HTTP cache: RFC 9111, private, with the heuristics of Chromium. */
export interface BrowserCache {
  /** What is kept for an address, and whether it may be used without asking. */
  find(url: string): { readonly answer: StoredAnswer; readonly isFresh: boolean } | undefined;
  store(url: string, answer: StoredAnswer): void;
  /** After a 304: the kept answer lives again, with the headers that came. */
  renew(url: string, headers: Headers): StoredAnswer | undefined;
  clear(): void;
}

export function createBrowserCache(clock: Pick<Clock, 'now'>): BrowserCache {
  const kept = new Map<string, Kept>();
  const store = (url: string, answer: StoredAnswer) => {
    if (directivesOf(answer.headers).has('no-store')) kept.delete(url);
    else kept.set(url, { answer, storedAt: clock.now() });
  };
  return {
    find(url) {
      const found = kept.get(url);
      if (!found) return undefined;
      const age = ageSeconds(found, clock.now());
      return { answer: found.answer, isFresh: freshSeconds(found.answer, found.storedAt) > age };
    },
    store,
    renew(url, headers) {
      const found = kept.get(url);
      if (!found) return undefined;
      const merged = new Headers(found.answer.headers);
      // A length or type in a 304 would be that of no body (RFC 9111 §3.2).
      for (const [name, value] of headers)
        if (!/^content-(?:length|encoding|type|range)$/.test(name)) merged.set(name, value);
      const answer = { ...found.answer, headers: merged };
      store(url, answer);
      return answer;
    },
    clear: () => kept.clear(),
  };
}

/** How long an answer is fresh, as Chromium counts it (net/http/http_response_headers.cc, GetFreshnessLifetimes). */
export function freshSeconds({ status, headers }: Pick<StoredAnswer, 'status' | 'headers'>, storedAt: number): number {
  const directives = directivesOf(headers);
  const pragma = headers.get('pragma')?.toLowerCase().includes('no-cache') && !headers.has('cache-control');
  if (directives.has('no-cache') || directives.has('no-store') || pragma || headers.get('vary') === '*') return 0;

  const maxAge = directives.get('max-age');
  if (maxAge !== undefined && /^\d+$/.test(maxAge)) return Number(maxAge);
  const date = dateOf(headers, 'date') ?? storedAt;
  if (headers.has('expires')) return Math.max(0, ((dateOf(headers, 'expires') ?? 0) - date) / 1000);

  // Without a stated lifetime: a guess by age for content, and "for ever" for what calls itself permanent.
  if (directives.has('must-revalidate')) return 0;
  const lastModified = dateOf(headers, 'last-modified');
  if ([200, 203, 206].includes(status) && lastModified !== undefined && lastModified <= date) {
    return ((date - lastModified) / 1000) * 0.1;
  }
  return [300, 301, 308, 410].includes(status) ? Number.POSITIVE_INFINITY : 0;
}

/** RFC 9111 §4.2.3. */
function ageSeconds({ answer, storedAt }: Kept, now: number): number {
  const apparent = Math.max(0, (storedAt - (dateOf(answer.headers, 'date') ?? storedAt)) / 1000);
  const stated = Number(answer.headers.get('age') ?? 0) || 0;
  return Math.max(apparent, stated) + (now - storedAt) / 1000;
}

function directivesOf(headers: Headers): ReadonlyMap<string, string> {
  return new Map(
    (headers.get('cache-control') ?? '')
      .toLowerCase()
      .split(',')
      .map((directive) => directive.trim().split('=', 2))
      .map(([name = '', value = '']) => [name, value.replace(/^"(.*)"$/, '$1')]),
  );
}

function dateOf(headers: Headers, name: string): number | undefined {
  const time = Date.parse(headers.get(name) ?? '');
  return Number.isNaN(time) ? undefined : time;
}
