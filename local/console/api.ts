import type { IncomingMessage, ServerResponse } from 'node:http';
import { openImages } from '../chain/buckets.ts';
import type { Chain } from '../chain/start-chain.ts';
import { choicesOf, readSetup, switchCards, UserError } from '../faults/setup.ts';
import type { Catalogue, Done, Images, View } from './contract.ts';
import { imageTypeOf, thumbnailOf } from './image-facts.ts';
import { createMessages } from './log-lines.ts';
import { scenarioCards } from './scenarios.ts';
import { createSession } from './session.ts';
import { createQueue } from './views.ts';
import { createWatch, ranges, readRunbook } from './watch.ts';

export interface Api {
  answer(name: string, query: URLSearchParams, message: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): void;
}

/** More than the Lambda accepts, so that its refusal can be seen. */
const maxUploadBytes = 64_000_000;

const catalogue: Catalogue = {
  switches: switchCards,
  lambda: choicesOf('lambda'),
  s3: choicesOf('s3'),
  template: choicesOf('template'),
  scenarios: scenarioCards,
  maxUploadBytes,
};

interface Request {
  readonly query: URLSearchParams;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

/** Its result is sent as JSON, unless it has sent a response itself. */
type Route = (request: Request) => Promise<unknown> | unknown;
type Fields = Readonly<Record<string, unknown>>;

/** The routes of the console. Only POST and PUT change anything. */
export function createApi(chain: Chain, imagesDirectory: string | undefined): Api {
  const images = openImages(chain, imagesDirectory);
  const session = createSession(chain, images);
  const watch = createWatch(chain);
  const messages = createMessages(session.state, watch.redAlarms);
  const stopListening = chain.events.listen(messages.on);
  /** Changes run one at a time, whichever page they come from. */
  const inTurn = createQueue();

  const chosen = (fields: Fields) => [textOf(fields, 'preset'), textOf(fields, 'image')] as const;
  const answer = (result: string | View): Done => {
    const state = session.state();
    messages.sendState();
    return typeof result === 'string' ? { state, done: result } : { state, view: result };
  };
  const change =
    (work: (fields: Fields) => Promise<string | View> | string): Route =>
    async ({ message }) => {
      const fields = await readJson(message);
      return answer(await inTurn(() => work(fields)));
    };
  const original = async ({ query }: Request) => (await images.read('originals', query.get('key') ?? ''))?.bytes;

  const routes: Readonly<Record<string, Route>> = {
    'GET state': () => session.state(),
    'GET catalogue': () => catalogue,
    'GET events': ({ response }) => messages.join(response),
    async 'GET images'(): Promise<Images> {
      const originals = await images.list();
      const first = await session.firstImage(originals.map(({ key }) => key));
      return { originals, ...(first !== undefined && { first }) };
    },
    'GET original': async (request) => sendImage(request.response, await original(request)),
    async 'GET thumbnail'(request) {
      const bytes = await original(request);
      await sendImage(request.response, bytes && (await thumbnailOf(bytes)));
    },
    'GET derivative': ({ query, response }) => sendImage(response, session.views.bytesOf(query.get('view') ?? '')),
    'GET purge': async () => ({ trace: await session.purge.current() }),
    'GET held-image': ({ query, response }) => sendImage(response, session.purge.bytesOf(query.get('image') ?? '')),
    'GET dashboards': () => ({ dashboards: watch.dashboards, ranges }),
    'GET dashboard': ({ query }) => watch.dataOf(query.get('name') ?? '', rangeOf(query)),
    'GET alarm': ({ query }) => watch.alarm(query.get('name') ?? ''),
    'GET runbook': ({ query }) => readRunbook(query.get('name') ?? ''),
    'GET log-rows': ({ query }) => watch.rows(query.get('log') ?? '', query.get('query') ?? '', rangeOf(query)),

    async 'PUT originals'({ query, message }) {
      const key = query.get('key') ?? '';
      if (key === '') throw new UserError('The original has no key.', 'Give the file a name.');
      const bytes = await readBody(message, maxUploadBytes);
      return answer(await inTurn(() => session.upload(key, bytes)));
    },
    async 'POST view'({ message }) {
      const fields = await readJson(message);
      const { as = 'now' } = fields;
      // Not in turn: a view that hangs must not delay the reset that would end it.
      if (as === 'now') return answer(await session.views.view(...chosen(fields)));
      if (as !== 'cold' && as !== 'warm')
        throw new UserError(`as is ${JSON.stringify(as)}: expected now, cold or warm`);
      return answer(
        await inTurn(async () => {
          await session.repair();
          return session.views[as](...chosen(fields));
        }),
      );
    },
    'POST scenario': change((fields) => session.play(textOf(fields, 'name'), ...chosen(fields))),
    'POST setup': change((fields) => session.set(readSetup(fields))),
    'POST reset': change(() => session.reset()),
    'POST clear-edge-cache': change(() => session.clearEdgeCache()),
    'POST clear-browser-cache': change(() => session.clearBrowserCache()),
    'POST delete-derivative': change((fields) => session.deleteDerivative(...chosen(fields))),
    'POST replace-original': change((fields) => session.replaceOriginal(...chosen(fields))),
    'POST delete-original': change((fields) => session.deleteOriginal(...chosen(fields))),
  };

  return {
    async answer(name, query, message, response) {
      const route = routes[`${message.method} ${name}`];
      if (!route) throw new UserError(`The console has no ${message.method} ${name}.`);
      const result = await route({ query, message, response });
      if (!response.headersSent) send(response, 'application/json', Buffer.from(JSON.stringify(result)));
    },
    close() {
      stopListening();
      messages.close();
      watch.stop();
      session.purge.stop();
    },
  };
}

/** `undefined`: since the start. */
function rangeOf(query: URLSearchParams): number | undefined {
  const text = query.get('range');
  const range = ranges.find((one) => String(one) === text);
  if (text === null || range !== undefined) return range;
  throw new UserError(`range is ${JSON.stringify(text)}: expected one of ${ranges.join(', ')} seconds`);
}

function send(response: ServerResponse, type: string, bytes: Uint8Array): void {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
}

/** An upload may be anything; only what is an image by its bytes is sent. */
async function sendImage(response: ServerResponse, bytes: Uint8Array | undefined): Promise<void> {
  const type = bytes && (await imageTypeOf(bytes));
  if (!bytes || type === undefined) throw new UserError('This is not an image that a browser can show.');
  send(response, type, bytes);
}

/** Answered with 413. */
export class TooLarge extends Error {}

async function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new TooLarge(`The body has more than ${maxBytes.toLocaleString('en-US')} bytes`);
  if (Number(message.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const maxJsonBytes = 64_000;

/** Requires the content type of JSON: a form of another site can send the same text only as another type. */
async function readJson(message: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const type = message.headers['content-type'] ?? '';
  if (!/^application\/json\b/.test(type)) {
    throw new UserError(`The Content-Type is "${type}": expected application/json`);
  }
  const text = (await readBody(message, maxJsonBytes)).toString();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // The error below covers it.
  }
  throw new UserError(`The body is ${JSON.stringify(text.slice(0, 100))}: expected a JSON object`);
}

function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new UserError(`${name} is ${JSON.stringify(value)}: expected text`);
}
