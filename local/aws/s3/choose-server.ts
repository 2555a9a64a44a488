import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startS3 } from './server.ts';
import type { Credentials } from './signature.ts';

/** The S3 server behind the front. */
export interface S3Server {
  readonly endpoint: string;
  readonly credentials: Credentials;
  /** For the banner. */
  readonly name: string;
  stop(): Promise<void>;
}

export interface S3ServerChoice {
  /** Where the embedded server keeps its files. Absent: in a folder that goes when the chain stops. */
  readonly stateDirectory?: string;
  /** Another server, that runs already. */
  readonly other?: { readonly endpoint: string; readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly clock: { now(): number };
}

const region = 'us-east-1';
/** For another server's first answer. */
const answerMilliseconds = 5_000;
/** Only the front talks to the embedded server, which listens on loopback. */
const embedded = { accessKeyId: 'front', secretAccessKey: 'front', region };

export async function startS3Server({ stateDirectory, other, clock }: S3ServerChoice): Promise<S3Server> {
  if (other) {
    const { endpoint, accessKeyId, secretAccessKey } = other;
    const name = await nameOf(endpoint);
    return { endpoint, credentials: { accessKeyId, secretAccessKey, region }, name, stop: async () => {} };
  }
  const directory = stateDirectory ?? mkdtempSync(join(tmpdir(), 'resize-on-miss-s3-'));
  const server = await startS3({ directory, port: 0, ...embedded, now: () => new Date(clock.now()) });
  return {
    endpoint: server.endpoint,
    credentials: embedded,
    name: `embedded, files in ${directory}`,
    async stop() {
      await server.close();
      if (stateDirectory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function nameOf(endpoint: string): Promise<string> {
  try {
    const { headers } = await fetch(endpoint, { signal: AbortSignal.timeout(answerMilliseconds) });
    return `${headers.get('server') ?? 'an S3 server'} at ${endpoint}`;
  } catch (cause) {
    throw new Error(`Nothing answers at S3_ENDPOINT=${endpoint}: start that server first`, { cause });
  }
}
