import { apiOnOf } from '../../src/target.ts';
import { addressOf, type Images, presetsOf, type StoredImage } from '../chain/buckets.ts';
import type { Chain } from '../chain/start-chain.ts';
import { createBrowserCache } from '../faults/browser-cache.ts';
import { createControl } from '../faults/control.ts';
import { type SetupChange, UserError } from '../faults/setup.ts';
import type { State, View } from './contract.ts';
import { thumbnailOf, variationOf } from './image-facts.ts';
import { createPurgeTracer, type PurgeTracer } from './purge-trace.ts';
import { runScenario } from './scenarios.ts';
import { createViews, servedPreset, type Views } from './views.ts';

/** Everything that can be done with the chain. All open pages share one session. Actions return what they did, in a sentence. */
export interface Session {
  readonly views: Views;
  state(): State;
  set(change: SetupChange): Promise<string>;
  /** Returns to the setup of the start, and puts replaced originals back. Deleted derivatives are made again when viewed. */
  reset(): Promise<string>;
  repair(): Promise<void>;
  clearEdgeCache(): string;
  clearBrowserCache(): string;
  deleteDerivative(preset: string, key: string): Promise<string>;
  /** Both follow the purge of the preset's derivative. */
  replaceOriginal(preset: string, key: string): Promise<string>;
  deleteOriginal(preset: string, key: string): Promise<string>;
  readonly purge: PurgeTracer;
  upload(key: string, bytes: Buffer): Promise<string>;
  play(scenario: string, preset: string, key: string): Promise<View>;
  /** One to choose at first: it can be decoded, and its key needs no encoding. */
  firstImage(keys: readonly string[]): Promise<string | undefined>;
}

/** Decoding more originals than that would delay the page. */
const maxTriedOriginals = 20;

export function createSession(chain: Chain, images: Images): Session {
  const cache = createBrowserCache(chain.clock);
  const control = createControl(chain, images);
  const pages = createBrowserCache(chain.clock);
  const views = createViews(chain, control, images, cache, pages);
  const purge = createPurgeTracer(chain, images, pages);
  const presets = presetsOf(chain.parts.website);
  /** What each original was before the session wrote it first; `undefined`: there was none. */
  const replaced = new Map<string, StoredImage | undefined>();

  async function writeOriginal(key: string, image: StoredImage, before: StoredImage | undefined): Promise<void> {
    if (!replaced.has(key)) replaced.set(key, before);
    await images.put('originals', key, image);
  }

  /** So that there is something to purge. In a chain with a fault only that counts what it does by itself. */
  async function fillCaches(preset: string, key: string): Promise<void> {
    if (control.changes().length === 0 && presets.includes(preset)) await views.warm(preset, key);
  }

  /** A file of the images folder shows again when the object that hid it is removed. */
  async function restoreOriginals(): Promise<void> {
    for (const [key, before] of replaced) {
      await images.remove('originals', key);
      const below = before && (await images.read('originals', key));
      if (before && !below?.bytes.equals(before.bytes)) await images.put('originals', key, before);
      replaced.delete(key);
    }
  }

  const session: Session = {
    views,
    purge,
    state: () => ({
      edge: chain.edge.address,
      api: chain.api.url,
      stage: chain.target.stage,
      apiOn: apiOnOf(chain.target),
      presets,
      setup: control.current(),
      initial: control.initial,
      changes: [
        ...control.changes(),
        ...[...replaced].map(([key, before]) => ({
          id: 'original' as const,
          title: `Original ${key}: ${before ? 'changed' : 'uploaded'}`,
        })),
      ],
      cachedRedirects: cache.size(),
    }),
    async set(change) {
      await control.set(change);
      if (change.browser === 'none') cache.clear();
      const changes = control.changes().map(({ title }) => title);
      return changes.length === 0 ? 'Everything is as at the start.' : `Set. ${changes.join('. ')}.`;
    },
    async repair() {
      await control.reset();
      cache.clear();
    },
    async reset() {
      await session.repair();
      pages.clear();
      await restoreOriginals();
      return 'Everything is as at the start.';
    },
    clearEdgeCache() {
      chain.edge.clear();
      return 'The edge cache is empty. The next view asks S3.';
    },
    clearBrowserCache() {
      const redirects = cache.size();
      cache.clear();
      return `The browser cache is empty: ${redirects} ${redirects === 1 ? 'redirect' : 'redirects'} removed.`;
    },
    async deleteDerivative(preset, key) {
      const name = `${servedPreset(preset)}/${key}`;
      if (!(await images.head('derivatives', name))) {
        throw new UserError(`There is no derivative ${name} to delete.`, 'View the image first.');
      }
      await images.remove('derivatives', name);
      return `Derivative ${name} is deleted in S3. The edge may still have it.`;
    },
    async replaceOriginal(preset, key) {
      const original = await images.read('originals', key);
      if (!original) throw new UserError(`There is no original ${key} to replace.`, 'Choose another image.');
      const bytes = await variationOf(original.bytes).catch((cause: unknown) => {
        throw new UserError(`${key} cannot be decoded: ${String(cause)}`, 'Upload another file under its name.');
      });
      await fillCaches(preset, key);
      await purge.start('replace', preset, key);
      await writeOriginal(key, { ...original, bytes }, original);
      return `Original ${key} is replaced by its mirror image in other colors.`;
    },
    async deleteOriginal(preset, key) {
      const original = await images.read('originals', key);
      if (!original) throw new UserError(`There is no original ${key} to delete.`, 'Choose another image.');
      await fillCaches(preset, key);
      await purge.start('delete', preset, key);
      if (!replaced.has(key)) replaced.set(key, original);
      await images.remove('originals', key);
      return `Original ${key} is deleted. Reset puts it back.`;
    },
    async upload(key, bytes) {
      await writeOriginal(key, { bytes, headers: {} }, await images.read('originals', key));
      return `Original ${key} is uploaded.`;
    },
    async play(name, preset, key) {
      await session.repair();
      return runScenario(name, {
        views,
        preset,
        key,
        set: control.set,
        async expireDerivative() {
          const served = servedPreset(preset);
          await images.remove('derivatives', `${served}/${key}`);
          chain.edge.invalidate([new URL(addressOf(chain.edge.address, served, key)).pathname]);
        },
        advance: (minutes) => chain.clock.advance(minutes * 60_000),
      });
    },
    async firstImage(keys) {
      const isPlain = (key: string) => /^[\w./-]+\.jpe?g$/.test(key);
      const candidates = [...keys.filter(isPlain), ...keys.filter((key) => !isPlain(key))];
      for (const key of candidates.slice(0, maxTriedOriginals)) {
        const original = await images.read('originals', key);
        if (original && (await thumbnailOf(original.bytes))) return key;
      }
      return keys[0];
    },
  };
  return session;
}
