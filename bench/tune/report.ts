/** What tuning says, as text. Pure. */
import { markdownTable } from '../markdown.ts';
import { dollars, milliseconds, size } from '../memory/format.ts';
import { pickMemory } from '../memory/pick.ts';
import { median } from '../statistics.ts';
import type { TunedRow } from './tuned-row.ts';

export function tuneReport(rows: readonly TunedRow[], currentMegabytes: number, architecture: string): string {
  const ran = rows.filter(({ p50 }) => Number.isFinite(p50));
  const picks = pickMemory(ran);
  const lines = rows.map((row) => [
    row.memoryMegabytes.toLocaleString('en-US'),
    String(row.calls),
    maybe(row.p50, milliseconds),
    maybe(row.p95, milliseconds),
    maybe(row.first, milliseconds),
    maybe(row.s3, milliseconds),
    `${row.peakMegabytes} MB`,
    maybe(row.dollarsOfThousandResizes, dollars),
    row.predicted ? milliseconds(row.predicted.warm.p50) : '',
    row.predicted ? milliseconds(row.predicted.warm.p95) : '',
    row.predicted ? dollars(row.predicted.dollarsOfThousandResizes) : '',
    markOf(row, picks),
  ]);
  const head = [
    'MB',
    'calls',
    'p50',
    'p95',
    'first call',
    'of it S3',
    'memory',
    '$ / 1,000',
    'p50 predicted',
    'p95 predicted',
    '$ predicted',
    '',
  ];
  return [markdownTable(head, lines), '', verdict(picks, currentMegabytes, architecture), ...prediction(ran)].join(
    '\n',
  );
}

type Picks = ReturnType<typeof pickMemory>;

function verdict(picks: Picks, currentMegabytes: number, architecture: string): string {
  const { cheapest, nearest } = picks;
  if (cheapest === undefined) {
    const against = nearest?.faults.map(({ says }) => says).join('; ');
    return nearest
      ? `Nothing qualifies. ${size(nearest.memoryMegabytes)} comes nearest, but ${against}.`
      : 'Nothing qualifies: no size has answered.';
  }
  if (cheapest === currentMegabytes)
    return `Keep ${size(cheapest)} on ${architecture}: the cheapest of these that meets the objective with head-room.`;
  return `Take ${size(cheapest)} in place of ${size(currentMegabytes)} on ${architecture}: set memoryMegabytes in infra/function-memory.json and deploy.`;
}

/** Says by how much the local bench was off, and so what its S3 should be set to. */
function prediction(rows: readonly TunedRow[]): string[] {
  const pairs = rows.flatMap(({ p50, predicted }) => (predicted ? [p50 / predicted.warm.p50] : []));
  const waits = rows.flatMap(({ s3 }) => (s3 === undefined ? [] : [s3]));
  return [
    pairs.length > 0
      ? `AWS took ${median(pairs).toFixed(2)} of the time that make bench predicted.`
      : 'There is no prediction beside it: make bench has not measured these cases.',
    ...(waits.length > 0
      ? [
          `S3 took ${milliseconds(median(waits))} of a call, GET and PUT together, transfer included: make bench takes --s3-latency.`,
        ]
      : []),
  ];
}

function markOf(row: TunedRow, picks: Picks): string {
  const names = (['cheapest', 'fastest', 'balanced'] as const).filter((name) => picks[name] === row.memoryMegabytes);
  return [...row.faults.map(({ says }) => says), ...names].join(', ');
}

function maybe(value: number | undefined, format: (value: number) => string): string {
  return value === undefined || !Number.isFinite(value) ? '' : format(value);
}
