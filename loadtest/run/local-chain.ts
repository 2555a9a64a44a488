import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { readTarget, type Target } from './target.ts';

const root = resolve(import.meta.dirname, '../..');

/** A chain of this run's own, beside whatever make dev runs. */
export interface LocalChain {
  readonly target: Target;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A clean start reads the template, unpacks the Lambda and opens its entryPoints: seconds, on a busy machine more. */
const startMilliseconds = 120_000;
const stopMilliseconds = 10_000;

/** Edge, API, website, S3 and console: the first one's port, and the four that follow. */
const entryPoints = 5;

/** Runs the synthesized template of staging in a process of its own, on free ports. */
export async function startLocalChain(folder: string, interrupted: AbortSignal): Promise<LocalChain> {
  const targetFile = join(folder, 'target.json');
  const port = await freePorts(entryPoints);
  const child = spawn(
    process.execPath,
    ['local/dev/main.ts', '--port', String(port), '--target', targetFile, '--logs', 'errors'],
    {
      cwd: root,
      // Ctrl-C ends the load; the chain is needed for the sweep.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  const gather = (text: string) => {
    output = (output + text).slice(-4000);
  };
  child.stdout.setEncoding('utf8').on('data', gather);
  child.stderr.setEncoding('utf8').on('data', gather);
  const ended = new Promise<void>((done) => child.once('close', () => done()));

  async function stop(): Promise<void> {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
    await ended;
    clearTimeout(timer);
  }

  for (const since = Date.now(); !/^ready\b/m.test(output) || !existsSync(targetFile); ) {
    if (child.exitCode !== null) throw new Error(`The local chain ended with ${child.exitCode}: ${output.trim()}`);
    if (interrupted.aborted) {
      await stop();
      throw interrupted.reason;
    }
    if (Date.now() - since > startMilliseconds) {
      await stop();
      throw new Error(`The local chain was not ready after ${startMilliseconds / 1000} s: ${output.trim()}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return { target: readTarget(targetFile), pid: child.pid ?? 0, stop };
}

/** The first of so many ports in a row that nobody listens on. */
async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const ports = Array.from({ length: count }, (_, n) => first + n);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`No ${count} free ports in a row were found between 20000 and 30000`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
