/** The parent's half of a measurement: a fresh process that works when asked, and is idle otherwise. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Failure, Sample } from './work-server.ts';

export interface Worker<Job> {
  /** Runs the job after `warmUp` runs that are not measured. Throws a `WorkerError` when the work fails or the process ends. */
  measure(job: Job, options?: { readonly runs?: number; readonly warmUp?: number }): Promise<Sample>;
  close(): Promise<void>;
}

/** The command that starts the process in place of Node. It becomes Node in the end. */
export interface Launcher {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  /** The process is killed after this time. */
  readonly timeoutMilliseconds?: number;
}

export class WorkerError extends Error {
  /** The signal that ended the process, if one did. */
  readonly signal: string | undefined;
  readonly answer: Failure['answer'];

  constructor(message: string, { signal, answer }: { signal?: string; answer?: Failure['answer'] } = {}) {
    super(message);
    this.signal = signal;
    this.answer = answer;
  }
}

export async function startWorker<Job>(
  program: string,
  variables: Record<string, string>,
  launcher: Launcher = { execPath: process.execPath, execArgv: [] },
): Promise<Worker<Job>> {
  const { PATH = '', HOME = '' } = process.env;
  const child = fork(program, {
    env: { PATH, HOME, ...variables },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execPath: launcher.execPath,
    execArgv: [...launcher.execArgv],
    timeout: launcher.timeoutMilliseconds,
    killSignal: 'SIGKILL',
  });
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-2000);
  });

  const reply = () =>
    new Promise<{ sample: Sample }>((resolve, reject) => {
      const onExit = (_: number | null, signal: string | null) => {
        const by = signal ? ` by ${signal}` : '';
        reject(new WorkerError(`${program} was ended${by} before it answered: ${errors}`, { signal: signal ?? '' }));
      };
      child.once('exit', onExit);
      child.once('message', (message: { sample: Sample; failure?: Failure }) => {
        child.off('exit', onExit);
        const { failure } = message;
        if (failure) reject(new WorkerError(failure.message, { answer: failure.answer }));
        else resolve(message);
      });
    });

  await reply();
  return {
    async measure(job, { runs = 1, warmUp = 0 } = {}) {
      child.send({ job, runs, warmUp });
      return (await reply()).sample;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/**
 * Runs the contestants in turn, with the order reversed every round, so that a slow minute of the machine slows all of
 * them. Returns the results of each, round by round.
 */
export async function alternate<T>(contestants: readonly (() => Promise<T>)[], rounds: number): Promise<T[][]> {
  const results: T[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...contestants.entries()];
    if (round % 2 === 1) order.reverse();
    for (const [index, contestant] of order) results[index]?.push(await contestant());
  }
  return results;
}
