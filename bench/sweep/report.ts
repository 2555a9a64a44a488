/** The tables and the summary of bench-sweep. Pure. */
import { markdownTable } from 'markdown-table';
import { percent } from '../format.ts';
import type { Family } from './families.ts';
import { leastEffects, leastSimilarityDifference, type SweepRow } from './rows.ts';

export function familyTable({ name, decided, cases }: Family, rows: readonly SweepRow[]): string {
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

export function summary(results: readonly { readonly family: string; readonly rows: readonly SweepRow[] }[]): string {
  const better = results.flatMap(({ family, rows }) =>
    rows
      .filter(({ isOurs, verdict }) => !isOurs && verdict === 'better')
      .map((row) => `${family} ${row.variant} for ${row.case} (${ratios(row)})`),
  );
  const rule = `Ratios are to ours. They count from ${percent(leastEffects.cpu)} of CPU time, ${percent(leastEffects.bytes)} of bytes and, for the whole mix in one process, ${percent(leastEffects.peak)} of peak memory; a derivative looks worse when its SSIM is more than ${leastSimilarityDifference} below ours.`;
  const verdict = better.length === 0 ? 'No variant is better than ours.' : `Better than ours: ${better.join('; ')}.`;
  return `**${verdict}**\n\n${rule}`;
}

function ratios({ cpuRatio, bytesRatio, peakRatio }: SweepRow): string {
  const named = { CPU: cpuRatio, bytes: bytesRatio, 'peak memory': peakRatio };
  const known = Object.entries(named).filter(([, value]) => value !== undefined);
  return known.map(([name, value]) => `${name} ${value?.toFixed(2)}`).join(', ');
}
