/** What AWS took beside what `make bench` predicted. Pure. */
import { markdownTable } from '../markdown.ts';
import { dollars, milliseconds } from '../memory/format.ts';
import type { Architecture } from '../resize-cost.ts';
import { median } from '../statistics.ts';
import type { Prediction } from './prediction.ts';
import type { TunedRow } from './tuned-row.ts';

export function comparison(
  rows: readonly TunedRow[],
  architecture: Architecture,
  prediction: Prediction | undefined,
): string[] {
  if (!prediction) return ['There is no prediction beside it: make bench has not measured these cases.'];
  const pairs = rows.flatMap((row) => {
    const predicted = prediction.rows.find(({ memoryMegabytes }) => memoryMegabytes === row.memoryMegabytes);
    return row.warm && predicted ? [{ ...row, warm: row.warm, predicted }] : [];
  });
  if (pairs.length === 0) return ['There is no prediction beside it: no size has answered.'];
  const lines = pairs.map(({ memoryMegabytes, warm, dollarsOfThousandResizes, predicted }) => [
    memoryMegabytes.toLocaleString('en-US'),
    milliseconds(warm.p50),
    milliseconds(predicted.warm.p50),
    milliseconds(warm.p95),
    milliseconds(predicted.warm.p95),
    milliseconds(warm.p99),
    milliseconds(predicted.warm.p99),
    dollars(dollarsOfThousandResizes),
    dollars(predicted.dollarsOfThousandResizes),
  ]);
  const head = ['MB', ...['p50', 'p95', 'p99', '$ / 1,000'].flatMap((name) => [name, 'predicted'])];
  const factor = median(pairs.map(({ warm, predicted }) => warm.p50 / predicted.warm.p50));
  return [
    markdownTable(head, lines),
    '',
    `AWS took ${factor.toFixed(2)} of the time that make bench predicted on ${prediction.date.slice(0, 10)}.`,
    ...(prediction.architecture === architecture
      ? []
      : [`Predicted is ${prediction.architecture}, times and prices, where the function has ${architecture}.`]),
  ];
}
