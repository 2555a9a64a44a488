import { type Hop, isRedirect } from '../../src/core/view.ts';
import { readAddress, resolveLocation } from './address.ts';

/** What one request gave. A status of 0: nothing came, `error` says why. */
export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly milliseconds: number;
  readonly error?: string;
}

/** Asks once and follows nothing. `hop` counts from 1. */
export type Ask = (url: string, hop: number) => Promise<Answer>;

/** All hops of one image, and how they ended. */
export interface View {
  readonly asked: string;
  readonly hops: readonly Hop[];
  /** The answer of the last hop, with its body. */
  readonly answer: Answer;
  /**
   * `answered` by something that is no redirect; `silent`: a request failed; `endless`: still a redirect after so many
   * hops; `nowhere`: a redirect without an address; `astray`: one to a host that is none of ours, and was not asked.
   */
  readonly end: 'answered' | 'silent' | 'endless' | 'nowhere' | 'astray';
}

/** Three hops are healthy. As many more tell a loop from one turn too many, and no viewer of a test goes on for ever. */
export const maxHops = 6;

/**
 * Follows a chain by hand. A client that follows redirects by itself times the last hop only and calls a loop a
 * success, and a redirect to a direct caller would be followed, too.
 */
export async function followRedirects(url: string, ask: Ask, hosts: readonly string[]): Promise<View> {
  const hops: Hop[] = [];
  for (let next = url; ; ) {
    const answer = await ask(next, hops.length + 1);
    const { status, headers, milliseconds } = answer;
    hops.push({ url: next, status, headers, milliseconds });
    const end = (end: View['end']): View => ({ asked: url, hops, answer, end });
    if (status === 0) return end('silent');
    if (!isRedirect(status)) return end('answered');
    if (!headers.location) return end('nowhere');
    next = resolveLocation(headers.location, next);
    if (!hosts.includes(readAddress(next)?.host ?? '')) return end('astray');
    if (hops.length === maxHops) return end('endless');
  }
}

/** A view from its first byte to its last, as its viewer waits for it. */
export function viewMilliseconds(hops: readonly Hop[]): number {
  return hops.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}
