import CachePolicy from 'http-cache-semantics';

export interface StoredResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A browser's HTTP cache of GET responses: private, by RFC 9111, with Chromium's rule for permanent redirects. */
export interface BrowserCache {
  /** Returns what may be used without asking the server. */
  find(url: string): StoredResponse | undefined;
  /** Returns the request headers that revalidate what is stored. */
  validators(url: string): Readonly<Record<string, string>>;
  /** Stores a response if it may be, and returns what the browser shows: after a 304, the stored response. */
  store(url: string, response: StoredResponse): StoredResponse;
  clear(): void;
  size(): number;
}

/** Chromium caches these without an expiry when nothing else is said (net/http/http_response_headers.cc, GetFreshnessLifetimes). */
const permanent = new Set([300, 301, 308, 410]);
const foreverSeconds = 1000 * 365 * 86_400;

export function createBrowserCache(clock: { now(): number }): BrowserCache {
  class Policy extends CachePolicy {
    now(): number {
      return clock.now();
    }
  }
  const entries = new Map<string, { readonly policy: CachePolicy; readonly response: StoredResponse }>();
  const request = (url: string) => ({ url, method: 'GET', headers: {} });

  return {
    find(url) {
      const entry = entries.get(url);
      return entry?.policy.satisfiesWithoutRevalidation(request(url)) ? entry.response : undefined;
    },
    validators(url) {
      const headers = entries.get(url)?.policy.revalidationHeaders(request(url)) ?? {};
      return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    },
    store(url, response) {
      const entry = entries.get(url);
      if (response.status === 304 && entry) {
        // The validators that were sent name the stored response, whether the 304 repeats them or not.
        const headers = { ...entry.response.headers, ...withoutContent(response.headers) };
        const { policy } = entry.policy.revalidatedPolicy(request(url), { status: 304, headers });
        const renewed = { ...entry.response, headers };
        entries.set(url, { policy, response: renewed });
        return renewed;
      }
      const policy = new Policy(request(url), { ...response, headers: withLifetime(response) }, { shared: false });
      if (policy.storable()) entries.set(url, { policy, response });
      else entries.delete(url);
      return response;
    },
    clear: () => entries.clear(),
    size: () => entries.size,
  };
}

/** The length or type in a 304 is that of no body (RFC 9111, 3.2). */
function withoutContent(headers: StoredResponse['headers']): StoredResponse['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('content-')));
}

function withLifetime({ status, headers }: StoredResponse): StoredResponse['headers'] {
  const isSaid = 'cache-control' in headers || 'expires' in headers || 'pragma' in headers;
  return permanent.has(status) && !isSaid ? { ...headers, 'cache-control': `max-age=${foreverSeconds}` } : headers;
}

/** Returns a `fetch` that answers from the cache what it has, and stores redirects. Other responses are requested again, as after a reload. */
export function fetchWithCachedRedirects(cache: BrowserCache, onHit = (_url: string): void => {}): typeof cachedFetch {
  async function cachedFetch(url: string, init: RequestInit): Promise<Response> {
    const stored = cache.find(url);
    if (stored) {
      onHit(url);
      return new Response(null, { status: stored.status, headers: { ...stored.headers } });
    }
    const response = await fetch(url, init);
    if (response.headers.has('location')) {
      const { status, headers } = response;
      cache.store(url, { status, headers: Object.fromEntries(headers), body: new Uint8Array() });
    }
    return response;
  }
  return cachedFetch;
}
