import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const folder = join(import.meta.dirname, '../.cache/bench');

/**
 * A program of the bench as plain JavaScript: Node's own stripping of types would add its time and memory to what is
 * measured. Packages stay outside, as an application has them in node_modules. Gives the path.
 */
export async function compileProgram(source: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${basename(source, '.ts')}.mjs`);
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'warning',
  });
  return outfile;
}
