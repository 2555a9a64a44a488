import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const folder = join(import.meta.dirname, '../.cache/bench');

export interface StandIn {
  /** The file whose place is taken, by its name. */
  readonly inPlaceOf: string;
  /** JavaScript with the same exports. Stays outside, so that whoever else loads it has the same one. */
  readonly module: string;
}

/**
 * A program of the bench as plain JavaScript: Node's own stripping of types would add its time and memory to what is
 * measured. Packages stay outside, as an application has them in node_modules. Gives the path.
 */
export async function compileProgram(source: string, standIn?: StandIn): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const name = basename(source, '.ts');
  const outfile = join(folder, `${standIn ? `${name}-on-${basename(standIn.module, '.mjs')}` : name}.mjs`);
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    logLevel: 'warning',
    plugins: standIn ? [putInPlace(standIn)] : [],
  });
  return outfile;
}

function putInPlace({ inPlaceOf, module }: StandIn): Plugin {
  return {
    name: 'stand-in',
    setup({ onResolve, onEnd }) {
      let count = 0;
      onResolve({ filter: /^\./ }, ({ path }) => {
        if (basename(path) !== inPlaceOf) return undefined;
        count++;
        return { path: pathToFileURL(module).href, external: true };
      });
      onEnd(() => (count > 0 ? undefined : { errors: [{ text: `Nothing imports ${inPlaceOf}: expected an import` }] }));
    },
  };
}
