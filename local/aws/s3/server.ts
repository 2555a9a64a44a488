import { once } from 'node:events';
import { createServer } from 'node:http';
import { answer } from './answer.ts';
import { openStore } from './store.ts';

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
  /** Lets the requests that are running end, for two seconds at most. */
  close(): Promise<void>;
}

const millisecondsToEnd = 2_000;
/** Clients keep connections for reuse: a short limit would close one just as it is taken. */
const keepAliveTimeout = 75_000;

export async function startS3({
  directory,
  port: wantedPort,
  host = '127.0.0.1',
  accessKeyId,
  secretAccessKey,
  region = 'us-east-1',
  now = () => new Date(),
  logFault = console.error,
}: S3Options): Promise<RunningS3> {
  const store = openStore(directory);
  const around = { store, credentials: { accessKeyId, secretAccessKey, region }, now, logFault };
  const running = new Set<Promise<void>>();
  const server = createServer({ keepAliveTimeout }, (message, response) => {
    const work = answer(message, response, around)
      .catch(() => void response.destroy())
      .finally(() => running.delete(work));
    running.add(work);
  });
  server.listen(wantedPort, host);
  await once(server, 'listening').catch((error) => {
    store.close();
    throw error;
  });
  server.on('error', (error) => logFault('A connection could not be accepted', error));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : wantedPort;

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    const late = setTimeout(() => server.closeAllConnections(), millisecondsToEnd);
    await closed;
    clearInterval(idle);
    clearTimeout(late);
    await Promise.all(running);
    store.close();
  }

  return {
    port,
    endpoint: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
