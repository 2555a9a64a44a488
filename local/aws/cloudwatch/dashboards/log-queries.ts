import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { LogLine } from '../../logs.ts';
import type { Cell } from '../insights/functions.ts';
import { type Column, parseQuery, type Term } from '../insights/parse-query.ts';
import { runQuery } from '../insights/run-query.ts';
import type { TimeRange } from './metric-points.ts';

/** Runs queries in a worker thread, since a query over 10,000 lines must not delay the chain. */
export interface LogQueries {
  /**
   * The latest answer to a query. If it is old, the query runs again, for a later call. `rangeName` tells apart runs of the
   * same query over different ranges, which may grow.
   */
  latest(query: string, range: TimeRange, rangeName: string): LogAnswer;
  stop(): void;
}

export type LogAnswer =
  | ({ readonly kind: 'log' } & LogRows)
  | { readonly kind: 'asking' }
  | { readonly kind: 'problem'; readonly problem: string };

/** A message to the worker, with the lines of each log that it does not have yet. */
interface Question {
  readonly id: string;
  readonly query: string;
  readonly range: TimeRange;
  readonly logs: readonly { readonly group: string; readonly fresh: readonly LogLine[]; readonly length: number }[];
}

interface Reply {
  readonly id: string;
  readonly answer: LogAnswer;
  readonly milliseconds: number;
}

/** An answer is at least this old before its query runs again. On AWS each run is charged. */
const minPauseMilliseconds = 8000;
/** A slow query runs for a tenth of the time at most. */
const pauseFactor = 9;

interface Asked {
  answer: LogAnswer;
  isRunning: boolean;
  /** By `performance.now()`. */
  freshUntil: number;
}

export function createLogQueries(
  groups: () => readonly string[],
  linesOf: (group: string) => readonly LogLine[],
): LogQueries {
  const asked = new Map<string, Asked>();
  let worker: { readonly thread: Worker; readonly unsent: () => Question['logs'] } | undefined;

  function onReply({ id, answer, milliseconds }: Reply): void {
    const pause = Math.max(minPauseMilliseconds, pauseFactor * milliseconds);
    asked.set(id, { answer, isRunning: false, freshUntil: performance.now() + pause });
  }

  function started() {
    const thread = new Worker(new URL(import.meta.url), { workerData: workerName });
    thread.unref();
    thread.on('message', onReply);
    // It may have run out of memory. The next question starts another worker with all lines.
    thread.on('error', ({ message }) => {
      worker = undefined;
      const answer = { kind: 'problem', problem: `The query ended: ${message}` } as const;
      for (const [id, { isRunning }] of asked) if (isRunning) onReply({ id, answer, milliseconds: 0 });
    });
    return { thread, unsent: createUnsent(groups, linesOf) };
  }

  return {
    latest(query, range, rangeName) {
      const id = `${rangeName} ${query}`;
      const known = asked.get(id) ?? { answer: { kind: 'asking' }, isRunning: false, freshUntil: 0 };
      if (!known.isRunning && performance.now() >= known.freshUntil) {
        asked.set(id, { ...known, isRunning: true });
        worker ??= started();
        worker.thread.postMessage({ id, query, range, logs: worker.unsent() } satisfies Question);
      }
      return known.answer;
    },
    stop() {
      void worker?.thread.terminate();
    },
  };
}

/** Returns a function that returns the lines of each log since its last call. */
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

export interface LogRows {
  readonly columns: readonly LogColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

interface LogColumn {
  readonly name: string;
  /** Its numbers are milliseconds since 1970. */
  readonly isTime: boolean;
}

/** Runs a query over the lines of a time range. */
export function rowsOf(query: string, linesOf: (group: string) => readonly LogLine[], range: TimeRange): LogRows {
  const from = (range.nowSeconds - range.rangeSeconds) * 1000;
  const table = runQuery(query, (group) => linesOf(group).filter(({ atMilliseconds }) => atMilliseconds >= from));
  const times = timesIn(query);
  return {
    columns: table.columns.map((name) => ({ name, isTime: times.has(name) })),
    rows: table.rows.map((row) => table.columns.map((name) => row[name])),
  };
}

/** The columns of times: of a line, or the first or last of several lines. */
function timesIn(query: string): ReadonlySet<string> {
  const columns = parseQuery(query).flatMap((command): readonly Column[] => {
    if (command.command === 'fields') return command.columns;
    return command.command === 'stats' ? [...command.aggregates, ...command.by] : [];
  });
  return new Set(['@timestamp', ...columns.filter(({ term }) => isTime(term)).map(({ name }) => name)]);
}

function isTime(term: Term): boolean {
  if (term.is === 'field') return term.name === '@timestamp';
  if (term.is !== 'call') return false;
  return term.name === 'bin' || (['min', 'max'].includes(term.name) && term.arguments.some(isTime));
}

/** Tells the worker thread of this file from other threads. */
const workerName = 'log queries';

/** In the worker: the lines that have been sent, as many as the chain keeps. */
const kept = new Map<string, LogLine[]>();

if (workerData === workerName)
  parentPort?.on('message', ({ id, query, range, logs }: Question) => {
    const begun = performance.now();
    for (const { group, fresh, length } of logs) kept.set(group, [...(kept.get(group) ?? []), ...fresh].slice(-length));
    const answer = answerTo(query, range);
    parentPort?.postMessage({ id, answer, milliseconds: performance.now() - begun } satisfies Reply);
  });

function answerTo(query: string, range: Question['range']): LogAnswer {
  try {
    return { kind: 'log', ...rowsOf(query, (group) => kept.get(group) ?? [], range) };
  } catch (error) {
    return { kind: 'problem', problem: error instanceof Error ? error.message : String(error) };
  }
}
