import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './compile.ts';

/** With their numbers. SIGHUP: the terminal was closed. */
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Calls `stop` when the program shall end before its time: on a signal, and when stdout or stderr is closed, since the next
 * write would end the program before it has cleaned up.
 */
export function onStop(stop: (reason: string, exitCode: number) => void): void {
  for (const [signal, number] of Object.entries(signals)) process.on(signal, () => stop(signal, 128 + number));
  for (const output of [process.stdout, process.stderr]) output.on('error', () => stop('the output was closed', 1));
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

  onStop((reason, exitCode) => {
    if (exitCode > 1) console.error(`\nstopping: ${reason}`);
    end().then(() => process.exit(exitCode));
  });
  return { path, atEnd: (cleanUp) => tasks.push(cleanUp), end };
}
