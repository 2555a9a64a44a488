/** What tuning says, as text. Pure. */
import { config } from '../../src/config.ts';
import { vcpusOf } from '../lambda-model.ts';
import { markdownTable } from '../markdown.ts';
import { dollars, milliseconds, percent, size } from '../memory/format.ts';
import { pickMemory } from '../memory/pick.ts';
import { median } from '../statistics.ts';
import { comparison } from './comparison.ts';
import type { Prediction } from './prediction.ts';
import type { TunedFunction } from './tuned-function.ts';
import type { TunedRow } from './tuned-row.ts';

type Described = Pick<TunedFunction, 'memoryMegabytes' | 'architecture'>;

export function tuneReport(rows: readonly TunedRow[], fn: Described, prediction: Prediction | undefined): string {
  const picks = pickMemory(rows.filter(({ warm }) => warm));
  return [
    markdownTable(
      head,
      rows.map((row) => cells(row, picks)),
    ),
    '',
    ...comparison(rows, fn.architecture, prediction),
    '',
    verdict(picks, fn),
    ...firstCalls(rows),
    ...s3Advice(rows),
  ].join('\n');
}

const head = [
  'MB',
  'vCPU',
  'calls',
  'p50',
  'p95',
  'p99',
  'of it S3',
  'first call',
  'memory used',
  '$ / 1,000',
  `$ / 1 M views, ${percent(config.objectives.hitRate)} hits`,
  '',
];

type Picks = ReturnType<typeof pickMemory>;

function cells(row: TunedRow, picks: Picks): string[] {
  const { memoryMegabytes, warm, peakMegabytes } = row;
  return [
    memoryMegabytes.toLocaleString('en-US'),
    vcpusOf(memoryMegabytes).toFixed(2),
    String(row.calls),
    maybe(warm?.p50, milliseconds),
    maybe(warm?.p95, milliseconds),
    maybe(warm?.p99, milliseconds),
    maybe(row.s3, milliseconds),
    maybe(row.first, milliseconds),
    `${peakMegabytes} MB, ${percent(1 - peakMegabytes / memoryMegabytes)} free`,
    maybe(row.dollarsOfThousandResizes, dollars),
    maybe(row.dollarsOfMillionViews, dollars),
    markOf(row, picks),
  ];
}

function verdict({ cheapest, nearest }: Picks, { memoryMegabytes: current, architecture }: Described): string {
  if (cheapest === undefined) {
    const against = nearest?.faults.map(({ says }) => says).join('; ');
    return nearest
      ? `Nothing qualifies. ${size(nearest.memoryMegabytes)} comes nearest, but ${against}.`
      : 'Nothing qualifies: no size has answered.';
  }
  if (cheapest === current)
    return `Keep ${size(cheapest)} on ${architecture}: the cheapest of these that meets the objective with head-room.`;
  return `Take ${size(cheapest)} in place of ${size(current)} on ${architecture}: set memoryMegabytes in infra/function-memory.json and deploy.`;
}

function firstCalls(rows: readonly TunedRow[]): string[] {
  const names = new Set(rows.filter(({ first }) => first !== undefined).map(({ firstCase }) => firstCase));
  return [...names].map((name) => `A first call is one of ${name}, with the start of its process.`);
}

function s3Advice(rows: readonly TunedRow[]): string[] {
  const [waits, latencies] = [rows.flatMap(({ s3 }) => s3 ?? []), rows.flatMap(({ s3Latency }) => s3Latency ?? [])];
  if (waits.length === 0) return [];
  return [
    `S3 took ${milliseconds(median(waits))} of a call, GET and PUT together, transfer included. To predict with that: make bench BENCH="--s3-latency ${median(latencies).toFixed(0)}".`,
  ];
}

function markOf(row: TunedRow, picks: Picks): string {
  const names = (['cheapest', 'fastest', 'balanced'] as const).filter((name) => picks[name] === row.memoryMegabytes);
  return [...row.faults.map(({ says }) => says), ...names].join(', ');
}

function maybe(value: number | undefined, format: (value: number) => string): string {
  return value === undefined || !Number.isFinite(value) ? '' : format(value);
}
