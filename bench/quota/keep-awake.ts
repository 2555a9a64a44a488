import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';

export interface Awake {
  /** Of the processes that do it. */
  readonly pids: readonly number[];
  end(): Promise<void>;
}

/** No longer than who started it lives. */
const spin = 'const { ppid } = process; while (process.ppid === ppid);';

export function canKeepCoresAwake(): boolean {
  return spawnSync('chrt', ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Something to do for each core that has nothing to do, at the lowest class of priority, so that it takes time from nobody.
 * In a virtual machine a core that falls asleep between two slices of a quota makes the work itself 10 to 40 percent
 * slower, which a Lambda does not see: its machine is never idle.
 */
export function keepCoresAwake(): Awake {
  const spinners = cpus().map(() =>
    spawn('chrt', ['--idle', '0', process.execPath, '--eval', spin], { stdio: 'ignore' }),
  );
  // Without chrt it goes on with sleeping cores.
  for (const spinner of spinners) spinner.on('error', () => {});
  return {
    pids: spinners.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    async end() {
      for (const spinner of spinners) {
        if (spinner.pid === undefined || spinner.exitCode !== null) continue;
        spinner.kill('SIGKILL');
        await once(spinner, 'exit');
      }
    },
  };
}
