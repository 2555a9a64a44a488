import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Impossible } from './impossible.ts';
import type { Runbook } from './watch-contract.ts';

const folder = resolve(import.meta.dirname, '../../docs/runbooks');

/** The names that can be asked for: those of the files, without their ending. */
export function runbookNames(): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.md'))
      .map((file) => file.replace(/\.md$/, ''));
  } catch {
    // A template of somebody else, run from elsewhere, has none.
    return [];
  }
}

/** Read anew each time, so that a runbook that is being written is there after a reload. */
export function readRunbook(name: string): Runbook {
  const names = runbookNames();
  if (!names.includes(name)) {
    throw new Impossible(`There is no runbook "${name}".`, `docs/runbooks has ${names.join(', ') || 'none'}.`);
  }
  return { name, markdown: readFileSync(join(folder, `${name}.md`), 'utf8') };
}
