import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { build } from 'esbuild';

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const folder = join(import.meta.dirname, 'page');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files of the page by their names, bundled from its sources and from packages, without the network. */
export async function bundlePage(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'main.tsx'), join(folder, 'main.css')],
    bundle: true,
    write: false,
    minify: true,
    outdir: folder,
    format: 'esm',
    target: 'es2024',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  const bundled = outputFiles.map(({ path, contents }) => [path.slice(folder.length + 1), contents] as const);
  const kept = ['index.html', 'icon.svg'].map((name) => [name, readFileSync(join(folder, name))] as const);
  return new Map(
    [...bundled, ...kept].map(([name, bytes]) => [name, { type: types[extname(name)] ?? '', bytes }] as const),
  );
}
