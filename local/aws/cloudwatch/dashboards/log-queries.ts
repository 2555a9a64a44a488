import { Worker } from 'node:worker_threads';
import type { LogLine } from '../../logs.ts';
import type { LogRows } from './log-rows.ts';
import type { Look } from './metric-points.ts';

/** Runs queries beside the chain: whole logs are read, and nobody's view of an image should wait for that. */
export interface LogQueries {
  /**
   * What a query found last. Asks anew when that is old; what comes of it is there at a later call. The same query is
   * told apart by the range that somebody has chosen, which may grow by itself.
   */
  latest(query: string, look: Look, chosen: string): LogAnswer;
  stop(): void;
}

export type LogAnswer =
  | ({ readonly kind: 'log' } & LogRows)
  | { readonly kind: 'asking' }
  | { readonly kind: 'problem'; readonly problem: string };

/** What the worker is sent. Of a log, it gets the lines that it does not have. */
export interface Question {
  readonly id: string;
  readonly query: string;
  readonly look: Look;
  readonly logs: readonly { readonly group: string; readonly fresh: readonly LogLine[]; readonly length: number }[];
}

export interface Reply {
  readonly id: string;
  readonly answer: LogAnswer;
  readonly milliseconds: number;
}

/** On AWS each asking is paid for, so a table is no live image there either. */
const leastMilliseconds = 8000;
/** Of the time, a query that takes long is asked a tenth at most. */
const rests = 9;

interface Asked {
  answer: LogAnswer;
  isRunning: boolean;
  /** By the clock of the process. */
  freshUntil: number;
}

export function createLogQueries(
  groups: () => readonly string[],
  linesOf: (group: string) => readonly LogLine[],
): LogQueries {
  const asked = new Map<string, Asked>();
  let worker: { readonly thread: Worker; readonly unsent: () => Question['logs'] } | undefined;

  function hear({ id, answer, milliseconds }: Reply): void {
    const pause = Math.max(leastMilliseconds, rests * milliseconds);
    asked.set(id, { answer, isRunning: false, freshUntil: performance.now() + pause });
  }

  function started() {
    const thread = new Worker(new URL('./query-worker.ts', import.meta.url));
    thread.unref();
    thread.on('message', hear);
    // It may have run out of memory. The next question gets another one, and all lines.
    thread.on('error', ({ message }) => {
      worker = undefined;
      const answer = { kind: 'problem', problem: `The query ended: ${message}` } as const;
      for (const [id, { isRunning }] of asked) if (isRunning) hear({ id, answer, milliseconds: 0 });
    });
    return { thread, unsent: createUnsent(groups, linesOf) };
  }

  return {
    latest(query, look, chosen) {
      const id = `${chosen} ${query}`;
      const known = asked.get(id) ?? { answer: { kind: 'asking' }, isRunning: false, freshUntil: 0 };
      if (!known.isRunning && performance.now() >= known.freshUntil) {
        asked.set(id, { ...known, isRunning: true });
        worker ??= started();
        worker.thread.postMessage({ id, query, look, logs: worker.unsent() } satisfies Question);
      }
      return known.answer;
    },
    stop() {
      void worker?.thread.terminate();
    },
  };
}

/** The lines of each log that have come since the last call. */
function createUnsent(groups: () => readonly string[], linesOf: (group: string) => readonly LogLine[]) {
  const last = new Map<string, LogLine>();
  return (): Question['logs'] =>
    groups().map((group) => {
      const lines = linesOf(group);
      const before = last.get(group);
      const sent = before === undefined ? -1 : lines.lastIndexOf(before);
      const newest = lines.at(-1);
      if (newest) last.set(group, newest);
      return { group, fresh: lines.slice(sent + 1), length: lines.length };
    });
}
