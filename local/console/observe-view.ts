import { setTimeout as wait } from 'node:timers/promises';
import { type Fetch, type FollowOptions, followRedirects } from '../../src/follow-redirects.ts';
import type { ChainEvent } from '../aws/chain-events.ts';
import type { Chain } from '../chain/start-chain.ts';
import { type BrowserCache, fetchWithCachedRedirects } from '../faults/browser-cache.ts';
import { UserError } from '../faults/user-error.ts';
import type { Endpoint, Hop, Step } from './contract.ts';
import { describeHop } from './describe-view.ts';

export interface ObservedView {
  readonly hops: readonly Hop[];
  /** Of the last hop; empty when that is a redirect. */
  readonly body: Uint8Array;
}

type ObservedChain = Pick<Chain, 'edge' | 'api' | 'website' | 'events' | 's3'>;

/** What Chromium sends for an `<img>`. */
const accept = 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5';
const hopMilliseconds = 40_000;

/** Follows the redirects of a view within the chain, with a browser's cache or without, and observes what happens behind each endpoint meanwhile. */
export async function observeView(url: string, chain: ObservedChain, cache?: BrowserCache): Promise<ObservedView> {
  const endpoints: Readonly<Record<string, Endpoint>> = {
    [chain.edge.address]: 'edge',
    [chain.api.address]: 'api',
    [chain.website.address]: 'website',
  };
  const endpointOf = (address: string): Endpoint => endpoints[new URL(address).origin] ?? 'edge';
  const observed: { readonly endpoint: Endpoint; from: Hop['from']; readonly steps: Step[] }[] = [];
  const stop = chain.events.listen((event) => {
    const [endpoint, step] = stepOf(event, chain) ?? [];
    if (step) observed.findLast((hop) => hop.endpoint === endpoint && hop.from === 'network')?.steps.push(step);
  });
  const onHit = () => {
    const hop = observed.at(-1);
    if (hop) hop.from = 'browser';
  };
  const send: Fetch = cache ? fetchWithCachedRedirects(cache, onHit) : fetch;
  const options: FollowOptions = {
    headers: { accept },
    hosts: Object.keys(endpoints).map((address) => new URL(address).host),
    timeoutMilliseconds: hopMilliseconds,
  };
  try {
    const hops = await followRedirects(
      url,
      async (address, init) => {
        // Before the request, so that its events find their hop.
        observed.push({ endpoint: endpointOf(address), from: 'network', steps: [] });
        return send(address, init).catch((cause: unknown) => {
          throw new UserError(`${address} did not answer: ${String(cause)}`, 'Look at the terminal of make dev.');
        });
      },
      options,
    );
    // The last events of a call may come a moment after its response.
    await wait(10);
    return {
      hops: hops.map(({ body, ...hop }, index) => {
        const { endpoint = 'edge', from = 'network', steps = [] } = observed[index] ?? {};
        const bytes = body?.length ?? 0;
        const milliseconds = from === 'browser' ? 0 : hop.milliseconds;
        const known = { ...hop, endpoint, from, steps, bytes, milliseconds };
        return { ...known, description: describeHop(known) };
      }),
      body: hops.at(-1)?.body ?? new Uint8Array(),
    };
  } finally {
    stop();
  }
}

/** The endpoint whose hop an event belongs to. */
function stepOf(event: ChainEvent, { s3 }: ObservedChain): readonly [Endpoint, Step] | undefined {
  if (event.kind === 'hop' && event.hop.endpoint === 'website') {
    return ['edge', { part: 'website', status: event.hop.status }];
  }
  if (event.kind === 's3' && typeof event.call.caller === 'object') {
    const { operation, key, status, milliseconds, bucket, fault } = event.call;
    const part = bucket === s3.derivatives ? 'derivatives' : 'originals';
    return ['api', { part, operation, key, status, milliseconds, isFault: fault !== undefined }];
  }
  if (event.kind === 'invocation' && event.invocation.report) {
    const { durationMilliseconds, initMilliseconds, peakMegabytes, status } = event.invocation.report;
    const init = initMilliseconds !== undefined && { initMilliseconds };
    return ['api', { part: 'lambda', milliseconds: durationMilliseconds, ...init, megabytes: peakMegabytes, status }];
  }
  return undefined;
}
