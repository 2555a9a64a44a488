import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

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

/** Runs a program, shows its output as it comes, and returns it. */
export async function watch(program: string, ...args: readonly string[]): Promise<Watched> {
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
  const [status] = await once(child, 'close');
  return { status, output };
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
