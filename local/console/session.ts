import type { Images } from '../chain/buckets.ts';
import { addressOf, presetsOf } from '../chain/presets.ts';
import type { Chain } from '../chain/start-chain.ts';
import { createBrowserMemory } from '../faults/browser-cache.ts';
import { createControl } from '../faults/control.ts';
import { Impossible } from '../faults/refused.ts';
import type { Change, Setup, State, View } from './contract.ts';
import { variationOf } from './image-facts.ts';
import { isRecipe, recipes } from './scenarios.ts';
import { createViews, type Views } from './views.ts';

/** Everything that can be done with the chain, and how it stands. One for all pages that are open. */
export interface Session {
  readonly views: Views;
  readonly actions: Actions;
  state(): State;
  set(wanted: Partial<Setup>): Promise<void>;
  /** As at the start, but for actions: they are undone by themselves. */
  heal(): Promise<void>;
  undo(id: string): Promise<void>;
  undoAll(): Promise<void>;
  forgetBrowser(): void;
  cook(recipe: string, preset: string, key: string): Promise<View>;
}

export function createSession(chain: Chain, images: Images): Session {
  const memory = createBrowserMemory(chain.clock);
  const history = createHistory();
  const control = createControl(chain);
  const views = createViews(chain, control, images, memory);
  const presets = presetsOf(chain.parts.website);

  const session: Session = {
    views,
    actions: createActions(chain.edge, images, history),
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
        deleteDerivative: () => images.remove('derivatives', `${preset}/${key}`),
        letPass: (minutes) => chain.clock.advance(minutes * 60_000),
        preset,
        key,
      });
      return { ...view, recipe: name };
    },
  };
  return session;
}

/** Actions that were done once, the last one first, and the way to undo each. */
interface History {
  add(title: string, undo: () => Promise<void> | void): void;
  list(): readonly Change[];
  /** False when there is no such action. */
  undo(id: string): Promise<boolean>;
}

function createHistory(): History {
  const actions = new Map<string, { readonly title: string; readonly undo: () => Promise<void> | void }>();
  let count = 0;
  return {
    add(title, undo) {
      count += 1;
      actions.set(`action-${count}`, { title, undo });
    },
    list: () => [...actions].map(([id, { title }]) => ({ id, title })).reverse(),
    async undo(id) {
      const action = actions.get(id);
      if (!action) return false;
      await action.undo();
      actions.delete(id);
      return true;
    },
  };
}

/** What is done to the chain once, as opposed to how it is set up. Each action can be undone. */
interface Actions {
  forgetEdge(): void;
  deleteDerivative(preset: string, key: string): Promise<void>;
  replaceOriginal(key: string): Promise<void>;
  upload(key: string, bytes: Buffer): Promise<void>;
}

function createActions(edge: Chain['edge'], images: Images, history: History): Actions {
  return {
    forgetEdge() {
      const undo = edge.snapshot();
      edge.clear();
      history.add('The edge has forgotten everything', undo);
    },
    async deleteDerivative(preset, key) {
      const name = `${preset}/${key}`;
      const derivative = await images.read('derivatives', name);
      if (!derivative) throw new Impossible(`There is no derivative ${name} to delete.`, 'View the image first.');
      await images.remove('derivatives', name);
      history.add(`${name} is deleted`, () => images.put('derivatives', name, derivative));
    },
    async replaceOriginal(key) {
      const original = await images.read('originals', key);
      if (!original) throw new Impossible(`There is no original ${key} to replace.`, 'Choose another image.');
      const bytes = await variationOf(original.bytes).catch((cause: unknown) => {
        throw new Impossible(
          `${key} cannot be changed: ${cause instanceof Error ? cause.message : String(cause)}`,
          'Upload another file under its name.',
        );
      });
      await images.put('originals', key, { ...original, bytes });
      history.add(`${key} is replaced`, () => putBack(images, key, original));
    },
    async upload(key, bytes) {
      const before = await images.read('originals', key);
      await images.put('originals', key, { bytes, headers: {} });
      if (before) history.add(`${key} is replaced`, () => putBack(images, key, before));
      else history.add(`${key} is uploaded`, () => images.remove('originals', key));
    },
  };
}

/** Where a file of the images' folder was hidden by a replacement, it shows again, as it was, once that is gone. */
async function putBack(
  images: Images,
  key: string,
  original: { bytes: Buffer; headers: Readonly<Record<string, string>> },
) {
  await images.remove('originals', key);
  const below = await images.read('originals', key);
  if (!below?.bytes.equals(original.bytes)) await images.put('originals', key, original);
}
