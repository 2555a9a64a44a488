import { type BrowserMemory, isRedirect, type KeptRedirect, maxRedirects } from '../faults/browser-cache.ts';

/** Far longer than anything here takes: it ends what hangs. */
const hopMilliseconds = 120_000;

/**
 * Follows redirects as a browser does, and gives the statuses that it met. With a memory, redirects that a browser would
 * have kept are taken from there, and nobody is asked.
 */
export async function view(url: string, memory?: BrowserMemory): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let next: string | undefined = url; next !== undefined && statuses.length <= maxRedirects; ) {
    const answer: KeptRedirect = memory?.find(next) ?? (await ask(next));
    statuses.push(answer.status);
    const { location }: Readonly<Record<string, string>> = answer.headers;
    if (!isRedirect(answer.status) || location === undefined) break;
    memory?.keep(next, answer);
    next = new URL(location, next).href;
  }
  return statuses;
}

async function ask(url: string): Promise<KeptRedirect> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(hopMilliseconds) });
  // Read in any case: a body left unread holds its connection.
  await response.arrayBuffer();
  return { status: response.status, headers: Object.fromEntries(response.headers) };
}
