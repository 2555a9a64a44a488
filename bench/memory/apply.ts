import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { milliseconds, percent } from '../format.ts';
import { root } from '../run/compile.ts';
import type { Conclusion } from './conclude.ts';
import { pickOf } from './report.ts';
import type { BenchResult } from './result.ts';

/** Read by the stack, `make cost` and the load test. */
export const memoryFile = join(root, 'infra/function-memory.json');

/** Writes the pick and the reason, which it returns. Throws where there is no pick. */
export function applyPick(result: BenchResult, conclusion: Conclusion, file = memoryFile): string {
  const pick = pickOf(conclusion);
  if (!pick || conclusion.certainty.doubt !== 'none') {
    throw new Error(`${file} was not changed: the measurement has no pick`);
  }
  const { objective, headroom, architecture } = result.assumed;
  const smaller = conclusion.rows.filter(({ memoryMegabytes }) => memoryMegabytes < pick.memoryMegabytes).at(-1);
  const why = [
    `make bench, ${result.date.slice(0, 10)}, ${architecture} (${result.machine.processor}): the cheapest with a p95 of ${objective.benchCase ?? 'the mix'} within ${milliseconds(objective.p95Milliseconds)} less ${percent(headroom)} (${milliseconds(pick.objectiveP95)})`,
    ...(smaller?.faults.map(({ text }) => `at ${smaller.memoryMegabytes} MB ${text}`) ?? []),
  ].join('; ');
  const { memoryMegabytes } = pick;
  const billedMilliseconds = Math.round(pick.billedMilliseconds);
  writeFileSync(file, `${JSON.stringify({ memoryMegabytes, billedMilliseconds, why }, null, 2)}\n`);
  return why;
}
