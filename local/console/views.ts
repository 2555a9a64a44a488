import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { config } from '../../src/config.ts';
import { metadataNames } from '../../src/core/derivative-metadata.ts';
import { focalMetadata, identityText, readFocalPoint } from '../../src/core/focal-point.ts';
import { negotiatedPresets } from '../../src/core/presets.ts';
import { isApiHop, isHit, viewKind } from '../../src/core/view.ts';
import { type Fetch, type FollowOptions, followRedirects } from '../../src/follow-redirects.ts';
import type { ChainEvent } from '../aws/chain-events.ts';
import { addressOf, type Images } from '../chain/buckets.ts';
import type { Chain } from '../chain/start-chain.ts';
import { type BrowserCache, fetchWithCachedRedirects } from '../faults/browser-cache.ts';
import type { Control } from '../faults/control.ts';
import { UserError } from '../faults/setup.ts';
import type { Cause, Endpoint, Hop, Step, View } from './contract.ts';
import { describeHop, describeView, explainError } from './describe-view.ts';
import { cacheSettingsOf, describeCause, diagnose, writtenKey } from './diagnose.ts';
import { factsOf } from './image-facts.ts';

export interface Views {
  /** Views the image with the chain as it is. */
  view(preset: string, key: string): Promise<View>;
  /** A first view: the derivative is deleted before, in S3 and at the edge. */
  cold(preset: string, key: string): Promise<View>;
  /** Views the image until the edge has it. */
  warm(preset: string, key: string): Promise<View>;
  /** The bytes of the last hop, for the newest views. */
  bytesOf(id: string): Uint8Array | undefined;
}

const maxKeptBodies = 30;
const maxWarmingViews = 3;

/** `cache` answers with redirects. `pages` keeps what a page's images leave in a browser, and answers nobody. */
export function createViews(
  chain: Chain,
  control: Control,
  images: Images,
  cache: BrowserCache,
  pages: BrowserCache,
): Views {
  /** One view at a time: the events of two could not be told apart. */
  const inTurn = createQueue();
  const bodies = new Map<string, Uint8Array>();

  async function view(preset: string, key: string): Promise<View> {
    const setup = control.current();
    const at = new Date(chain.clock.now()).toISOString();
    const url = addressOf(chain.edge.address, preset, key);
    const { hops, body } = await observeView(url, chain, setup.browser === 'none' ? undefined : cache);
    const kind = viewKind(hops);
    const isError = kind === 'refused' || kind === 'fault';
    const id = randomUUID();
    bodies.set(id, body);
    for (const oldest of bodies.keys()) if (bodies.size > maxKeptBodies) bodies.delete(oldest);

    const last = hops.at(-1);
    if (last?.status === 200) pages.store(last.url, { status: 200, headers: last.headers, body });
    const cause = await causeOf(hops, `${servedPreset(preset)}/${key}`, key);
    const original = await images.read('originals', key);
    const derivative = isError || kind === 'loop' ? undefined : await factsOf(body);
    return {
      id,
      at,
      image: key,
      preset,
      setup,
      kind,
      ...describeView(kind, hops),
      hops,
      milliseconds: hops.reduce((sum, hop) => sum + hop.milliseconds, 0),
      ...(cause && { cause }),
      ...(last && isError && { error: explainError(last, Buffer.from(body).toString()) }),
      original: original ? ((await factsOf(original.bytes)) ?? 'undrawable') : 'missing',
      ...(derivative && { derivative }),
    };
  }

  async function causeOf(hops: readonly Hop[], requestedKey: string, key: string): Promise<Cause | undefined> {
    const settings = cacheSettingsOf(chain.endpoints.parts());
    const code =
      diagnose(hops, requestedKey, settings) ?? ((await isOutdated(hops, requestedKey, key)) ? 'W3' : undefined);
    const { redirectCaching } = chain.switches;
    return code && describeCause(code, { ...settings, redirectCaching, requestedKey, writtenKey: writtenKey(hops) });
  }

  /** Whether the image was made from another original than the present one. Unknown when S3 no longer has what the edge served. */
  async function isOutdated(hops: readonly Hop[], derivativeKey: string, key: string): Promise<boolean> {
    const [only, ...others] = hops;
    if (only?.status !== 200 || others.length > 0) return false;
    const [derivative, original] = await Promise.all([
      images.head('derivatives', derivativeKey),
      images.head('originals', key),
    ]);
    const madeFrom = derivative?.[`x-amz-meta-${metadataNames.originalId}`];
    if (original === undefined || madeFrom === undefined || only.headers.etag !== derivative?.etag) return false;
    const identity = identityText(original.etag ?? '', readFocalPoint(original[`x-amz-meta-${focalMetadata}`]));
    return madeFrom !== createHash('sha256').update(identity).digest('hex');
  }

  return {
    view: (preset, key) => inTurn(() => view(preset, key)),
    cold: (preset, key) =>
      inTurn(async () => {
        await images.remove('derivatives', `${servedPreset(preset)}/${key}`);
        chain.edge.invalidate([new URL(addressOf(chain.edge.address, servedPreset(preset), key)).pathname]);
        return view(preset, key);
      }),
    warm: (preset, key) =>
      inTurn(async () => {
        let seen = await view(preset, key);
        for (let count = 1; count < maxWarmingViews && !seen.hops.slice(0, 1).every(isHit); count += 1) {
          seen = await view(preset, key);
        }
        return seen;
      }),
    bytesOf: (id) => bodies.get(id),
  };
}

interface ObservedView {
  readonly hops: readonly Hop[];
  /** Of the last hop; empty when that is a redirect. */
  readonly body: Uint8Array;
}

type ObservedChain = Pick<Chain, 'edge' | 'api' | 'website' | 'events' | 's3'>;

/** What Chromium sends for an `<img>`. */
const accept = 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5';
/** What the edge makes of a preset for this `Accept`. */
export const servedPreset = (preset: string) => negotiatedPresets(config.presets)[preset]?.avif ?? preset;

const hopMilliseconds = 40_000;

/** Follows the redirects of a view within the chain, with a browser's cache or without, and observes what happens behind each endpoint meanwhile. */
async function observeView(url: string, chain: ObservedChain, cache?: BrowserCache): Promise<ObservedView> {
  const endpoints: Readonly<Record<string, Endpoint>> = {
    [chain.edge.address]: 'edge',
    [chain.api.address]: 'api',
    [chain.website.address]: 'website',
  };
  const endpointOf = (address: string): Endpoint =>
    isApiHop({ url: address }) ? 'api' : (endpoints[new URL(address).origin] ?? 'edge');
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
  if (event.kind === 'hop' && event.hop.edge?.rewrittenUri !== undefined) {
    return ['edge', { part: 'edge-function', uri: event.hop.edge.rewrittenUri }];
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

/** Runs one work after another, in the order in which they came. A failed one does not stop the next. */
export function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result> | Result): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
