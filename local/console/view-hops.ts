import { setTimeout as wait } from 'node:timers/promises';
import type { Chain } from '../chain/start-chain.ts';
import { type BrowserMemory, isRedirect, maxRedirects } from '../faults/browser-cache.ts';
import { Impossible } from '../faults/refused.ts';
import type { Hop, Place, Step } from './contract.ts';
import { hopWords } from './hop-words.ts';
import { readReport } from './log-lines.ts';

export interface Walked {
  readonly hops: readonly Hop[];
  /** Of the last hop. */
  readonly body: Uint8Array;
}

type WatchedChain = Pick<Chain, 'edge' | 'api' | 'website' | 'events' | 's3' | 'lambdas'>;

type Draft = { -readonly [Name in keyof Omit<Hop, 'says'>]: Hop[Name] } & { readonly steps: Step[] };
const unanswered = { method: 'GET', status: 0, headers: {}, bytes: 0, milliseconds: 0 } as const;

/** What a browser sends for an `<img>`. */
const accept = 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5';
const hopMilliseconds = 40_000;

/**
 * Follows a viewer's way by hand, since what follows redirects by itself shows its end alone, and notes what happened
 * behind each endpoint. With a memory, redirects that a browser would have kept are taken from there.
 */
export async function followRedirects(url: string, chain: WatchedChain, memory?: BrowserMemory): Promise<Walked> {
  const hops: Draft[] = [];
  const stop = chain.events.listen((event) => {
    const [place, step] = stepOf(event, chain) ?? [];
    if (step) hops.findLast((hop) => hop.place === place && hop.from === 'network')?.steps.push(step);
  });
  let body = new Uint8Array();
  try {
    for (let next: string | undefined = url; next !== undefined && hops.length <= maxRedirects; ) {
      const place = placeOf(next, chain);
      // Only this chain is asked, wherever a redirect may lead.
      if (place === 'elsewhere') break;
      const kept = memory?.find(next);
      const hop: Draft = { ...unanswered, place, from: kept ? 'browser' : 'network', url: next, steps: [] };
      // Before it is asked, so that what happens meanwhile finds it.
      hops.push(hop);
      if (kept) Object.assign(hop, { status: kept.status, headers: kept.headers });
      else body = await ask(hop);
      next = targetOf(hop);
      if (next !== undefined && !kept) memory?.keep(hop.url, hop);
    }
    // The last notes of a call may come a moment after its answer.
    await wait(10);
  } finally {
    stop();
  }
  return { hops: hops.map((hop) => ({ ...hop, says: hopWords(hop) })), body };
}

async function ask(hop: Draft): Promise<Uint8Array<ArrayBuffer>> {
  const start = performance.now();
  const signal = AbortSignal.timeout(hopMilliseconds);
  const response = await fetch(hop.url, { redirect: 'manual', headers: { accept }, signal }).catch((cause: unknown) => {
    throw new Impossible(
      `${hop.url} gave no answer: ${String(cause)}`,
      'Look at the terminal in which the chain runs.',
    );
  });
  const body = new Uint8Array(await response.arrayBuffer());
  hop.status = response.status;
  hop.headers = Object.fromEntries(response.headers);
  hop.bytes = body.length;
  hop.milliseconds = performance.now() - start;
  return body;
}

function targetOf({ url, status, headers: { location } }: Draft): string | undefined {
  return isRedirect(status) && location !== undefined ? new URL(location, url).href : undefined;
}

function placeOf(url: string, { edge, api, website }: WatchedChain): Place {
  const { origin } = new URL(url);
  if (origin === edge.address) return 'edge';
  if (origin === api.address) return 'api';
  return origin === website.address ? 'website' : 'elsewhere';
}

type Event = Parameters<Parameters<Chain['events']['listen']>[0]>[0];

/** Which hop an event of the chain belongs to: the last one at that place. */
function stepOf(event: Event, { s3, lambdas }: WatchedChain): readonly [Place, Step] | undefined {
  if (event.kind === 'hop' && event.hop.endpoint === 'website') {
    return ['edge', { part: 'website', status: event.hop.status }];
  }
  if (event.kind === 's3' && typeof event.call.caller === 'object') {
    const { operation, key, status, milliseconds, bucket, fault } = event.call;
    const part = bucket === s3.derivatives ? 'derivatives' : 'originals';
    return ['api', { part, operation, key, status, milliseconds, isFault: fault !== undefined }];
  }
  if (event.kind === 'log' && lambdas.some((lambda) => lambda.function.logGroup === event.group)) {
    const report = readReport(event.line);
    return report && ['api', { part: 'lambda', ...report }];
  }
  return undefined;
}
