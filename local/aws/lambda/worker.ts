import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { endOfEvent, type FunctionError, type InvokeMessage, type WorkerMessage } from './messages.ts';

/** How an event ended. */
export type WorkerOutcome =
  | { readonly end: 'returned'; readonly payload: string }
  | { readonly end: 'failed'; readonly error: FunctionError }
  | { readonly end: 'timeout' }
  | { readonly end: 'out-of-memory' }
  | { readonly end: 'exited'; readonly reason: string };

/** One execution environment: a process that takes one event at a time. */
export interface Worker {
  /** Runs module code. Any other end than `returned` leaves a dead worker. */
  init(limitMilliseconds: number): Promise<WorkerOutcome>;
  run(message: InvokeMessage, limitMilliseconds: number): Promise<WorkerOutcome>;
  readonly alive: boolean;
  /** Peak resident memory. */
  readonly peakBytes: number;
  kill(): Promise<void>;
}

export interface WorkerOptions {
  /** Its whole environment. */
  readonly variables: Record<string, string>;
  readonly directory: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  log(line: string): void;
}

/** A short peak between two samples is still seen: the kernel keeps the maximum. */
const memoryWatchMilliseconds = 50;

export function startWorker(options: WorkerOptions): Worker {
  const child = fork(join(import.meta.dirname, 'runtime.ts'), [String(options.timeoutSeconds)], {
    cwd: options.directory,
    env: options.variables,
    execArgv: [],
    // In a process group of its own, so that Ctrl-C reaches only the chain, which then ends this process.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const outputs = [child.stdout, child.stderr].map((output) => readLines(output, options.log));
  const limitBytes = options.memoryMegabytes * 1024 * 1024;
  let alive = true;
  let peakBytes = 0;
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(exitReason(code, signal)));
  }).then((reason) => {
    alive = false;
    return reason;
  });

  function notePeak(reported = 0): boolean {
    peakBytes = Math.max(peakBytes, child.pid === undefined ? reported : (readPeakMemory(child.pid) ?? reported));
    return peakBytes > limitBytes;
  }

  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await ended;
  }

  /** The first of: an answer, the end of the process, the timeout, the memory limit. */
  async function outcome(limitMilliseconds: number): Promise<WorkerOutcome> {
    const stops = new AbortController();
    const timeout = once<WorkerOutcome>(stops.signal, (done) =>
      setTimeout(done, limitMilliseconds, { end: 'timeout' }),
    );
    const tooLarge = once<WorkerOutcome>(stops.signal, (done) =>
      setInterval(() => notePeak() && done({ end: 'out-of-memory' }), memoryWatchMilliseconds),
    );
    const exit = ended.then((reason): WorkerOutcome => ({ end: 'exited', reason }));
    const first = await Promise.race([answer(child, outputs), exit, timeout, tooLarge]);
    stops.abort();
    const result = 'end' in first ? first : outcomeOf(first, notePeak('peakBytes' in first ? first.peakBytes : 0));
    if ('end' in first || result.end === 'out-of-memory' || (first.type === 'failed' && first.ends)) await kill();
    return result;
  }

  return {
    init: outcome,
    run(message, limitMilliseconds) {
      const result = outcome(limitMilliseconds);
      child.send(message, () => {});
      return result;
    },
    get alive() {
      return alive;
    },
    get peakBytes() {
      return peakBytes;
    },
    kill,
  };
}

function outcomeOf(message: WorkerMessage, overLimit: boolean): WorkerOutcome {
  if (overLimit) return { end: 'out-of-memory' };
  if (message.type === 'failed') return { end: 'failed', error: message.error };
  return { end: 'returned', payload: message.type === 'returned' ? message.payload : '' };
}

/** Resolves with the worker's message once both outputs have been read up to the end of the event. */
async function answer(child: ChildProcess, outputs: readonly LineReader[]): Promise<WorkerMessage> {
  const [message] = await Promise.all([
    new Promise<WorkerMessage>((resolve) => child.once('message', (message) => resolve(message as WorkerMessage))),
    ...outputs.map((output) => output.endOfEvent()),
  ]);
  return message;
}

function once<T>(signal: AbortSignal, start: (done: (value: T) => void) => NodeJS.Timeout): Promise<T> {
  return new Promise((resolve) => {
    const timer = start(resolve);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}

interface LineReader {
  endOfEvent(): Promise<void>;
}

/** Only a line feed ends a line: Lambda keeps a carriage return within a message. */
function readLines(output: Readable | null, log: (line: string) => void): LineReader {
  let rest = '';
  let reached = (): void => {};
  output?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      // The mark follows text that the function wrote without a line end.
      const text = line.endsWith(endOfEvent) ? line.slice(0, -endOfEvent.length) : line;
      if (text !== '') log(text);
      if (line !== text) reached();
    }
  });
  output?.on('close', () => {
    if (rest !== '') log(rest);
  });
  return {
    endOfEvent: () =>
      new Promise((resolve) => {
        reached = resolve;
      }),
  };
}

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `Runtime exited with error: signal: ${signalNames[signal] ?? signal}`;
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
}

const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
};

/**
 * Peak resident memory of a process in bytes, on Linux. Elsewhere `undefined`: then the process reports its own figure at
 * the end of an event, which on Linux would begin with its parent's peak. A kernel limit would be closer to Lambda, but
 * `ulimit -v` counts memory that V8 only reserves, and cgroups need root.
 */
function readPeakMemory(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // The process has just ended.
    return undefined;
  }
}
