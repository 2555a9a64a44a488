import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The file that a handler `index.handler` names, and the export in it. */
export function handlerFile(codeDirectory: string, handler: string): { readonly file: string; readonly name: string } {
  const dot = handler.lastIndexOf('.');
  const base = handler.slice(0, dot);
  const file = ['.mjs', '.js', '.cjs'].map((end) => join(codeDirectory, base + end)).find((path) => existsSync(path));
  if (!file) throw new Error(`The handler "${handler}" is not in ${codeDirectory}: expected ${base}.mjs, .js or .cjs`);
  return { file, name: handler.slice(dot + 1) };
}
