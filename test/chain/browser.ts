import type { BrowserCache } from '../../local/faults/browser-cache.ts';
import { isRedirect, maxRedirects } from '../../src/core/view.ts';
import { bytesAsUtf8 } from '../../src/follow-redirects.ts';

/** One request of a view, or the cached response that took its place. */
export interface Hop {
  readonly url: string;
  readonly method: string;
  readonly status: number;
  readonly headers: Headers;
  /** True when no request was sent. A revalidation by 304 is a request. */
  readonly fromBrowserCache: boolean;
}

export interface View {
  readonly hops: readonly Hop[];
  /** Of the last hop; empty when the browser gave up. */
  readonly body: Uint8Array;
  /** The browser shows an image or an error page, or gives up with ERR_TOO_MANY_REDIRECTS. */
  readonly outcome: 'shown' | 'too many redirects';
}

export interface BrowseOptions {
  /** Absent: a browser without a cache. */
  readonly cache?: BrowserCache;
  readonly method?: string;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens a URL as a browser does: follows redirects, through its cache, until there is something to show. */
export async function browse(url: string, options: BrowseOptions = {}): Promise<View> {
  const hops: Hop[] = [];
  let method = options.method ?? 'GET';
  let next: string | undefined = url;
  let body: Uint8Array = new Uint8Array(0);
  while (next !== undefined) {
    if (hops.length > maxRedirects) return { hops, body: new Uint8Array(0), outcome: 'too many redirects' };
    const address = withoutFragment(next);
    const { body: received, ...hop } = await request(address, method, options);
    hops.push(hop);
    body = received;
    method = methodAfter(hop.status, method);
    const location = hop.headers.get('location');
    next = isRedirect(hop.status) && location !== null ? new URL(bytesAsUtf8(location), address).href : undefined;
  }
  return { hops, body, outcome: 'shown' };
}

async function request(
  url: string,
  method: string,
  { cache, fetch = globalThis.fetch, headers = {} }: BrowseOptions,
): Promise<Hop & { readonly body: Uint8Array }> {
  const hopOf = (response: { status: number; headers: Readonly<Record<string, string>>; body: Uint8Array }) => ({
    url,
    method,
    status: response.status,
    headers: new Headers({ ...response.headers }),
    body: response.body,
  });
  // Browsers answer a HEAD from the response to a GET, and store responses to GET only.
  const isCached = method === 'GET' || method === 'HEAD';
  const stored = isCached ? cache?.find(url) : undefined;
  if (stored) return { ...hopOf(stored), fromBrowserCache: true };

  const validators = isCached ? cache?.validators(url) : undefined;
  const response = await fetch(url, { method, redirect: 'manual', headers: { ...headers, ...validators } });
  const body = new Uint8Array(await response.arrayBuffer());
  const received = { status: response.status, headers: Object.fromEntries(response.headers), body };
  const shown = method === 'GET' || response.status === 304 ? (cache?.store(url, received) ?? received) : received;
  return { ...hopOf(shown), fromBrowserCache: false };
}

/** 307 and 308 keep the method; a 303, and in practice a 301 or 302 after a POST, turn it into a GET. */
function methodAfter(status: number, method: string): string {
  if (status === 303 && method !== 'HEAD') return 'GET';
  return (status === 301 || status === 302) && method === 'POST' ? 'GET' : method;
}

function withoutFragment(url: string): string {
  const plain = new URL(url);
  plain.hash = '';
  return plain.href;
}
