import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './compile.ts';

/** The signals that stop a program, with their numbers. SIGHUP: the terminal was closed. */
export const stopSignals = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const;

/** Calls `stop` when stdout or stderr is closed: the next write would end the program before it has cleaned up. */
export function onClosedOutput(stop: () => unknown): void {
  for (const output of [process.stdout, process.stderr]) output.on('error', stop);
}

export interface RunFolder {
  readonly path: string;
  /** Registers a task for the end of the program, however it ends. The last one registered runs first. */
  atEnd(cleanUp: () => Promise<unknown> | unknown): void;
  end(): Promise<void>;
}

/**
 * Creates a folder in .cache/bench for one run, and removes it at the end, also after Ctrl-C. It lies inside the checkout
 * because the code in it looks for its packages in the folders above.
 */
export function startRunFolder(name: string): RunFolder {
  const path = join(root, `.cache/bench/${name}-${process.pid}`);
  mkdirSync(path, { recursive: true });
  const tasks: (() => Promise<unknown> | unknown)[] = [() => rmSync(path, { recursive: true, force: true })];
  let ended: Promise<void> | undefined;

  async function runTasks(): Promise<void> {
    for (const task of tasks.reverse()) {
      try {
        await task();
      } catch (error) {
        console.error(`While cleaning up: ${error instanceof Error ? error.message : error}`);
        process.exitCode ||= 1;
      }
    }
  }
  function end(): Promise<void> {
    ended ??= runTasks();
    return ended;
  }

  for (const [signal, number] of stopSignals) {
    process.once(signal, () => {
      console.error(`\nstopping: ${signal}`);
      end().then(() => process.exit(128 + number));
    });
  }
  onClosedOutput(() => end().then(() => process.exit(1)));
  return { path, atEnd: (cleanUp) => tasks.push(cleanUp), end };
}
