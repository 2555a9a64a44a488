import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult, Conclusion } from './conclude.ts';
import { milliseconds, percent } from './format.ts';
import { rowOf } from './sentences.ts';

export const memoryFile = join(import.meta.dirname, '../../infra/function-memory.json');

/** What the stack, `make cost` and the load test read. Refuses where there is no pick to write. */
export function applyPick(result: BenchResult, conclusion: Conclusion, file = memoryFile): string {
  const { picks, certainty, rows } = conclusion;
  const pick = rowOf(rows, picks.cheapest);
  if (!pick || certainty.doubt !== 'none') {
    throw new Error(`${file} stays as it is: expected a measurement that concludes something`);
  }
  const { objective, headroom, architecture } = result.assumed;
  const aimedAt = objective.benchCase ?? 'the whole mix';
  const smaller = rows.filter((row) => row.memoryMegabytes < pick.memoryMegabytes && row.faults.length > 0).at(-1);
  const why = [
    `make bench, ${result.date.slice(0, 10)}, ${architecture} (${result.machine.processor}): the cheapest with a p95 of ${aimedAt} within ${milliseconds(objective.p95Milliseconds)} less ${percent(headroom)} (${milliseconds(pick.objectiveP95)})`,
    ...(smaller ? [`at ${smaller.memoryMegabytes} MB ${smaller.faults.map(({ says }) => says).join(', ')}`] : []),
  ].join('; ');
  writeFileSync(file, `${JSON.stringify({ memoryMegabytes: pick.memoryMegabytes, why }, null, 2)}\n`);
  return why;
}
