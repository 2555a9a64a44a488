import { spawnSync } from 'node:child_process';

/** Runs a program in the foreground. Throws when it fails. */
export function run(program: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`"${program} ${args.join(' ')}" ended with ${status}`);
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
