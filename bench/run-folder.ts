import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopSignals, whenNobodyReads } from './stop-early.ts';

export interface RunFolder {
  readonly path: string;
  /** Runs when the program ends, however it does; last first. */
  atEnd(cleanUp: () => Promise<unknown> | unknown): void;
  end(): Promise<void>;
}

/**
 * A folder in .cache/bench for one run, gone afterwards, also after Ctrl-C. In the checkout, since what runs in it looks
 * for its packages in the folders above.
 */
export function startRunFolder(name: string): RunFolder {
  const path = join(import.meta.dirname, `../.cache/bench/${name}-${process.pid}`);
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
  whenNobodyReads(() => end().then(() => process.exit(1)));
  return { path, atEnd: (cleanUp) => tasks.push(cleanUp), end };
}
