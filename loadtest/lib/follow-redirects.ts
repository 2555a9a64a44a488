import { type Hop, isRedirect } from '../../src/core/view.ts';

/** The answer to one request. Status 0 means that no answer came; `error` then says why. */
export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly milliseconds: number;
  readonly error?: string;
}

/** Sends one request and follows no redirect. `hop` counts from 1. */
export type Ask = (url: string, hop: number) => Promise<Answer>;

/** All hops of one image, and how they ended. */
export interface View {
  readonly asked: string;
  readonly hops: readonly Hop[];
  /** The answer of the last hop, with its body. */
  readonly answer: Answer;
  /**
   * `answered`: the last answer is no redirect. `no-answer`: a request failed. `too-many-hops`: still a redirect after
   * `maxHops`. `no-location`: a redirect without a Location. `other-host`: a redirect to a host outside of the chain,
   * which was not followed.
   */
  readonly end: 'answered' | 'no-answer' | 'too-many-hops' | 'no-location' | 'other-host';
}

/** A healthy view has three hops. Twice as many are enough to see a loop, and bound what a loop costs. */
export const maxHops = 6;

/**
 * Follows redirects hop by hop. When k6 follows them itself, it reports the time of the last hop only, counts a loop as
 * a success, and follows a redirect to any host.
 */
export async function followRedirects(url: string, ask: Ask, hosts: readonly string[]): Promise<View> {
  const hops: Hop[] = [];
  for (let next = url; ; ) {
    const answer = await ask(next, hops.length + 1);
    const { status, headers, milliseconds } = answer;
    hops.push({ url: next, status, headers, milliseconds });
    const end = (end: View['end']): View => ({ asked: url, hops, answer, end });
    if (status === 0) return end('no-answer');
    if (!isRedirect(status)) return end('answered');
    if (!headers.location) return end('no-location');
    next = resolveLocation(headers.location, next);
    if (!hosts.includes(readAddress(next)?.host ?? '')) return end('other-host');
    if (hops.length === maxHops) return end('too-many-hops');
  }
}

/** The duration of a whole view: its hops follow one another. */
export function viewMilliseconds(hops: readonly Hop[]): number {
  return hops.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

interface Address {
  readonly scheme: string;
  /** `host` or `host:port`, in lower case. */
  readonly host: string;
}

/** Returns `undefined` for anything but an absolute http address without credentials. k6 has no `URL`. */
export function readAddress(url: string): Address | undefined {
  const [, scheme, host] = /^(https?):\/\/([^/?#\\@\s]+)(?:[/?#]|$)/i.exec(url) ?? [];
  return scheme && host ? { scheme: scheme.toLowerCase(), host: host.toLowerCase() } : undefined;
}

/** Resolves a `Location` against the URL that sent it. */
export function resolveLocation(location: string, from: string): string {
  const address = readAddress(from);
  if (!address || !location.startsWith('/')) return location;
  return location.startsWith('//') ? `${address.scheme}:${location}` : `${address.scheme}://${address.host}${location}`;
}
