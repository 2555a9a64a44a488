import { type Hop, isRedirect, maxRedirects } from './core/view.ts';

/** The part of `fetch` that is needed, so that callers can pass their own. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<{ status: number; headers: Iterable<readonly [string, string]>; arrayBuffer(): Promise<ArrayBuffer> }>;

export interface FollowOptions {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** Redirects that are followed at most. The result ends with the next one. Default: as many as a browser. */
  readonly redirects?: number;
  /** Hosts (`host:port`) that may be requested; the result ends with a redirect elsewhere. Default: any. */
  readonly hosts?: readonly string[];
  /** Time limit of one hop. */
  readonly timeoutMilliseconds?: number;
  /** Aborts the hop in progress. */
  readonly signal?: AbortSignal;
  /** Called after each hop, so that the caller has those before a hop that fails. */
  readonly onHop?: (hop: Hop) => void;
}

/**
 * Requests a URL and follows its redirects, one request at a time, since `fetch` by itself shows the last answer only.
 * The last hop is a redirect if the chain does not end, or leads to a host that may not be requested.
 */
export async function followRedirects(url: string, fetch: Fetch, options: FollowOptions = {}): Promise<Hop[]> {
  const { method = 'GET', headers = {}, redirects = maxRedirects, hosts, timeoutMilliseconds = 30_000 } = options;
  const hops: Hop[] = [];
  for (let next: string | undefined = url; next && hops.length <= redirects; ) {
    const from = Date.now();
    const timeout = AbortSignal.timeout(timeoutMilliseconds);
    const response = await fetch(next, {
      method,
      headers: { ...headers },
      redirect: 'manual',
      signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout,
    });
    // Always read: an unread body keeps its connection.
    const body = new Uint8Array(await response.arrayBuffer());
    const answered = Object.fromEntries([...response.headers].map(([name, value]) => [name.toLowerCase(), value]));
    const location = isRedirect(response.status) ? answered.location : undefined;
    const hop: Hop = {
      url: next,
      status: response.status,
      headers: answered,
      milliseconds: Date.now() - from,
      ...(location === undefined && { body }),
    };
    hops.push(hop);
    options.onHop?.(hop);
    next = location === undefined ? undefined : allowed(new URL(bytesAsUtf8(location), next), hosts);
  }
  return hops;
}

function allowed(url: URL, hosts: readonly string[] | undefined): string | undefined {
  return hosts === undefined || hosts.includes(url.host) ? url.href : undefined;
}

/** `fetch` gives one character for each byte of a header; browsers read `Location` as UTF-8 (Fetch standard). */
export function bytesAsUtf8(header: string): string {
  return new TextDecoder().decode(Uint8Array.from(header, (character) => character.charCodeAt(0)));
}
