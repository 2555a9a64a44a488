/** Calls the built Lambda in fresh processes, each call with a key that has no derivative yet. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { buildLambda, compileProgram, root } from './compile.ts';
import type { CallsJob, CallsProduct } from './lambda-calls.ts';
import type { RunFolder } from './run-folder.ts';
import type { Sample } from './work-server.ts';
import { type Launcher, startWorker, type Worker, WorkerError } from './worker.ts';

/** A built Lambda and the S3 that it works on. */
export interface Lambda {
  readonly s3: LocalS3;
  /** The compiled `lambda-calls.ts`. */
  readonly program: string;
  readonly variables: Record<string, string>;
}

/** Builds the Lambda of the working tree, and starts a local S3 for it until the end of the run. */
export async function startLambda(folder: RunFolder): Promise<Lambda> {
  const program = await compileProgram('bench/run/lambda-calls.ts');
  const variables = buildLambda(root, join(folder.path, 'ours'));
  const s3 = await startLocalS3();
  folder.atEnd(() => s3.close());
  return { s3, program, variables: { ...variables, ...s3.variables } };
}

/** An original in the local S3, and the preset to call it with. */
export interface Called {
  readonly originalKey: string;
  readonly preset: string;
}

export interface ProcessCalls {
  readonly startCpuMilliseconds: number;
  readonly firstCpuMilliseconds: number;
  /** Of the calls after the first one and the warm-up. */
  readonly warm: Sample;
  readonly bytesOut: number;
}

/** Starts a process, calls it once, and then `runs` times after `warmUp` calls; before that once for each of `before`. */
export async function callInFreshProcess(
  { s3, program, variables }: Lambda,
  called: Called,
  { warmUp, runs }: { readonly warmUp: number; readonly runs: number },
  { launcher, before = [] }: { readonly launcher?: Launcher; readonly before?: readonly Called[] } = {},
): Promise<ProcessCalls> {
  return withKeys(s3, called, 1 + warmUp + runs, async ([firstKey = '', ...keys]) => {
    const worker = await startWorker<CallsJob>(program, variables, launcher);
    try {
      for (const one of before) await callOnce(s3, worker, one);
      const { preset } = called;
      const first = await worker.measure({ preset, keys: [firstKey], status: 301 });
      const warm = await worker.measure({ preset, keys, status: 301 }, { runs, warmUp });
      return {
        startCpuMilliseconds: (warm.product as CallsProduct).startCpuMilliseconds,
        firstCpuMilliseconds: first.medianCpuMilliseconds,
        warm,
        bytesOut: await s3.derivativeBytes(`${preset}/${firstKey}`),
      };
    } finally {
      await worker.close();
    }
  });
}

/** Calls one process for each of the sequence in turn, as the calls of a day would. */
export async function callMixed(
  { s3, program, variables }: Lambda,
  sequence: readonly Called[],
  launcher?: Launcher,
): Promise<{ readonly peakRssBytes: number; readonly cpuMilliseconds: number }> {
  const worker: Worker<CallsJob> = await startWorker(program, variables, launcher);
  try {
    let [peakRssBytes, cpuMilliseconds] = [0, 0];
    for (const called of sequence) {
      const sample = await callOnce(s3, worker, called);
      peakRssBytes = sample.peakRssMegabytes * 1e6;
      cpuMilliseconds += sample.medianCpuMilliseconds;
    }
    return { peakRssBytes, cpuMilliseconds };
  } finally {
    await worker.close();
  }
}

function callOnce(s3: LocalS3, worker: Worker<CallsJob>, called: Called): Promise<Sample> {
  return withKeys(s3, called, 1, (keys) => worker.measure({ preset: called.preset, keys, status: 301 }));
}

/**
 * Whether a call failed because a deadline of the service passed. Deadlines go by the clock: the service answers so, or
 * kills the process when the decoder does not react.
 */
export function isDeadline(error: unknown): boolean {
  if (!(error instanceof WorkerError)) return false;
  const { signal, answer } = error;
  return signal === 'SIGKILL' || answer?.status === 504 || answer?.code === 'original-too-slow';
}

let keysGiven = 0;

/** Copies the original to fresh keys, and removes them afterwards with their derivatives. */
async function withKeys<T>(
  s3: LocalS3,
  { originalKey, preset }: Called,
  count: number,
  use: (keys: readonly string[]) => Promise<T>,
): Promise<T> {
  const keys = Array.from({ length: count }, () => `${originalKey}-${++keysGiven}`);
  for (const key of keys) await s3.copyOriginal(originalKey, key);
  try {
    return await use(keys);
  } finally {
    for (const key of keys) {
      await s3.deleteOriginal(key);
      await s3.deleteDerivative(`${preset}/${key}`);
    }
  }
}

/** The local S3 in a process of its own, with a bucket for originals and one for derivatives. */

const [originals, derivatives] = ['originals', 'derivatives'];
const keys = { accessKeyId: 'bench', secretAccessKey: 'bench' };
const region = 'us-east-1';

export interface LocalS3 {
  /** The environment variables with which a process finds it. */
  readonly variables: Record<string, string>;
  putOriginal(key: string, file: string): Promise<void>;
  copyOriginal(key: string, copy: string): Promise<void>;
  deleteOriginal(key: string): Promise<void>;
  /** Returns the size of a derivative, whose key is `<preset>/<key>`. Throws when there is none. */
  derivativeBytes(key: string): Promise<number>;
  deleteDerivative(key: string): Promise<void>;
  close(): Promise<void>;
}

export async function startLocalS3(): Promise<LocalS3> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-s3-'));
  const program = join(import.meta.dirname, '../../local/aws/s3/main.ts');
  const options = ['--port', '0', '--dir', folder, '--access-key', keys.accessKeyId];
  const server = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const endpoint = await readEndpoint(server.stdout);
  const client = new S3Client({ endpoint, region, credentials: keys, forcePathStyle: true });
  for (const Bucket of [originals, derivatives]) await client.send(new CreateBucketCommand({ Bucket }));

  return {
    variables: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      ORIGINALS_BUCKET: originals,
      DERIVATIVES_BUCKET: derivatives,
      IMAGE_BASE_URL: 'https://img.example.com',
      STAGE: 'bench',
      LOCATION_ENCODING: 'once',
    },
    async putOriginal(key, file) {
      await client.send(new PutObjectCommand({ Bucket: originals, Key: key, Body: readFileSync(file) }));
    },
    async copyOriginal(key, copy) {
      await client.send(
        new CopyObjectCommand({ Bucket: originals, Key: copy, CopySource: `${originals}/${encodeURIComponent(key)}` }),
      );
    },
    async deleteOriginal(key) {
      await client.send(new DeleteObjectCommand({ Bucket: originals, Key: key }));
    },
    async derivativeBytes(key) {
      const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket: derivatives, Key: key }));
      if (!ContentLength) throw new Error(`${key} has ${ContentLength} bytes: expected a derivative`);
      return ContentLength;
    },
    async deleteDerivative(key) {
      await client.send(new DeleteObjectCommand({ Bucket: derivatives, Key: key }));
    },
    async close() {
      client.destroy();
      server.kill();
      await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function readEndpoint(output: NodeJS.ReadableStream): Promise<string> {
  for await (const chunk of output) {
    const endpoint = /http:\/\/\S+?(?=,|\s|$)/.exec(String(chunk))?.[0];
    if (endpoint) {
      output.resume();
      return endpoint;
    }
  }
  throw new Error('The local S3 ended before it listened: node local/aws/s3/main.ts says why');
}
