import { spawn, spawnSync } from 'node:child_process';

/** Runs a program in the foreground. Throws when it fails. */
export function run(program: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`"${program} ${args.join(' ')}" ended with ${status}`);
}

export interface Watched {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program, prints its output and returns it. */
export function watch(program: string, ...args: readonly string[]): Promise<Watched> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['inherit', 'pipe', 'pipe'] });
    let output = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        to.write(text);
      });
    }
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

/** A command's whole run: what it throws is one line for people, and exit code 1. */
export async function command(work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
