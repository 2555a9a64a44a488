import type { IncomingMessage } from 'node:http';
import { UserError } from '../faults/setup.ts';

/** Answered with 413. */
export class TooLarge extends Error {}

export async function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
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
export async function readJson(message: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
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

export function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new UserError(`${name} is ${JSON.stringify(value)}: expected text`);
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
