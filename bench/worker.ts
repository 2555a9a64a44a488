/** The parent's half of a measurement: a fresh process that does work when asked, and nothing between. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Sample } from './work-server.ts';

export interface Worker<Job> {
  readonly pid: number;
  /** `times` runs of the job, measured together. */
  measure(job: Job, times?: number): Promise<Sample>;
  close(): Promise<void>;
}

/** What to start in place of Node: something that becomes Node in the end. */
export interface Launcher {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  /** It is ended when it has lived so long. */
  readonly mostMilliseconds?: number;
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
    timeout: launcher.mostMilliseconds,
    killSignal: 'SIGKILL',
  });
  let complaints = '';
  child.stderr?.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-2000);
  });

  const answer = () =>
    new Promise<{ sample: Sample }>((resolve, reject) => {
      const onExit = (_: number | null, signal: string | null) => {
        const by = signal ? `, by ${signal}` : '';
        reject(new Error(`${program} ended before it answered${by}: ${complaints}`));
      };
      child.once('exit', onExit);
      child.once('message', (message: { sample: Sample; failure?: string }) => {
        child.off('exit', onExit);
        if (message.failure) reject(new Error(`${program} failed: ${message.failure}`));
        else resolve(message);
      });
    });

  await answer();
  return {
    pid: child.pid ?? 0,
    async measure(job, times = 1) {
      child.send({ job, times });
      return (await answer()).sample;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
