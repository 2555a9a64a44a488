import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

const secondsBetweenSigns = 10;

/** Runs a command that may take minutes, and prints its progress. */
export async function runStep(
  title: string,
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'> = {},
): Promise<void> {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  console.log(`${title} ...`);
  const signs = setInterval(() => console.log(`  ... ${seconds()} s`), secondsBetweenSigns * 1000);
  try {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}`);
    console.log(`  done in ${seconds()} s`);
  } catch (error) {
    throw new Error(`${title} failed: ${program} ${args.join(' ')}`, { cause: error });
  } finally {
    clearInterval(signs);
  }
}
