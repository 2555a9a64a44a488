import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { keepsNames } from './hosts.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from './http.ts';

export interface ListenerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** The host that this endpoint stands for: what the handler finds in `Host`, whatever name the client used. */
  readonly host: string;
  /** Puts local addresses for the template's hosts into `Location`. */
  readonly toLocal: (location: string) => string;
  /** What joins repeated headers: API Gateway gives them to a Lambda without the space. */
  readonly separator?: string;
  /** Gets faults of the handler. */
  readonly logFault?: (message: string, error: unknown) => void;
}

export interface Listener {
  readonly port: number;
  readonly address: string;
  close(): Promise<void>;
}

/** Longer than any part of AWS takes, so that the refusal is the emulator's own and not Node's. */
const maxHeaderBytes = 65_536;
/** Clients keep connections for reuse: a short limit would close one just as it is taken. */
const keepAliveTimeout = 75_000;

/** A loopback socket before a handler. */
export async function openListener(
  handler: HttpHandler,
  { port: wanted, host, toLocal, separator = ', ', logFault = console.error }: ListenerOptions,
): Promise<Listener> {
  const server = createServer({ keepAliveTimeout, maxHeaderSize: maxHeaderBytes }, (message, response) => {
    // A client may hang up at any moment; without a listener that would end the process.
    for (const stream of [message, response]) stream.on('error', () => {});
    exchange(message, response).catch((error: unknown) => {
      logFault(`${message.method} ${message.url} at ${host} failed`, error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });

  async function exchange(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { [keepsNames]: keeps, ...headers } = message.headersDistinct;
    const answer = await handler(await readRequest(message, headers, host, separator));
    writeResponse(response, answer, keeps === undefined ? toLocal : (location) => location);
  }

  const port = await listen(server, wanted);
  return { port, address: `http://127.0.0.1:${port}`, close: () => close(server) };
}

async function readRequest(
  message: IncomingMessage,
  given: NodeJS.Dict<string[]>,
  host: string,
  separator: string,
): Promise<HttpRequest> {
  const { method = 'GET', url = '/', socket } = message;
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(given)) {
    // Cookies are the one list with a separator of its own (RFC 9113 8.2.3).
    headers[name] = values.join(name === 'cookie' ? '; ' : separator);
  }
  return {
    method,
    // A client that takes this endpoint for a proxy sends the whole address.
    target: url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/]*/i, ''),
    headers: { ...headers, host },
    body: await readBody(message),
    ip: (socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
  };
}

const nothing = new Uint8Array();

async function readBody(message: IncomingMessage): Promise<Uint8Array> {
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers;
  if ((length === undefined || length === '0') && encoding === undefined) return nothing;
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function writeResponse(response: ServerResponse, answer: HttpResponse, toLocal: (location: string) => string): void {
  const { status, headers, cookies, body } = answer;
  const { location } = headers;
  response.writeHead(status, {
    ...(headers['content-length'] === undefined && mayHaveBody(status) ? { 'content-length': body.byteLength } : {}),
    ...headers,
    ...(location === undefined ? {} : { location: toLocal(location) }),
    ...(cookies === undefined ? {} : { 'set-cookie': [...cookies] }),
  });
  response.end(body);
}

function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 304;
}

/** Listens on loopback and says on which port: 0 takes a free one. */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new Error(`Port ${port} is taken: choose another one with PORT=`, { cause });
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/** Ends the listening and what is under way. */
export async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
