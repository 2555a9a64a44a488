import type { BrowserCache, StoredAnswer } from './browser-cache.ts';

/** One request of a view, or the cached answer that took its place. */
export interface Hop {
  readonly url: string;
  readonly method: string;
  readonly status: number;
  readonly headers: Headers;
  /** True when no request left the browser. A revalidation by 304 is a request. */
  readonly fromBrowserCache: boolean;
}

export interface View {
  readonly hops: readonly Hop[];
  /** Of the last hop; empty when the browser gave up. */
  readonly body: Uint8Array;
  /** The browser shows an image or an error page, or has followed its last redirect (ERR_TOO_MANY_REDIRECTS). */
  readonly outcome: 'shown' | 'too many redirects';
}

export interface BrowseOptions {
  /** Left out: a browser that remembers nothing. */
  readonly cache?: BrowserCache;
  readonly method?: string;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Given to every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Chromium's limit, and that of the Fetch standard. */
export const maxRedirects = 20;

/** What a browser does with an address: follows redirects, through its own cache, until there is something to show. */
export async function browse(url: string, options: BrowseOptions = {}): Promise<View> {
  const hops: Hop[] = [];
  let method = options.method ?? 'GET';
  let next: string | undefined = url;
  let body: Uint8Array = new Uint8Array(0);
  while (next !== undefined) {
    if (hops.length > maxRedirects) return { hops, body: new Uint8Array(0), outcome: 'too many redirects' };
    const address = withoutFragment(next);
    const answer = await ask(address, method, options);
    const { status, headers, fromBrowserCache } = answer;
    hops.push({ url: address, method, status, headers, fromBrowserCache });
    body = answer.body;
    method = methodAfter(status, method);
    next = redirectTarget(address, answer);
  }
  return { hops, body, outcome: 'shown' };
}

interface Answer extends StoredAnswer {
  readonly fromBrowserCache: boolean;
}

async function ask(
  url: string,
  method: string,
  { cache, fetch = globalThis.fetch, headers = {} }: BrowseOptions,
): Promise<Answer> {
  // Browsers answer a HEAD from what a GET has brought, and store what GETs bring.
  const isCached = method === 'GET' || method === 'HEAD';
  const held = isCached ? cache?.find(url) : undefined;
  if (held?.isFresh) return { ...held.answer, fromBrowserCache: true };

  const conditions = held ? validatorsOf(held.answer) : {};
  const response = await fetch(url, { method, redirect: 'manual', headers: { ...headers, ...conditions } });
  const body = new Uint8Array(await response.arrayBuffer());
  const answer = { status: response.status, headers: response.headers, body };
  if (response.status === 304 && held && Object.keys(conditions).length > 0) {
    return { ...(cache?.renew(url, response.headers) ?? held.answer), fromBrowserCache: false };
  }
  if (method === 'GET') cache?.store(url, answer);
  return { ...answer, fromBrowserCache: false };
}

function redirectTarget(from: string, { status, headers }: StoredAnswer): string | undefined {
  const location = headers.get('location');
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  return new URL(utf8Of(location), from).href;
}

/** Header bytes arrive one to a character; browsers read them as UTF-8 where that is what they are. */
function utf8Of(header: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'));
  } catch {
    return header;
  }
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

function validatorsOf({ headers }: StoredAnswer): Record<string, string> {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return {
    ...(etag !== null && { 'if-none-match': etag }),
    ...(lastModified !== null && { 'if-modified-since': lastModified }),
  };
}
