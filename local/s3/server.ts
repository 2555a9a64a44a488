import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { errorReply, sendReply } from './reply.ts';
import { S3Error } from './s3-error.ts';
import { readRequest } from './s3-request.ts';
import { selectOperation } from './select-operation.ts';
import { type Credentials, verifySignature } from './signature.ts';
import { openStore, type Store } from './store.ts';

/**
 * A small S3 for one machine: path style, one key pair, whole objects only. Left out, and refused by name: multipart,
 * versions, policies, ACLs, websites, notifications, encryption, tags, presigned URLs.
 */
export interface S3Options {
  /** Holds everything; made when missing. Several servers may share it. */
  readonly directory: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region?: string;
  /** The clock of Last-Modified and Date. */
  readonly now?: () => Date;
  /** Gets our own faults; refusals are the client's affair. */
  readonly logFault?: (message: string, error: unknown) => void;
}

export interface RunningS3 {
  readonly port: number;
  readonly endpoint: string;
  /** Lets the requests that are running end, for a few seconds at most. */
  close(): Promise<void>;
}

const secondsToEnd = 5;

export async function startS3(options: S3Options): Promise<RunningS3> {
  const { directory, port, host = '127.0.0.1', region = 'us-east-1', now = () => new Date(), ...rest } = options;
  const store = openStore(directory);
  const credentials = { accessKeyId: rest.accessKeyId, secretAccessKey: rest.secretAccessKey, region };
  const surroundings = { store, credentials, now, logFault: rest.logFault ?? console.error };
  const running = new Set<Promise<void>>();
  // Clients keep connections for reuse: a short idle limit would close one just as it is taken.
  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 300_000 }, (message, response) => {
    const work = answer(message, response, surroundings).finally(() => running.delete(work));
    running.add(work);
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    store.close();
    throw error;
  }
  const address = server.address();
  const openPort = typeof address === 'object' && address ? address.port : port;

  return {
    port: openPort,
    endpoint: `http://${host.includes(':') ? `[${host}]` : host}:${openPort}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      const idle = setInterval(() => server.closeIdleConnections(), 20);
      const late = setTimeout(() => server.closeAllConnections(), secondsToEnd * 1000);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
      await Promise.all(running);
      store.close();
    },
  };
}

interface Surroundings {
  readonly store: Store;
  readonly credentials: Credentials;
  readonly now: () => Date;
  readonly logFault: (message: string, error: unknown) => void;
}

/** Never rejects: a fault of ours is logged and answered 500, and the next request is served. */
async function answer(
  message: IncomingMessage,
  response: ServerResponse,
  { store, credentials, now, logFault }: Surroundings,
): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const target = message.url ?? '';
  try {
    response.setHeaders(new Headers({ 'x-amz-request-id': requestId, date: now().toUTCString() }));
    const request = readRequest(message);
    verifySignature(request, credentials);
    const operation = selectOperation(request);
    const reply = await operation.run({ request, store, region: credentials.region, now });
    await sendReply(response, reply);
  } catch (error) {
    // A client that has gone needs no answer.
    if (response.destroyed || (message.destroyed && !message.complete)) return;
    if (!(error instanceof S3Error)) logFault(`${message.method} ${target} failed (request ${requestId})`, error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const refusal =
      error instanceof S3Error
        ? error
        : new S3Error('InternalError', 'We encountered an internal error. Please try again.');
    await sendReply(response, errorReply(refusal, target, requestId)).catch(() => response.destroy());
  }
}
