import type { Pictures } from '../chain/buckets.ts';
import { addressOf, presetsOf } from '../chain/presets.ts';
import type { Chain } from '../chain/start-chain.ts';
import { createBrowserMemory } from '../faults/browser-cache.ts';
import { createControl } from '../faults/control.ts';
import { Impossible } from '../faults/refused.ts';
import type { Change, Setup, State, View } from './contract.ts';
import { variationOf } from './picture-facts.ts';
import { isRecipe, recipes } from './recipes.ts';
import { createViews, type Views } from './views.ts';

/** Everything that can be done with the chain, and how it stands. One for all pages that are open. */
export interface Session {
  readonly views: Views;
  readonly deeds: Deeds;
  state(): State;
  set(wanted: Partial<Setup>): Promise<void>;
  /** As at the start, but for deeds: they are undone by themselves. */
  heal(): Promise<void>;
  undo(id: string): Promise<void>;
  undoAll(): Promise<void>;
  forgetBrowser(): void;
  cook(recipe: string, preset: string, key: string): Promise<View>;
}

export function createSession(chain: Chain, pictures: Pictures): Session {
  const memory = createBrowserMemory(chain.clock);
  const history = createHistory();
  const control = createControl(chain);
  const views = createViews(chain, control, pictures, memory);
  const presets = presetsOf(chain.parts.website);

  const session: Session = {
    views,
    deeds: createDeeds(chain.edge, pictures, history),
    state: () => ({
      edge: chain.edge.address,
      api: chain.api.url,
      stage: chain.target.stage,
      presets,
      setup: control.now(),
      healthy: control.healthy,
      changes: [...control.changes(), ...history.list()],
      keptRedirects: memory.size(),
    }),
    async set(wanted) {
      await control.set(wanted);
      // What is closed and opened again has forgotten.
      if (wanted.browser === 'forgets') memory.forget();
    },
    heal: () => session.set(control.healthy),
    async undo(id) {
      if (await history.undo(id)) return;
      if (!control.changes().some((change) => change.id === id)) {
        throw new Impossible(`There is no change "${id}" to undo.`, 'It may have been undone in another window.');
      }
      await session.set(control.without(id));
    },
    async undoAll() {
      for (const { id } of history.list()) await history.undo(id);
      await session.heal();
    },
    forgetBrowser: memory.forget,
    async cook(name, preset, key) {
      if (!isRecipe(name)) throw new Impossible(`There is no recipe "${name}".`);
      await session.heal();
      const path = new URL(addressOf(chain.edge.address, preset, key)).pathname;
      const view = await recipes[name].cook({
        views,
        set: session.set,
        switches: control.now().switches,
        forgetEdge: () => chain.edge.invalidate([path]),
        deleteDerivative: () => pictures.remove('derivatives', `${preset}/${key}`),
        letPass: (minutes) => chain.clock.advance(minutes * 60_000),
        preset,
        key,
      });
      return { ...view, recipe: name };
    },
  };
  return session;
}

/** Deeds that were done once, the last one first, and the way to undo each. */
interface History {
  add(title: string, undo: () => Promise<void> | void): void;
  list(): readonly Change[];
  /** False when there is no such deed. */
  undo(id: string): Promise<boolean>;
}

function createHistory(): History {
  const deeds = new Map<string, { readonly title: string; readonly undo: () => Promise<void> | void }>();
  let count = 0;
  return {
    add(title, undo) {
      count += 1;
      deeds.set(`deed-${count}`, { title, undo });
    },
    list: () => [...deeds].map(([id, { title }]) => ({ id, title })).reverse(),
    async undo(id) {
      const deed = deeds.get(id);
      if (!deed) return false;
      await deed.undo();
      deeds.delete(id);
      return true;
    },
  };
}

/** What is done to the chain once, as opposed to how it is set up. Each deed can be undone. */
interface Deeds {
  forgetEdge(): void;
  deleteDerivative(preset: string, key: string): Promise<void>;
  replaceOriginal(key: string): Promise<void>;
  upload(key: string, bytes: Buffer): Promise<void>;
}

function createDeeds(edge: Chain['edge'], pictures: Pictures, history: History): Deeds {
  return {
    forgetEdge() {
      const undo = edge.remember();
      edge.forget();
      history.add('The edge has forgotten everything', undo);
    },
    async deleteDerivative(preset, key) {
      const name = `${preset}/${key}`;
      const derivative = await pictures.read('derivatives', name);
      if (!derivative) throw new Impossible(`There is no derivative ${name} to delete.`, 'View the picture first.');
      await pictures.remove('derivatives', name);
      history.add(`${name} is deleted`, () => pictures.put('derivatives', name, derivative));
    },
    async replaceOriginal(key) {
      const original = await pictures.read('originals', key);
      if (!original) throw new Impossible(`There is no original ${key} to replace.`, 'Choose another picture.');
      const bytes = await variationOf(original.bytes).catch((cause: unknown) => {
        throw new Impossible(
          `${key} cannot be changed: ${cause instanceof Error ? cause.message : String(cause)}`,
          'Upload another file under its name.',
        );
      });
      await pictures.put('originals', key, { ...original, bytes });
      history.add(`${key} is replaced`, () => putBack(pictures, key, original));
    },
    async upload(key, bytes) {
      const before = await pictures.read('originals', key);
      await pictures.put('originals', key, { bytes, headers: {} });
      if (before) history.add(`${key} is replaced`, () => putBack(pictures, key, before));
      else history.add(`${key} is uploaded`, () => pictures.remove('originals', key));
    },
  };
}

/** Where a file of the pictures' folder was hidden by a replacement, it shows again, as it was, once that is gone. */
async function putBack(
  pictures: Pictures,
  key: string,
  original: { bytes: Buffer; headers: Readonly<Record<string, string>> },
) {
  await pictures.remove('originals', key);
  const below = await pictures.read('originals', key);
  if (!below?.bytes.equals(original.bytes)) await pictures.put('originals', key, original);
}
