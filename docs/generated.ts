/**
 * The generated parts of the docs: each stands between `<!-- begin name -->` and `<!-- end name -->`, in a source file
 * between comments of its language.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Replaces each part of a page, and leaves the rest as it is. Throws when the page has no place for a part. */
export function fillPage(page: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const { from, to, margin } = find(text, name);
    return `${text.slice(0, from)}${margin}${part}${margin}${text.slice(to)}`;
  }, page);
}

/** Returns the text of one part of a page. */
export function partOf(page: string, name: string): string {
  const { from, to } = find(page, name);
  return page.slice(from, to).trim();
}

function find(page: string, name: string) {
  const [open, close, margin] = page.includes(`/* begin ${name} */`) ? ['/*', '*/', '\n'] : ['<!--', '-->', '\n\n'];
  const [begin, end] = [`${open} begin ${name} ${close}`, `${open} end ${name} ${close}`];
  const [start, to] = [page.indexOf(begin), page.indexOf(end)];
  if (start < 0 || to < start) throw new Error(`The page has no place for "${name}": expected ${begin} and ${end}`);
  return { from: start + begin.length, to, margin };
}

/** Writes the parts into a file of the repository, named by its path from the root. Prints whether that changed it. */
export function writeParts(file: string, parts: Readonly<Record<string, string>>): void {
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  const after = fillPage(before, parts);
  if (after !== before) writeFileSync(path, after);
  console.log(`${relative(root, path)} ${after === before ? 'is up to date' : 'was written'}`);
}

export function readPart(file: string, name: string): string {
  return partOf(readFileSync(join(root, file), 'utf8'), name);
}
