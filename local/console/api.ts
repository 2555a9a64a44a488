import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Chain } from '../start.ts';
import { createBrowserMemory } from './browser-memory.ts';
import { choicesOf, lambdaChoices, s3Choices, switchQuestions, templateChoices } from './choices.ts';
import type { Catalogue, Setup, State } from './contract.ts';
import { createDeeds, Impossible } from './deeds.ts';
import { createHistory } from './history.ts';
import { createMessages } from './messages.ts';
import { factsOf, pictureType, thumbnailOf } from './picture-facts.ts';
import { openPictures } from './pictures.ts';
import { addressOf, presetsOf } from './presets.ts';
import { readSetup } from './read-setup.ts';
import { isRecipe, recipeCards, recipes } from './recipes.ts';
import { readBody, readJson, textOf } from './request.ts';
import { createControl } from './setup.ts';
import { createViews } from './views.ts';

export interface Api {
  answer(name: string, query: URLSearchParams, message: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): void;
}

/** More than the Lambda takes, so that its refusal can be seen. */
const maxUploadBytes = 64_000_000;

const catalogue: Catalogue = {
  questions: switchQuestions,
  lambda: choicesOf(lambdaChoices),
  s3: choicesOf(s3Choices),
  template: choicesOf(templateChoices),
  recipes: recipeCards,
  maxUploadBytes,
};

type Asked = { readonly query: URLSearchParams; readonly message: IncomingMessage; readonly response: ServerResponse };
type Route = (asked: Asked) => Promise<unknown> | unknown;

/** What the page asks for. Only POST and PUT change anything. */
export function createApi(chain: Chain, picturesDirectory: string | undefined): Api {
  const pictures = openPictures(chain, picturesDirectory);
  const memory = createBrowserMemory(chain.clock);
  const history = createHistory();
  const control = createControl(chain);
  const views = createViews(chain, control, pictures, memory);
  const deeds = createDeeds(chain.edge, pictures, history);
  const messages = createMessages(state);
  const stopListening = chain.events.listen(messages.note);

  function state(): State {
    return {
      edge: chain.edge.address,
      api: chain.api.url,
      stage: chain.target.stage,
      presets: presetsOf(chain.parts.website),
      setup: control.now(),
      healthy: control.healthy,
      changes: [...control.changes(), ...history.list()],
      keptRedirects: memory.size(),
    };
  }

  async function set(wanted: Partial<Setup>): Promise<void> {
    await control.set(wanted);
    if (wanted.browser === 'forgets') memory.forget();
  }

  /** As at the start, apart from what pictures there are. */
  async function heal(): Promise<void> {
    await set(control.healthy);
  }

  async function undo(id: string): Promise<void> {
    if (await history.undo(id)) return;
    if (!control.changes().some((change) => change.id === id)) throw new Impossible(`Nothing is changed as "${id}"`);
    await control.undo(id);
  }

  async function undoAll(): Promise<void> {
    for (const { id } of history.list()) await history.undo(id);
    await heal();
  }

  const changing =
    (work: (fields: Readonly<Record<string, unknown>>) => Promise<unknown> | unknown): Route =>
    async ({ message }) => {
      const result = await work(await readJson(message));
      messages.tellState();
      return { state: state(), ...(result === undefined ? {} : { view: result }) };
    };

  const routes: Readonly<Record<string, Route>> = {
    'GET state': () => state(),
    'GET catalogue': () => catalogue,
    'GET pictures': () => pictures.list(),
    'GET events': ({ response }) => messages.join(response),
    'GET thumbnail': async ({ query, response }) => {
      const original = await pictures.read('originals', query.get('key') ?? '');
      const thumbnail = original && (await thumbnailOf(original.bytes));
      if (!thumbnail) throw new Impossible('This is no picture');
      send(response, 'image/webp', thumbnail);
    },
    'GET original': async ({ query, response }) => {
      const original = await pictures.read('originals', query.get('key') ?? '');
      await sendPicture(response, original?.bytes);
    },
    'GET original-facts': async ({ query }) => {
      const original = await pictures.read('originals', query.get('key') ?? '');
      return (original && (await factsOf(original.bytes))) ?? null;
    },
    'GET derivative': ({ query, response }) => sendPicture(response, views.bytesOf(query.get('view') ?? '')),

    'PUT originals': async ({ query, message }) => {
      const key = query.get('key') ?? '';
      if (key === '') throw new Impossible('The original has no key', 'Give it a name.');
      await deeds.upload(key, await readBody(message, maxUploadBytes));
      messages.tellState();
      return { state: state() };
    },
    'POST view': changing(async (fields) => {
      const [preset, key] = [textOf(fields, 'preset'), textOf(fields, 'picture')];
      const { as = 'it-is' } = fields;
      if (as === 'it-is') return views.view(preset, key);
      if (as !== 'cold' && as !== 'warm')
        throw new Impossible(`as is ${JSON.stringify(as)}: expected it-is, cold, warm`);
      await heal();
      return views[as](preset, key);
    }),
    'POST recipe': changing(async (fields) => {
      const [preset, key, name] = [textOf(fields, 'preset'), textOf(fields, 'picture'), textOf(fields, 'name')];
      if (!isRecipe(name)) throw new Impossible(`There is no recipe "${name}"`);
      await heal();
      return recipes[name].cook({
        views,
        set,
        switches: control.now().switches,
        forgetEdge: () => chain.edge.invalidate([new URL(addressOf(chain.edge.address, preset, key)).pathname]),
        deleteDerivative: () => pictures.remove('derivatives', `${preset}/${key}`),
        preset,
        key,
      });
    }),
    'POST setup': changing(async (fields) => set(readSetup(fields, control.now()))),
    'POST undo': changing(async ({ id }) => (id === undefined ? undoAll() : undo(String(id)))),
    'POST forget-edge': changing(() => deeds.forgetEdge()),
    'POST forget-browser': changing(() => memory.forget()),
    'POST delete-derivative': changing((fields) =>
      deeds.deleteDerivative(textOf(fields, 'preset'), textOf(fields, 'picture')),
    ),
    'POST replace-original': changing((fields) => deeds.replaceOriginal(textOf(fields, 'picture'))),
  };

  return {
    async answer(name, query, message, response) {
      const method = message.method ?? 'GET';
      const route = routes[`${method} ${name}`];
      if (!route) {
        const known = Object.keys(routes).filter((one) => one.endsWith(` ${name}`));
        const expected = known.length > 0 ? `expected ${known.join(', ')}` : 'the console has no such address';
        throw new Impossible(`${method} ${name}: ${expected}`);
      }
      const result = await route({ query, message, response });
      if (!response.headersSent) send(response, 'application/json', Buffer.from(JSON.stringify(result ?? {})));
    },
    close() {
      stopListening();
      messages.close();
      pictures.close();
    },
  };
}

function send(response: ServerResponse, type: string, bytes: Uint8Array): void {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
}

/** An upload may be anything; only what is a picture by its bytes is shown. */
async function sendPicture(response: ServerResponse, bytes: Uint8Array | undefined): Promise<void> {
  const type = bytes && (await pictureType(bytes));
  if (!bytes || type === undefined) throw new Impossible('This is no picture');
  send(response, type, bytes);
}
