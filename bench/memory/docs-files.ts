/** What is drawn and written of the latest kept result. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costAndSpeedImage } from './chart.ts';
import { conclude } from './conclude.ts';
import { fillDocs, renderDocs, renderReadme } from './docs.ts';
import { readKeptResult } from './kept-result.ts';

export const root = join(import.meta.dirname, '../..');

/** The one of the latest date, which its name begins with. */
function latestResult(): string {
  const file = globSync('bench/results/*.json', { cwd: root }).sort().at(-1);
  if (!file) throw new Error('bench/results/ is empty: expected a result of make bench');
  return join(root, file);
}

/** What each file has to hold. */
export function docsFiles(): Readonly<Record<string, string>> {
  const result = readKeptResult(latestResult());
  const conclusion = conclude(result);
  const page = readFileSync(join(root, 'docs/bench.md'), 'utf8');
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return {
    'docs/bench.md': fillDocs(page, renderDocs(result, conclusion)),
    'README.md': fillDocs(readme, renderReadme(result, conclusion)),
    'docs/images/bench-memory.svg': costAndSpeedImage(result, conclusion),
  };
}
