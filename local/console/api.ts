import type { IncomingMessage, ServerResponse } from 'node:http';
import { openImages } from '../chain/buckets.ts';
import type { Chain } from '../chain/start-chain.ts';
import { choicesOf, lambdaChoices, s3Choices, switchQuestions, templateChoices } from '../faults/catalogue.ts';
import { readSetup } from '../faults/read-setup.ts';
import { Impossible } from '../faults/refused.ts';
import type { Catalogue } from './contract.ts';
import { imageType, thumbnailOf } from './image-facts.ts';
import { createMessages } from './messages.ts';
import { createQueue } from './queue.ts';
import { readBody, readJson, textOf } from './request.ts';
import { recipeCards } from './scenarios.ts';
import { createSession } from './session.ts';
import { createWatch, ranges, readRunbook } from './watch.ts';

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

interface Asked {
  readonly query: URLSearchParams;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

type Fields = Readonly<Record<string, unknown>>;
type Route = (asked: Asked) => Promise<unknown> | unknown;

/** What the page asks for. Only POST and PUT change anything; what a route gives back is sent as JSON. */
export function createApi(chain: Chain, imagesDirectory: string | undefined): Api {
  const images = openImages(chain, imagesDirectory);
  const session = createSession(chain, images);
  const watch = createWatch(chain);
  const messages = createMessages(session.state, watch.redAlarms);
  const stopListening = chain.events.listen(messages.note);
  const chosen = (fields: Fields) => [textOf(fields, 'preset'), textOf(fields, 'image')] as const;

  const inTurn = createQueue();

  /** Does something, tells every open page, and answers with how the chain stands then. */
  const doing =
    (work: (fields: Fields) => unknown): Route =>
    async ({ message }) => {
      const view = await work(await readJson(message));
      messages.tellState();
      return { state: session.state(), ...(view === undefined ? {} : { view }) };
    };
  /** One change waits for another, from whatever page: what it reads must still hold when it writes. */
  const changing = (work: (fields: Fields) => unknown): Route => doing((fields) => inTurn(() => work(fields)));

  const original = async ({ query }: Asked) => (await images.read('originals', query.get('key') ?? ''))?.bytes;

  const routes: Readonly<Record<string, Route>> = {
    'GET state': () => session.state(),
    'GET catalogue': () => catalogue,
    'GET images': () => images.list(),
    'GET events': ({ response }) => messages.join(response),
    'GET original': async (asked) => sendImage(asked.response, await original(asked)),
    'GET thumbnail': async (asked) => {
      const bytes = await original(asked);
      await sendImage(asked.response, bytes && (await thumbnailOf(bytes)));
    },
    'GET watched': () => ({ dashboards: watch.dashboards, ranges }),
    'GET dashboard': ({ query }) => watch.dataOf(query.get('name') ?? '', rangeOf(query)),
    'GET alarm': ({ query }) => watch.alarm(query.get('name') ?? ''),
    'GET runbook': ({ query }) => readRunbook(query.get('name') ?? ''),
    'GET rows': ({ query }) => watch.rows(query.get('log') ?? '', query.get('query') ?? '', rangeOf(query)),
    'GET derivative': ({ query, response }) => sendImage(response, session.views.bytesOf(query.get('view') ?? '')),

    'PUT originals': async ({ query, message }) => {
      const key = query.get('key') ?? '';
      if (key === '') throw new Impossible('The original has no key.', 'Give the file a name.');
      const bytes = await readBody(message, maxUploadBytes);
      await inTurn(() => session.actions.upload(key, bytes));
      messages.tellState();
      return { state: session.state() };
    },
    'POST view': doing((fields) => {
      const { as = 'it-is' } = fields;
      // It changes nothing: who waits for an image that does not come can still undo why.
      if (as === 'it-is') return session.views.view(...chosen(fields));
      if (as !== 'cold' && as !== 'warm') {
        throw new Impossible(`as is ${JSON.stringify(as)}: expected it-is, cold or warm`);
      }
      return inTurn(async () => {
        await session.heal();
        return session.views[as](...chosen(fields));
      });
    }),
    'POST recipe': changing((fields) => session.cook(textOf(fields, 'name'), ...chosen(fields))),
    'POST setup': changing((fields) => session.set(readSetup(fields, session.state().setup))),
    'POST undo': changing(({ id }) => (id === undefined ? session.undoAll() : session.undo(String(id)))),
    'POST forget-edge': changing(() => session.actions.forgetEdge()),
    'POST forget-browser': changing(() => session.forgetBrowser()),
    'POST delete-derivative': changing((fields) => session.actions.deleteDerivative(...chosen(fields))),
    'POST replace-original': changing((fields) => session.actions.replaceOriginal(textOf(fields, 'image'))),
  };

  return {
    async answer(name, query, message, response) {
      const route = routes[`${message.method} ${name}`];
      if (!route) throw new Impossible(`The console has no ${message.method} ${name}.`);
      const result = await route({ query, message, response });
      if (!response.headersSent) send(response, 'application/json', Buffer.from(JSON.stringify(result)));
    },
    close() {
      stopListening();
      messages.close();
      watch.stop();
    },
  };
}

/** Absent: as long as there has been anything to see. */
function rangeOf(query: URLSearchParams): number | undefined {
  const text = query.get('range');
  const range = ranges.find((one) => String(one) === text);
  if (text !== null && range === undefined) {
    throw new Impossible(`The range is ${JSON.stringify(text)}.`, `Expected one of ${ranges.join(', ')} seconds.`);
  }
  return range;
}

function send(response: ServerResponse, type: string, bytes: Uint8Array): void {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
}

/** An upload may be anything; only what is an image by its bytes is shown. */
async function sendImage(response: ServerResponse, bytes: Uint8Array | undefined): Promise<void> {
  const type = bytes && (await imageType(bytes));
  if (!bytes || type === undefined) throw new Impossible('This is no image that a browser could show.');
  send(response, type, bytes);
}
