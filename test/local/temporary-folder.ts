import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

function removeAll(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

// Vitest ends its processes by a signal, so that none of them hears of its exit; a plain program, such as the one that
// takes the README's images, has no Vitest.
if (process.env.VITEST) (await import('vitest')).afterAll(removeAll);
else process.once('exit', removeAll);

/** A new folder that goes when the file of tests is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'resize-on-miss-test-'));
  folders.push(folder);
  return folder;
}
