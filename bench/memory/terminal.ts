/** The report as text. Pure. */
import { caseName } from '../mix.ts';
import { s3Milliseconds } from '../s3-time.ts';
import { median } from '../statistics.ts';
import type { BenchResult, Conclusion } from './conclude.ts';
import { dollars, megabytes, milliseconds, percent } from './format.ts';
import { leastCpu, mostMemory, warmSamples } from './measured.ts';
import type { MemoryRow } from './memory-row.ts';
import { assumptions, howSure, mark, provenance, reasons, verdict } from './sentences.ts';
import { judgeTrials, modelError } from './verification.ts';

export function terminalReport(result: BenchResult, conclusion: Conclusion): string {
  const list = (sentences: readonly string[]) => sentences.map((sentence) => wrap(sentence));
  return [
    caseTable(result, conclusion),
    '',
    memoryTable(result, conclusion),
    ...quotaTable(result),
    '',
    verdict(result, conclusion),
    ...list(reasons(result, conclusion)),
    '',
    ...list([...howSure(result, conclusion), ...assumptions(result, conclusion), provenance(result)]),
  ].join('\n');
}

export const memoryHead = (result: BenchResult, { otherArchitecture }: Conclusion) => [
  'MB',
  'vCPU',
  'p50',
  'p95',
  'p99',
  'first call',
  `p95, ${percent(result.assumed.coldShare)} first`,
  'memory needed',
  '$ / 1,000',
  `$ / 1 M views, ${percent(result.assumed.hitRate)} hits`,
  `$ / 1,000 ${otherArchitecture}, modelled`,
  '',
];

export function memoryCells(row: MemoryRow, other: MemoryRow | undefined, conclusion: Conclusion): string[] {
  return [
    row.memoryMegabytes.toLocaleString('en-US'),
    row.vcpus.toFixed(2),
    milliseconds(row.warm.p50),
    milliseconds(row.warm.p95),
    milliseconds(row.warm.p99),
    milliseconds(row.first.p50),
    milliseconds(row.all.p95),
    memoryNeeded(row),
    dollars(row.dollarsOfThousandResizes),
    dollars(row.dollarsOfMillionViews),
    other ? dollars(other.dollarsOfThousandResizes) : '',
    mark(row, conclusion),
  ];
}

function memoryNeeded({ neededMegabytes, memoryMegabytes }: MemoryRow): string {
  const free = 1 - neededMegabytes / memoryMegabytes;
  return `${neededMegabytes.toFixed(0)} MB, ${free < 0 ? 'too much' : `${percent(free)} free`}`;
}

function memoryTable(result: BenchResult, conclusion: Conclusion): string {
  const { rows, otherRows } = conclusion;
  return table(
    memoryHead(result, conclusion),
    rows.map((row, index) => memoryCells(row, otherRows[index], conclusion)),
  );
}

export const caseHead = [
  'case',
  'weight',
  'original',
  'bytes / pixel',
  'derivative',
  'CPU p50',
  'first call',
  'S3, assumed',
  'peak',
  'outliers',
];

export function caseCells({ measured, assumed }: BenchResult, { certainty }: Conclusion): string[][] {
  const cases = measured.cases.map((one, index) => {
    const { processes, bytesIn, bytesOut, pixels, weight } = one;
    const { margin = 0, outliers = [] } = certainty.cases[index] ?? {};
    return [
      caseName(one),
      String(weight),
      megabytes(bytesIn),
      (bytesIn / pixels).toFixed(2),
      megabytes(bytesOut),
      `${median(warmSamples(one)).toFixed(0)} ms ± ${percent(margin)}`,
      `${median(processes.map(({ startCpuMilliseconds: start, firstCpuMilliseconds: first }) => start + first)).toFixed(0)} ms`,
      `${median(s3Milliseconds(bytesIn, bytesOut, assumed.s3)).toFixed(0)} ms`,
      megabytes(Math.max(...processes.map(({ peakRssBytes }) => peakRssBytes))),
      listOutliers(outliers),
    ];
  });
  const extremes = measured.extremes.map((one) => [
    caseName(one),
    'at a limit',
    megabytes(one.bytesIn),
    (one.bytesIn / one.pixels).toFixed(2),
    '',
    `least ${leastCpu(one).toFixed(0)} ms`,
    '',
    `${median(s3Milliseconds(one.bytesIn, 0, assumed.s3)).toFixed(0)} ms`,
    megabytes(mostMemory(one)),
    '',
  ]);
  return [...cases, ...extremes];
}

/** All of them are in the JSON file. */
function listOutliers(outliers: readonly number[]): string {
  const values = outliers.map((outlier) => outlier.toFixed(0));
  return values.length <= 6 ? values.join(' ') : `${values.length}: ${values.at(0)} … ${values.at(-1)}`;
}

function caseTable(result: BenchResult, conclusion: Conclusion): string {
  return table(caseHead, caseCells(result, conclusion));
}

export const quotaHead = ['MB', 'case', 'model', 'under the quota', 'difference', 'by its own CPU time'];

export function quotaCells({ verification, measured }: BenchResult): string[][] {
  if (!verification || 'skipped' in verification) return [];
  const times = modelError(verification).comparisons.map((one) => [
    one.memoryMegabytes.toLocaleString('en-US'),
    caseName(one),
    milliseconds(one.predictedMilliseconds),
    milliseconds(one.measuredMilliseconds),
    `${signed(one.error)}${one.unjudged ? ` (${whyUnjudged[one.unjudged]})` : ''}`,
    signed(one.errorByOwnCpu),
  ]);
  const trials = judgeTrials(verification, measured).map((one) => [
    one.memoryMegabytes.toLocaleString('en-US'),
    caseName(one),
    one.isPredictedToFit ? 'fits' : 'out of memory',
    { fits: 'fits', killed: 'out of memory', late: 'too late' }[one.outcome],
    one.isAsPredicted ? '' : 'otherwise',
    '',
  ]);
  return [...times, ...trials];
}

/** With a whole vCPU nothing comes in slices, and the work of one thread hides what another waits for S3. */
const whyUnjudged = { short: 'short, not judged', whole: 'one vCPU, not judged' };

function signed(part: number): string {
  return `${part < 0 ? '' : '+'}${percent(part, 1)}`;
}

function quotaTable(result: BenchResult): string[] {
  const cells = quotaCells(result);
  return cells.length === 0 ? [] : ['', table(quotaHead, cells)];
}

/** Numbers to the right, words to the left. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(...[name, ...rows.map((row) => row[column] ?? '')].map(({ length }) => length)),
  );
  const isWords = head.map((name) => name === 'case' || name === '');
  const line = (cells: readonly string[]) =>
    widths
      .map((width, i) => (isWords[i] ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width)))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

const columns = 118;

function wrap(sentence: string): string {
  const lines = ['-'];
  for (const word of sentence.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines.join('\n');
}
