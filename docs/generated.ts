/** The generated parts of the docs: each stands between `<!-- begin name -->` and `<!-- end name -->`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Replaces each part of a page, and leaves the rest as it is. Throws when the page has no place for a part. */
export function fillPage(page: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`The page has no place for "${name}": expected ${begin} and ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }, page);
}

/** Returns the text of one part of a page. */
export function partOf(page: string, name: string): string {
  const match = new RegExp(`<!-- begin ${name} -->\n([\\s\\S]*?)\n<!-- end ${name} -->`).exec(page);
  if (!match) throw new Error(`The page has no part "${name}"`);
  return (match[1] ?? '').trim();
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
