import { type Hop, isRedirect, maxRedirects } from './core/view.ts';

/** As much of fetch as the walk needs, so that a test, a Lambda and the laptop can hand in their own. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<{ status: number; headers: Iterable<readonly [string, string]>; arrayBuffer(): Promise<ArrayBuffer> }>;

export interface FollowOptions {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** Redirects that are followed; one more ends the walk, as it ends a viewer's. */
  readonly redirects?: number;
  /** Hosts (`host:port`) that may be asked. Absent: any. A redirect elsewhere ends the walk before it is followed. */
  readonly hosts?: readonly string[];
  /** For one hop. */
  readonly timeoutMilliseconds?: number;
}

/**
 * Follows a viewer's chain by hand, hop by hop, since what follows redirects by itself shows the last hop only. The
 * last hop is a redirect where the chain does not end, or leads to a host that may not be asked.
 */
export async function followRedirects(url: string, fetch: Fetch, options: FollowOptions = {}): Promise<Hop[]> {
  const { method = 'GET', headers = {}, redirects = maxRedirects, hosts, timeoutMilliseconds = 30_000 } = options;
  const hops: Hop[] = [];
  for (let next: string | undefined = url; next && hops.length <= redirects; ) {
    const from = Date.now();
    const response = await fetch(next, {
      method,
      headers: { ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    // Read in any case: a body left unread holds its connection.
    const body = new Uint8Array(await response.arrayBuffer());
    const answered = Object.fromEntries([...response.headers].map(([name, value]) => [name.toLowerCase(), value]));
    const location = isRedirect(response.status) ? answered.location : undefined;
    hops.push({
      url: next,
      status: response.status,
      headers: answered,
      milliseconds: Date.now() - from,
      ...(location === undefined && { body }),
    });
    next = location === undefined ? undefined : allowed(new URL(bytesAsUtf8(location), next), hosts);
  }
  return hops;
}

function allowed(url: URL, hosts: readonly string[] | undefined): string | undefined {
  return hosts === undefined || hosts.includes(url.host) ? url.href : undefined;
}

/** Headers arrive as a character for each byte; browsers read the bytes of a Location as UTF-8 (Fetch standard). */
export function bytesAsUtf8(header: string): string {
  return new TextDecoder().decode(Uint8Array.from(header, (character) => character.charCodeAt(0)));
}
