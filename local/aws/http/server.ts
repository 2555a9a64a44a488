import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { keepsNames } from './hosts.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from './http.ts';

export interface ListenerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** The host that this endpoint stands for: the handler finds it in `Host`, whatever name the client used. */
  readonly host: string;
  /** Replaces the template's hosts in `Location` by local addresses. */
  readonly toLocal: (location: string) => string;
  /** Joins repeated headers. API Gateway gives them to a Lambda without the space. */
  readonly separator?: string;
  /** Gets failures of the handler. */
  readonly logFailure?: (message: string, error: unknown) => void;
}

export interface Listener {
  readonly port: number;
  readonly address: string;
  close(): Promise<void>;
}

/** Serves a handler on a loopback port. */
export async function openListener(
  handler: HttpHandler,
  { port: wanted, host, toLocal, separator = ', ', logFailure = console.error }: ListenerOptions,
): Promise<Listener> {
  const server = createServer(serverOptions, (message, response) => {
    // A client may hang up at any moment. Without a listener that would end the process.
    for (const stream of [message, response]) stream.on('error', () => {});
    exchange(message, response).catch((error: unknown) => {
      logFailure(`${message.method} ${message.url} at ${host} failed`, error);
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

export const serverOptions = {
  /** Clients keep connections for reuse. A short limit would close one just as it is taken. */
  keepAliveTimeout: 75_000,
  /** More than any part of AWS accepts, so that the refusal is the emulator's and not Node's. */
  maxHeaderSize: 65_536,
};

/** Listens on loopback. Returns the port; 0 takes a free one. */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new Error(`Port ${port} is taken: choose another one with PORT=`, { cause });
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/** Stops listening and ends the connections. */
export async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

async function readRequest(
  message: IncomingMessage,
  given: NodeJS.Dict<string[]>,
  host: string,
  separator: string,
): Promise<HttpRequest> {
  const { method = 'GET', url = '/', socket } = message;
  // Cookies are the one list with a separator of its own (RFC 9113 8.2.3).
  const headers = Object.entries(given).map(([name, values = []]) => [
    name,
    values.join(name === 'cookie' ? '; ' : separator),
  ]);
  return {
    method,
    // A client that takes this endpoint for a proxy sends the whole address.
    target: url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/]*/i, ''),
    headers: { ...Object.fromEntries(headers), host },
    body: Buffer.concat(await message.toArray()),
    ip: (socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
  };
}

function writeResponse(
  response: ServerResponse,
  { status, headers, cookies, body }: HttpResponse,
  toLocal: (location: string) => string,
): void {
  const { location } = headers;
  const length = status === 204 || status === 304 ? {} : { 'content-length': body.byteLength };
  response.writeHead(status, {
    ...length,
    ...headers,
    ...(location === undefined ? {} : { location: toLocal(location) }),
    ...(cookies === undefined ? {} : { 'set-cookie': [...cookies] }),
  });
  response.end(body);
}
