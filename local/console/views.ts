import { createHash, randomUUID } from 'node:crypto';
import { metadataNames } from '../../src/core/derivative-metadata.ts';
import { isHit, viewKind } from '../../src/core/view.ts';
import type { Images } from '../chain/buckets.ts';
import { addressOf } from '../chain/presets.ts';
import type { Chain } from '../chain/start-chain.ts';
import type { BrowserCache } from '../faults/browser-cache.ts';
import type { Control } from '../faults/control.ts';
import type { Cause, Hop, View } from './contract.ts';
import { describeView } from './describe-view.ts';
import { cacheSettingsOf, describeCause, diagnose, writtenKey } from './diagnose.ts';
import { explainError } from './explain-error.ts';
import { factsOf } from './image-facts.ts';
import { observeView } from './observe-view.ts';
import { createQueue } from './queue.ts';

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

export function createViews(chain: Chain, control: Control, images: Images, cache: BrowserCache): Views {
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
    const cause = await causeOf(hops, `${preset}/${key}`, key);
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
    return (
      madeFrom !==
      createHash('sha256')
        .update(original.etag ?? '')
        .digest('hex')
    );
  }

  return {
    view: (preset, key) => inTurn(() => view(preset, key)),
    cold: (preset, key) =>
      inTurn(async () => {
        await images.remove('derivatives', `${preset}/${key}`);
        chain.edge.invalidate([new URL(addressOf(chain.edge.address, preset, key)).pathname]);
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
