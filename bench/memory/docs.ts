/** `make docs`: fills the generated parts of docs/bench.md and README.md from the latest kept result, and draws its chart. */
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeParts } from '../../docs/generated.ts';
import { describeCircumstances } from '../machine.ts';
import { root } from '../run/compile.ts';
import { costAndSpeedChart } from './chart.ts';
import { conclude } from './conclude.ts';
import { assumptions, caseTable, headline, sizeTable, verdict } from './report.ts';
import { readResult } from './result.ts';

export const chartFile = 'docs/images/bench-memory.svg';

/** Returns the generated parts of each page, and the chart. */
export function docsParts() {
  // By date: the file names begin with it.
  const file = globSync('bench/results/*.json', { cwd: root }).sort().at(-1);
  if (!file) throw new Error('bench/results/ is empty: expected a result of make bench');
  const result = readResult(join(root, file));
  const conclusion = conclude(result);
  const parts = {
    verdict: verdict(result, conclusion),
    sizes: sizeTable(result, conclusion),
    cases: caseTable(result, conclusion),
    assumptions: assumptions(result, conclusion),
    machine: describeCircumstances(result),
  };
  const readme = [headline(result, conclusion), sizeTable(result, conclusion, true), parts.machine].join('\n\n');
  return {
    pages: { 'docs/bench.md': parts, 'README.md': { bench: readme } },
    chart: costAndSpeedChart(result, conclusion),
  };
}

if (import.meta.main) {
  const { pages, chart } = docsParts();
  for (const [file, parts] of Object.entries(pages)) writeParts(file, parts);
  writeFileSync(join(root, chartFile), chart);
}
