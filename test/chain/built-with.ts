import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { afterAll } from 'vitest';

/** One wrong line in the service, as a colleague might write it on a bad day. */
export interface Mistake {
  /** Below src/. */
  readonly file: string;
  /** What stands there once, and what stands in its place. */
  readonly from: string;
  readonly to: string;
}

/** CommonJS packages in the bundle call `require`, which an ES module lacks. */
const requireForEsm =
  "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";
const root = join(import.meta.dirname, '../..');

const folders = new Set<string>();
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The service with mistakes, built; gives the folder of its code. */
export async function builtWith(...mistakes: readonly Mistake[]): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify(mistakes)).digest('hex').slice(0, 12);
  // Within the project, so that sharp's binaries are found.
  const folder = join(root, '.cache/mistakes', `${digest}-${process.pid}`);
  for (const { file, from } of mistakes) requireOnce(readFileSync(join(root, 'src', file), 'utf8'), file, from);
  folders.add(folder);
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(root, 'src/handler.ts')],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['@img/sharp-*'],
    banner: { js: requireForEsm },
    define: { 'process.env.SERVICE_VERSION': '"mistaken"' },
    plugins: [write(mistakes)],
    logLevel: 'error',
  });
  return folder;
}

function write(mistakes: readonly Mistake[]): Plugin {
  return {
    name: 'mistakes',
    setup({ onLoad }) {
      onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        const here = mistakes.filter(({ file }) => join(root, 'src', file) === path);
        return { contents: here.reduce(replaceOnce, readFileSync(path, 'utf8')), loader: 'ts' };
      });
    },
  };
}

function replaceOnce(source: string, { file, from, to }: Mistake): string {
  requireOnce(source, file, from);
  return source.replace(from, () => to);
}

/** A mistake that finds no place would leave a sound service, and a test that shows nothing. */
function requireOnce(source: string, file: string, from: string): void {
  const times = source.split(from).length - 1;
  if (times !== 1) throw new Error(`src/${file} has ${times} times "${from}": expected once, to put a mistake there`);
}
