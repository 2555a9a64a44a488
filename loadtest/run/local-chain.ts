import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTarget, type Target } from '../../src/target.ts';

/** A chain for this run alone, beside one that make dev may have started. */
export interface LocalChain {
  readonly target: Target;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Seconds on an idle machine: the start reads the template and unpacks the Lambda. */
const startMilliseconds = 120_000;
const stopMilliseconds = 10_000;

/** Runs the synthesized template of staging in a process of its own, on free ports. */
export async function startLocalChain(folder: string, interrupted: AbortSignal): Promise<LocalChain> {
  const targetFile = join(folder, 'target.json');
  const options = ['--port', '0', '--target', targetFile, '--logs', 'errors'];
  const child = spawn(process.execPath, ['local/dev/main.ts', ...options], {
    cwd: join(import.meta.dirname, '../..'),
    // In a process group of its own: Ctrl-C ends the load, but the sweep still needs the chain.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (text: string) => {
    output = (output + text).slice(-4000);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const ended = new Promise<void>((done) => child.once('close', () => done()));

  async function stop(): Promise<void> {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
    await ended;
    clearTimeout(timer);
  }

  // The chain writes the file when it serves.
  for (const since = Date.now(); !existsSync(targetFile); ) {
    if (child.exitCode !== null) throw new Error(`The local chain ended with ${child.exitCode}: ${output.trim()}`);
    if (interrupted.aborted || Date.now() - since > startMilliseconds) {
      await stop();
      interrupted.throwIfAborted();
      throw new Error(`The local chain was not ready after ${startMilliseconds / 1000} s: ${output.trim()}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return { target: readTarget(targetFile), pid: child.pid ?? 0, stop };
}
