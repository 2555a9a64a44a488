/** Builds what is measured: programs of the bench, and the Lambda of a checkout. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundleVariable } from './invocation.ts';

export const root = join(import.meta.dirname, '../..');
const folder = join(root, '.cache/bench');

export interface Replacement {
  /** The name of the file that is replaced. */
  readonly file: string;
  /** JavaScript with the same exports. It is not bundled, so that every importer shares one instance. */
  readonly module: string;
}

/**
 * Compiles a program, named from the root of the repository, to JavaScript, since Node's own type stripping would add to
 * the time and memory that are measured. Packages are not bundled. Returns the path.
 */
export async function compileProgram(source: string, replacement?: Replacement): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const name = basename(source, '.ts');
  const outfile = join(folder, `${name}${replacement ? `-with-${basename(replacement.module)}` : '.mjs'}`);
  await build({
    entryPoints: [join(root, source)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'warning',
    plugins: replacement ? [replaceModule(replacement)] : [],
  });
  return outfile;
}

function replaceModule({ file, module }: Replacement): Plugin {
  return {
    name: 'replace-module',
    setup({ onResolve, onEnd }) {
      let count = 0;
      onResolve({ filter: /^\./ }, ({ path }) => {
        if (basename(path) !== file) return undefined;
        count++;
        return { path: pathToFileURL(module).href, external: true };
      });
      onEnd(() => (count > 0 ? undefined : { errors: [{ text: `Nothing imports ${file}: expected an import` }] }));
    },
  };
}

/**
 * Builds the Lambda of a checkout for this machine's processor into a folder of its own, so that another build meanwhile
 * does not change what is measured. Returns the environment variables that a process needs to run it.
 */
export function buildLambda(checkout: string, to: string): Record<string, string> {
  mkdirSync(to, { recursive: true });
  const code = join(to, 'resize');
  const options = ['infra/lambda/build.ts', '--arch', process.arch, '--out', code];
  try {
    execFileSync(process.execPath, options, { cwd: checkout, stdio: 'pipe', encoding: 'utf8' });
  } catch (cause) {
    const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new Error(`The Lambda of ${checkout} could not be built. ${output}`, { cause });
  }
  const variables = JSON.parse(readFileSync(join(to, 'environment.json'), 'utf8'));
  return { ...variables, [bundleVariable]: join(code, 'index.mjs') };
}
