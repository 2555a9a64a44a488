/** The table and the verdict of bench-compare. Pure. */
import { markdownTable } from 'markdown-table';
import { geometricMean, median } from 'simple-statistics';
import { type Comparison, leastEffects, overall } from './verdict.ts';

const width = 24;

export function compareReport(comparisons: readonly Comparison[], base: string): string {
  const ends = comparisons.flatMap(({ interval: { lower, upper } }) => [Math.abs(lower - 1), Math.abs(upper - 1)]);
  const range = 1.2 * Math.max(...ends, leastEffects.ms);
  const rows = comparisons.map(({ what, unit, base: theirs, ours, ratio, interval, p, verdict }) => [
    what,
    `${median(theirs).toFixed(1)} ${unit}`,
    `${median(ours).toFixed(1)} ${unit}`,
    ratio.toFixed(3),
    `${interval.lower.toFixed(3)} to ${interval.upper.toFixed(3)}`,
    drawInterval(ratio, interval, range),
    p < 0.001 ? '< 0.001' : p.toFixed(3),
    verdict,
  ]);
  const percent = (range * 100).toFixed(0);
  const head = ['CPU time, memory', base, 'ours', 'ratio', '95% interval', `-${percent}% … +${percent}%`, 'p', ''];
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

/** `├─●──┤ │        `: the interval, the ratio in it, and a line at 1. */
function drawInterval(ratio: number, { lower, upper }: Comparison['interval'], range: number): string {
  const at = (value: number) => Math.round(((value - 1 + range) / (2 * range)) * (width - 1));
  const cells = Array.from({ length: width }, (_, index): string =>
    index >= at(lower) && index <= at(upper) ? '─' : ' ',
  );
  for (const [value, mark] of [
    [1, '│'],
    [lower, '├'],
    [upper, '┤'],
    [ratio, '●'],
  ] as const)
    cells[at(value)] = mark;
  return cells.join('');
}
