import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file that no row names and that has been still for so long belongs to nobody: no request may last this long. */
const abandonedAfterMilliseconds = 60 * 60 * 1000;

/** The bytes of objects, each in a file with a random name: no key can leave the folder or clash with another. */
export interface ByteFiles {
  newId(): string;
  path(id: string): string;
  size(id: string): number | undefined;
  remove(id: string): void;
  /** Removes what a killed process left behind. The clock is that of the file system, not the chain's. */
  sweep(isNamed: (id: string) => boolean): void;
}

export function openByteFiles(directory: string): ByteFiles {
  mkdirSync(directory, { recursive: true });
  const path = (id: string) => join(directory, id);
  const stat = (id: string) => statSync(path(id), { throwIfNoEntry: false });
  const remove = (id: string) => {
    try {
      rmSync(path(id), { force: true });
    } catch {
      // The index is right already, and what cannot be removed now is swept later.
    }
  };
  return {
    newId: () => randomUUID(),
    path,
    size: (id) => stat(id)?.size,
    remove,
    sweep(isNamed) {
      const newest = Date.now() - abandonedAfterMilliseconds;
      for (const id of readdirSync(directory)) {
        if (!isNamed(id) && (stat(id)?.mtimeMs ?? newest) < newest) remove(id);
      }
    },
  };
}
