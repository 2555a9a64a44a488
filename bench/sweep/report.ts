/** What the sweep says, as text. Pure. */
import { markdownTable } from '../markdown.ts';
import { percent } from '../memory/format.ts';
import type { SweepRow } from './sweep-row.ts';
import type { Family } from './variants.ts';
import { leastEffects, leastSimilarityDifference } from './verdict.ts';

export function familyTable({ name, decided, cases }: Family, rows: readonly SweepRow[]): string {
  const hasImages = cases.length > 0;
  const head = [
    'case',
    name,
    'CPU',
    'ratio',
    ...(hasImages ? ['by the clock', 'bytes', 'ratio', 'SSIM'] : []),
    'peak memory',
    ...(hasImages ? [] : ['ratio']),
    '',
  ];
  const lines = rows.map((row) => [
    row.case,
    row.isOurs ? `**${row.variant}**` : row.variant,
    `${row.cpuMilliseconds.toFixed(0)} ms`,
    ratio(row, row.cpuRatio),
    ...(hasImages
      ? [
          ratio(row, row.wallRatio),
          row.bytes === undefined ? '' : `${(row.bytes / 1000).toFixed(1)} kB`,
          ratio(row, row.bytesRatio, 3),
          row.similarity?.toFixed(4) ?? '',
        ]
      : []),
    `${row.peakMegabytes.toFixed(0)} MB`,
    ...(hasImages ? [] : [ratio(row, row.peakRatio)]),
    row.isOurs ? 'ours' : row.verdict,
  ]);
  return [`${name}: decided in ${decided}`, '', markdownTable(head, lines)].join('\n');
}

function ratio({ isOurs }: SweepRow, value: number | undefined, digits = 2): string {
  return isOurs || value === undefined ? '' : value.toFixed(digits);
}

export function summary(results: readonly { readonly family: string; readonly rows: readonly SweepRow[] }[]): string {
  const better = results.flatMap(({ family, rows }) =>
    rows
      .filter(({ isOurs, verdict }) => !isOurs && verdict === 'better')
      .map((row) => `${family} ${row.variant} for ${row.case} (${ratios(row)})`),
  );
  const rule = `Ratios are to ours and count from ${percent(leastEffects.cpu)} of CPU time, ${percent(leastEffects.bytes)} of bytes and, for the whole mix in one process, ${percent(leastEffects.peak)} of peak memory; an image looks worse when its SSIM is more than ${leastSimilarityDifference} below ours.`;
  if (better.length === 0) return `No variant is better than ours. ${rule}`;
  return `Better than ours would be: ${better.join('; ')}. ${rule}`;
}

function ratios({ cpuRatio, bytesRatio, peakRatio }: SweepRow): string {
  const named = { CPU: cpuRatio, bytes: bytesRatio, 'peak memory': peakRatio };
  const known = Object.entries(named).filter(([, value]) => value !== undefined);
  return known.map(([name, value]) => `${name} ${value?.toFixed(2)}`).join(', ');
}
