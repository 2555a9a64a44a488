import type { Chain } from '../start.ts';
import { createBrowserMemory } from './browser-memory.ts';
import type { Setup, State, View } from './contract.ts';
import { createDeeds, type Deeds } from './deeds.ts';
import { createHistory } from './history.ts';
import { Impossible } from './impossible.ts';
import type { Pictures } from './pictures.ts';
import { addressOf, presetsOf } from './presets.ts';
import { isRecipe, recipes } from './recipes.ts';
import { createControl } from './setup.ts';
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
