import { createHash, randomUUID } from 'node:crypto';
import { metadataNames } from '../../src/core/derivative-metadata.ts';
import type { Images } from '../chain/buckets.ts';
import { addressOf } from '../chain/presets.ts';
import type { Chain } from '../chain/start-chain.ts';
import type { BrowserMemory } from '../faults/browser-cache.ts';
import type { Control } from '../faults/control.ts';
import { adviceOn } from './advice.ts';
import type { Hop, Mechanism, View } from './contract.ts';
import { diagnose, writtenKey } from './diagnose.ts';
import { isHit, viewKind, viewWords } from './hop-words.ts';
import { factsOf } from './image-facts.ts';
import { describe, settingsOf } from './mechanisms.ts';
import { createQueue } from './queue.ts';
import { followRedirects } from './view-hops.ts';

export interface Views {
  /** A viewer asks for the image, as the chain stands. */
  view(preset: string, key: string): Promise<View>;
  /** A first view: the derivative is deleted and forgotten before. */
  cold(preset: string, key: string): Promise<View>;
  /** A view that the edge holds, after as many others as that takes. */
  warm(preset: string, key: string): Promise<View>;
  /** What the last hop brought, of the newest views. */
  bytesOf(id: string): Uint8Array | undefined;
}

const keptViews = 30;
const mostWarmingViews = 3;

export function createViews(chain: Chain, control: Control, images: Images, memory: BrowserMemory): Views {
  /** What two views at once did behind the same endpoint could not be told apart. */
  const inTurn = createQueue();
  const bodies = new Map<string, Uint8Array>();

  async function view(preset: string, key: string): Promise<View> {
    const setup = control.now();
    const at = new Date(chain.clock.now()).toISOString();
    const url = addressOf(chain.edge.address, preset, key);
    const { hops, body } = await followRedirects(url, chain, setup.browser === 'forgets' ? undefined : memory);
    const kind = viewKind(hops);
    const id = randomUUID();
    bodies.set(id, body);
    for (const oldest of bodies.keys()) if (bodies.size > keptViews) bodies.delete(oldest);

    const last = hops.at(-1);
    const isError = kind === 'refused' || kind === 'fault';
    const mechanism = await mechanismOf(hops, preset, key);
    const original = await images.read('originals', key);
    const originalFacts = original && (await factsOf(original.bytes));
    const derivative = isError || kind === 'loop' ? undefined : await factsOf(body);
    return {
      id,
      at,
      image: key,
      preset,
      setup,
      kind,
      ...viewWords(kind, hops),
      hops,
      milliseconds: hops.reduce((sum, hop) => sum + hop.milliseconds, 0),
      ...(mechanism ? { mechanism } : {}),
      ...(last && isError ? { advice: adviceOn(last, Buffer.from(body).toString()) } : {}),
      ...(originalFacts ? { original: originalFacts } : {}),
      ...(derivative ? { derivative } : {}),
    };
  }

  async function mechanismOf(hops: readonly Hop[], preset: string, key: string): Promise<Mechanism | undefined> {
    const asked = `${preset}/${key}`;
    const settings = settingsOf(chain.endpoints.parts());
    const id = diagnose(hops, asked, settings) ?? ((await isOutdated(hops, asked, key)) ? 'W3' : undefined);
    const { redirectCaching } = chain.switches;
    return id && describe(id, { ...settings, redirectCaching, asked, written: writtenKey(hops) });
  }

  /** Whether an image was shown that was made of another original than there is now. */
  async function isOutdated(hops: readonly Hop[], derivativeKey: string, key: string): Promise<boolean> {
    const last = hops.at(-1);
    if (last?.status !== 200 || hops.length > 1) return false;
    const [derivative, original] = await Promise.all([
      images.head('derivatives', derivativeKey),
      images.head('originals', key),
    ]);
    const named = derivative?.[`x-amz-meta-${metadataNames.originalId}`];
    const shown = last.headers.etag;
    if (original === undefined || named === undefined) return false;
    // The edge may hold one that S3 holds no longer; then only S3's own can be judged.
    const present = createHash('sha256')
      .update(original.etag ?? '')
      .digest('hex');
    return shown === derivative?.etag && named !== present;
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
        for (let count = 1; count < mostWarmingViews && !isWarm(seen); count += 1) seen = await view(preset, key);
        return seen;
      }),
    bytesOf: (id) => bodies.get(id),
  };
}

function isWarm({ kind, hops }: View): boolean {
  const [first] = hops;
  return kind === 'warm' && first !== undefined && isHit(first);
}
