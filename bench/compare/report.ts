/** The table and the verdict of bench-compare. Pure. */
import { markdownTable } from 'markdown-table';
import { geometricMean, median } from 'simple-statistics';
import { type Comparison, leastEffects, overall } from './verdict.ts';

export function compareReport(comparisons: readonly Comparison[], base: string): string {
  const rows = comparisons.map(({ what, unit, base: theirs, ours, ratio, interval, p, verdict }) => [
    what,
    `${median(theirs).toFixed(1)} ${unit}`,
    `${median(ours).toFixed(1)} ${unit}`,
    ratio.toFixed(3),
    `${interval.lower.toFixed(3)} to ${interval.upper.toFixed(3)}`,
    p < 0.001 ? '< 0.001' : p.toFixed(3),
    verdict,
  ]);
  const head = ['CPU time, memory', base, 'ours', 'ratio', '95% interval', 'p', ''];
  const mean = geometricMean(comparisons.map(({ ratio }) => ratio));
  return [
    `**${sentence(overall(comparisons), base)}**`,
    '',
    markdownTable([head, ...rows]),
    '',
    `Geometric mean of the ratios: ${mean.toFixed(3)}. A difference counts from ${100 * leastEffects.ms}% of time and ${100 * leastEffects.MB}% of memory, when a permutation test, corrected for ${comparisons.length} comparisons, has p < 0.05 and the bootstrap interval of the ratio excludes 1.`,
  ].join('\n');
}

function sentence(verdict: ReturnType<typeof overall>, base: string): string {
  return {
    worse: `Worse than ${base}.`,
    better: `Better than ${base}, and nowhere worse.`,
    same: `The same as ${base}.`,
    'no conclusion': `No conclusion: not shown to be worse than ${base}, nor to be the same everywhere. More rounds or a machine with less load would help.`,
  }[verdict];
}
