/** What the sweep says, as text. Pure. */
import { markdownTable } from '../markdown.ts';
import type { SweepRow } from './measure-family.ts';
import type { Family } from './variants.ts';
import { leastSimilarityDifference } from './verdict.ts';

export function familyTable({ name, decided, cases }: Family, rows: readonly SweepRow[]): string {
  const hasPictures = cases.length > 0;
  const head = [
    'case',
    name,
    'CPU',
    'ratio',
    ...(hasPictures ? ['by the clock', 'bytes', 'ratio', 'SSIM'] : []),
    'peak memory',
    '',
  ];
  const lines = rows.map((row) => [
    row.case,
    row.isOurs ? `**${row.variant}**` : row.variant,
    `${row.cpuMilliseconds.toFixed(0)} ms`,
    row.isOurs ? '' : row.cpuRatio.toFixed(2),
    ...(hasPictures
      ? [
          row.isOurs ? '' : row.wallRatio.toFixed(2),
          `${(row.bytes / 1000).toFixed(1)} kB`,
          row.isOurs ? '' : row.bytesRatio.toFixed(3),
          row.similarity?.toFixed(4) ?? '',
        ]
      : []),
    `${row.peakMegabytes.toFixed(0)} MB`,
    row.isOurs ? 'ours' : row.verdict,
  ]);
  return [`${name}: decided in ${decided}`, '', markdownTable(head, lines)].join('\n');
}

export function summary(results: readonly { readonly family: string; readonly rows: readonly SweepRow[] }[]): string {
  const better = results.flatMap(({ family, rows }) =>
    rows
      .filter(({ isOurs, verdict }) => !isOurs && verdict === 'better')
      .map(
        (row) =>
          `${family} ${row.variant} for ${row.case} (CPU ${row.cpuRatio.toFixed(2)}, bytes ${row.bytesRatio.toFixed(2)})`,
      ),
  );
  const rule = `Ratios are to ours and count from 3% of CPU time and 1% of bytes; a picture looks worse when its SSIM is more than ${leastSimilarityDifference} below ours.`;
  if (better.length === 0) return `No variant is better than ours. ${rule}`;
  return `Better than ours would be: ${better.join('; ')}. ${rule}`;
}
