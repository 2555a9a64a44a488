import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';

/** A folder that is there. */
export function folderAt(option: string, given: string): string {
  return checked(option, given, ['folder'], 'a folder that exists');
}

/** A file that is there. */
export function fileAt(option: string, given: string, what: string): string {
  return checked(option, given, ['file'], what);
}

/** A folder that is there or can be made. */
export function placeForFolder(option: string, given: string): string {
  return checked(option, given, ['folder', 'not there'], 'a folder, or a name for a new one');
}

/** A file that is there or can be written. */
export function placeForFile(option: string, given: string): string {
  return checked(option, given, ['file', 'not there'], 'a file, or a name for a new one');
}

type Kind = 'file' | 'folder' | 'not there' | 'below a file';

function checked(option: string, given: string, wanted: readonly Kind[], expected: string): string {
  // Not every shell knows `~` after an equals sign.
  const path = resolve(given.replace(/^~(?=\/|$)/, homedir()));
  const kind = kindOf(path);
  if (wanted.includes(kind)) return path;
  const seen = kind === 'file' || kind === 'folder' ? `a ${kind}` : kind;
  throw new Error(`${option} is "${given}", which is ${seen}: expected ${expected}`);
}

function kindOf(path: string): Kind {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found) return found.isDirectory() ? 'folder' : 'file';
  const parent = dirname(path);
  return parent === path || ['folder', 'not there'].includes(kindOf(parent)) ? 'not there' : 'below a file';
}
