/** What the comparison says, as text. Pure. */
import { markdownTable } from '../markdown.ts';
import { median } from '../statistics.ts';
import { type Comparison, geometricMean, leastEffect, overall } from './verdict.ts';

const width = 24;

export function compareReport(comparisons: readonly Comparison[], base: string): string {
  const range =
    1.2 *
    Math.max(
      ...comparisons.flatMap(({ interval }) => [interval.lower, interval.upper].map((one) => Math.abs(one - 1))),
      leastEffect,
    );
  const rows = comparisons.map(({ what, base: theirs, ours, ratio, interval, p, verdict }) => [
    what,
    `${median(theirs).toFixed(1)} ms`,
    `${median(ours).toFixed(1)} ms`,
    ratio.toFixed(3),
    `${interval.lower.toFixed(3)} to ${interval.upper.toFixed(3)}`,
    drawInterval(ratio, interval, range),
    p < 0.001 ? '< 0.001' : p.toFixed(3),
    verdict,
  ]);
  const percent = (range * 100).toFixed(0);
  const mean = geometricMean(comparisons.map(({ ratio }) => ratio));
  return [
    markdownTable(['CPU time', base, 'ours', 'ratio', '95% interval', `-${percent}% … +${percent}%`, 'p', ''], rows),
    '',
    `${sentence(overall(comparisons), base)} Geometric mean of the ratios: ${mean.toFixed(3)}. A difference counts from ${100 * leastEffect}%, when Mann and Whitney's test, corrected for ${comparisons.length} comparisons, has p < 0.05 and the bootstrap interval of the ratio lies on one side of 1.`,
  ].join('\n');
}

function sentence(verdict: ReturnType<typeof overall>, base: string): string {
  return {
    slower: `Slower than ${base}.`,
    faster: `Faster than ${base}, and nowhere slower.`,
    same: `As fast as ${base}.`,
    'no conclusion': `No conclusion: nowhere known to be slower than ${base}, but not everywhere known to be as fast. More rounds, or a machine with less to do, would tell.`,
  }[verdict];
}

/** `·····├─●──┤·│········`: the interval, its middle, and where both would be equal. */
function drawInterval(ratio: number, { lower, upper }: Comparison['interval'], range: number): string {
  const at = (value: number) => Math.round(((value - 1 + range) / (2 * range)) * (width - 1));
  const cells = Array.from({ length: width }, (_, index): string =>
    index >= at(lower) && index <= at(upper) ? '─' : ' ',
  );
  cells[at(1)] = '│';
  cells[at(lower)] = '├';
  cells[at(upper)] = '┤';
  cells[at(ratio)] = '●';
  return cells.join('');
}
