/** Builds what is measured: programs of the bench, and the Lambda of a checkout. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundleVariable } from './invocation.ts';

export const root = join(import.meta.dirname, '../..');
const folder = join(root, '.cache/bench');

/**
 * Compiles a program, named from the root of the repository, to JavaScript, since Node's own type stripping would add to
 * the time and memory that are measured. Packages are not bundled. Returns the path.
 */
export async function compileProgram(source: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${basename(source, '.ts')}.mjs`);
  await build({
    entryPoints: [join(root, source)],
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

/**
 * Builds the Lambda of a checkout, or another handler in its place, for this machine's processor into a folder of its own,
 * so that another build meanwhile does not change what is measured. Returns the environment variables that a process needs
 * to run it.
 */
export function buildLambda(checkout: string, to: string, entry = 'src/handler.ts'): Record<string, string> {
  mkdirSync(to, { recursive: true });
  const code = join(to, 'resize');
  const options = ['infra/lambda/build.ts', '--arch', process.arch, '--out', code, '--entry', entry];
  try {
    execFileSync(process.execPath, options, { cwd: checkout, stdio: 'pipe', encoding: 'utf8' });
  } catch (cause) {
    const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new Error(`The Lambda of ${checkout} could not be built. ${output}`, { cause });
  }
  const variables = JSON.parse(readFileSync(join(to, 'environment.json'), 'utf8'));
  return { ...variables, [bundleVariable]: join(code, 'index.mjs') };
}
