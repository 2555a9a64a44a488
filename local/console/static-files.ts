import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

export interface StaticFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Files of packages, by the names that they have on the page. The package says where it is, not what its files are. */
const libraries: Readonly<Record<string, string>> = {
  'chart.umd.min.js': join(dirname(createRequire(import.meta.url).resolve('chart.js')), 'chart.umd.min.js'),
};

/** A file of the page. Read anew each time, so that a change is there after a reload. */
export function staticFile(name: string): StaticFile | undefined {
  const type = types[extname(name)];
  const library = libraries[name];
  // One folder, and no way out of it.
  if (type === undefined || (library === undefined && !/^[a-z0-9-]+\.[a-z]+$/.test(name))) return undefined;
  try {
    return { type, bytes: readFileSync(library ?? join(import.meta.dirname, 'page', name)) };
  } catch {
    return undefined;
  }
}
