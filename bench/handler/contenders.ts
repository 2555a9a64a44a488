/** The contenders of bench-handler, each a process of its own that is called from outside. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { buildLambda, compileProgram, root } from '../run/compile.ts';
import { bundleVariable } from '../run/invocation.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { Job } from './jobs.ts';
import type { Usage } from './programs/usage.ts';

export interface Running {
  /** Returns the body of the answer: empty where the derivative is stored. */
  call(job: Pick<Job, 'key' | 'preset'>): Promise<Buffer>;
  usage(): Promise<Usage>;
  close(): Promise<void>;
}

export interface Contenders {
  readonly bareServer: () => Promise<Running>;
  /** By hand with the SDK, in a bundle made as the service's is. */
  readonly byHand: () => Promise<Running>;
  readonly service: () => Promise<Running>;
  /** Returns the last derivative of a job. */
  derivative(job: Job): Promise<Buffer>;
}

const programs = 'bench/handler/programs';
const agent = new Agent({ keepAlive: true });

export async function prepareContenders(folder: RunFolder, originals: readonly string[]): Promise<Contenders> {
  const origin = startProcess(await compileProgram(`${programs}/origin.ts`), {}, originals);
  folder.atEnd(() => end(origin));
  const [{ port }] = await once(origin, 'message');
  const endpoint = `http://127.0.0.1:${port}`;
  const variables = {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    ORIGINALS_BUCKET: 'originals',
    DERIVATIVES_BUCKET: 'derivatives',
    IMAGE_BASE_URL: 'https://img.example.com',
    STAGE: 'bench',
    LOCATION_ENCODING: 'once',
  };
  const server = await compileProgram(`${programs}/bare-server.ts`);
  const caller = await compileProgram(`${programs}/call-handler.ts`);
  const ours = buildLambda(root, join(folder.path, 'ours'));
  // Without the settings of its process.
  const { [bundleVariable]: byHand = '' } = buildLambda(root, join(folder.path, 'by-hand'), `${programs}/by-hand.ts`);
  return {
    bareServer: () => startServer(server, variables),
    byHand: () => startHandler(caller, { ...variables, [bundleVariable]: byHand }),
    service: () => startHandler(caller, { ...variables, ...ours }),
    derivative: ({ key, preset }) => download(`${endpoint}/derivatives/${preset}/${key}`),
  };
}

function startProcess(program: string, variables: Record<string, string>, options: readonly string[] = []) {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ...variables };
  return fork(program, [...options], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

/** Sends a message, and returns the answer. */
async function ask(child: ChildProcess, message: object | string) {
  const ended = new AbortController();
  const onExit = () => ended.abort(new Error('A contender has ended: expected an answer'));
  child.once('exit', onExit);
  try {
    const answer = once(child, 'message', { signal: ended.signal });
    child.send(message);
    const [received] = await answer;
    return received;
  } finally {
    child.off('exit', onExit);
  }
}

async function startServer(program: string, variables: Record<string, string>): Promise<Running> {
  const child = startProcess(program, variables);
  const [{ port }] = await once(child, 'message');
  return {
    call: ({ key, preset }) => download(`http://127.0.0.1:${port}/${preset}/${key}`),
    usage: () => ask(child, 'usage'),
    close: () => end(child),
  };
}

async function startHandler(program: string, variables: Record<string, string>): Promise<Running> {
  const child = startProcess(program, variables);
  await once(child, 'message');
  return {
    async call({ key, preset }) {
      const { status } = await ask(child, { key, preset });
      if (status !== 301) throw new Error(`${preset}/${key} was answered ${status}: expected 301`);
      return Buffer.alloc(0);
    },
    usage: () => ask(child, 'usage'),
    close: () => end(child),
  };
}

function download(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      if (answer.statusCode === 200) return buffer(answer).then(resolve, reject);
      answer.resume();
      return reject(new Error(`${url} was answered ${answer.statusCode}: expected 200`));
    }).on('error', reject);
  });
}
