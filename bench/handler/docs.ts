/** `make docs`: fills the tables of README.md and docs/speed.md from the latest kept result of bench-handler. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeParts } from '../../docs/generated.ts';
import { type Circumstances, describeCircumstances } from '../machine.ts';
import { root } from '../run/compile.ts';
import type { Measured, Starts } from './measure.ts';
import { handlerReport } from './report.ts';

/** Returns the generated parts of each page. */
export function docsParts(): Readonly<Record<string, Readonly<Record<string, string>>>> {
  // By date: the file names begin with it.
  const file = globSync('bench/results/handler/*.json', { cwd: root }).sort().at(-1);
  if (!file) throw new Error('bench/results/handler/ is empty: expected a result of make bench-handler');
  const result: Circumstances & { measured: Measured[]; starts: Starts } = JSON.parse(
    readFileSync(join(root, file), 'utf8'),
  );
  const report = `${handlerReport(result.measured, result.starts)}\n\n${describeCircumstances(result)}`;
  return { 'README.md': { handler: report }, 'docs/speed.md': { handler: report } };
}

if (import.meta.main) for (const [file, parts] of Object.entries(docsParts())) writeParts(file, parts);
