import type { Machine } from '../machine.ts';
import { markdownTable } from '../markdown.ts';
import { type Row, verdictOf } from './rows.ts';

/** The table with all that one must know to believe it. Pure. */
export function renderReport(
  rows: readonly Row[],
  machine: Machine,
  load: { readonly before: number; readonly after: number },
  isQuick: boolean,
): string {
  const ordered = [...rows].sort((a, b) => a.goal.localeCompare(b.goal));
  const judged = rows.filter(({ met }) => met !== undefined);
  const missed = judged.filter(({ met }) => !met);
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const table = markdownTable(
    ['', 'what', 'ours', 'theirs', 'result (middle half)', 'goal', ''],
    ordered.map((row) => [row.goal, row.what, row.ours, row.theirs, row.result, row.aim, verdictOf(row)]),
  );
  return [
    table,
    '',
    `${judged.length - missed.length} of ${judged.length} goals met${isQuick ? ', in the quick version' : ''}. ` +
      'CPU time of the whole process; results are medians of the ratios of single rounds.',
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB; load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after. ${versions.join(', ')}.`,
    '',
  ].join('\n');
}
