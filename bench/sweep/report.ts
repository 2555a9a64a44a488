/** The report of bench-sweep. Pure. */
import { markdownTable } from 'markdown-table';
import { percent } from '../format.ts';
import type { Family } from './families.ts';
import { leastEffects, leastSimilarityDifference, missedByteGoals, type SweepRow } from './rows.ts';

function familyTable({ name, decided, cases }: Family, rows: readonly SweepRow[]): string {
  const hasImages = cases.length > 0;
  const ofImages = ['by the clock', 'bytes', 'ratio', 'SSIM', 'peak memory'];
  const head = ['case', name, 'CPU', 'ratio', ...(hasImages ? ofImages : ['peak memory', 'ratio']), ''];
  const lines = rows.map((row) => {
    const peak = `${row.peakMegabytes.toFixed(0)} MB`;
    const images = [
      ratio(row, row.wallRatio),
      row.bytes === undefined ? '' : `${(row.bytes / 1000).toFixed(1)} kB`,
      ratio(row, row.bytesRatio, 3),
      row.similarity?.toFixed(4) ?? '',
      peak,
    ];
    return [
      row.case,
      row.isOurs ? `**${row.variant}**` : row.variant,
      `${row.cpuMilliseconds.toFixed(0)} ms`,
      ratio(row, row.cpuRatio),
      ...(hasImages ? images : [peak, ratio(row, row.peakRatio)]),
      row.isOurs ? 'ours' : row.verdict,
    ];
  });
  return [`## ${name} (${decided})`, '', markdownTable([head, ...lines])].join('\n');
}

function ratio({ isOurs }: SweepRow, value: number | undefined, digits = 2): string {
  return isOurs || value === undefined ? '' : value.toFixed(digits);
}

/** The summary first, then a table for each family. */
export function sweepReport(
  results: readonly { readonly family: Family; readonly rows: readonly SweepRow[] }[],
): string {
  const better = results.flatMap(({ family, rows }) =>
    rows
      .filter(({ isOurs, verdict }) => !isOurs && verdict === 'better')
      .map((row) => `${family.name} ${row.variant} for ${row.case}`),
  );
  const missed = results.flatMap(({ family, rows }) => missedByteGoals(family, rows));
  return [
    better.length === 0 ? '**No variant is better than ours.**' : `**Better than ours: ${better.join('; ')}.**`,
    ...missed.map((goal) => `**Goal missed: ${goal}.**`),
    `Ratios are to ours. They count from ${percent(leastEffects.cpu)} of CPU time, ${percent(leastEffects.bytes)} of bytes and, for the whole mix in one process, ${percent(leastEffects.peak)} of peak memory; a derivative looks worse when its SSIM is more than ${leastSimilarityDifference} below ours.`,
    ...results.map(({ family, rows }) => familyTable(family, rows)),
  ].join('\n\n');
}
