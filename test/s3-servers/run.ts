import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { moto, versitygw } from './servers.ts';

/**
 * The same tests on another S3 server: what fails on one server only is a bug in a server until the documentation of
 * S3 says otherwise.
 *
 *   node test/s3-servers/run.ts versitygw|moto [paths of tests]
 */
const servers = { versitygw, moto };
const root = join(import.meta.dirname, '../..');
const suites = ['test/contract/', 'test/local/s3/objects.test.ts', 'test/local/s3/buckets.test.ts'];
const startMilliseconds = 60_000;

const [name = '', ...paths] = process.argv.slice(2);
const server = Object.values(servers).find((one) => one.name === name);
if (!server) {
  console.error(`SERVER is "${name}": expected ${Object.keys(servers).join(' or ')}`);
  process.exit(1);
}

const cache = join(root, '.cache/s3-servers');
mkdirSync(cache, { recursive: true });
await server.install(cache);

const directory = mkdtempSync(join(tmpdir(), `${name}-`));
const place = { port: await freePort(), directory, accessKeyId: 'test', secretAccessKey: 'testsecret' };
const [program, ...args] = server.command(cache, place);
const log = join(cache, `${name}.log`);
const logFile = openSync(log, 'w');
const running = spawn(program, args, { stdio: ['ignore', logFile, logFile] });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => running.kill());
try {
  const endpoint = `http://127.0.0.1:${place.port}`;
  await waitUntilItAnswers(endpoint);
  console.log(`${name} listens on ${endpoint}, its log is ${log}`);
  process.exitCode = await runTests(paths.length > 0 ? paths : suites, {
    S3_SERVER: name,
    S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: place.accessKeyId,
    AWS_SECRET_ACCESS_KEY: place.secretAccessKey,
  });
} finally {
  await stop(running);
  rmSync(directory, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  taken.close();
  await once(taken, 'close');
  if (typeof address !== 'object' || !address) throw new Error('The system gave no port');
  return address.port;
}

async function waitUntilItAnswers(endpoint: string): Promise<void> {
  const until = Date.now() + startMilliseconds;
  while (Date.now() < until) {
    if (hasEnded(running)) throw new Error(`${name} ended with ${running.exitCode ?? running.signalCode}, see ${log}`);
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer) return answer.body?.cancel();
    await sleep(50);
  }
  throw new Error(`${name} did not answer on ${endpoint} within ${startMilliseconds / 1000} s, see ${log}`);
}

async function runTests(which: readonly string[], environment: Record<string, string>): Promise<number> {
  const vitest = join(root, 'node_modules/.bin/vitest');
  const env = { ...process.env, ...environment };
  const tests = spawn(vitest, ['run', ...which], { cwd: root, env, stdio: 'inherit' });
  const [code] = await once(tests, 'exit');
  return code ?? 1;
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(late);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
