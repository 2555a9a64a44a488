/** The report of `make bench` as Markdown: the verdict first, then the tables. The terminal and the docs show the same. Pure. */
import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { prices, pricesDated } from '../../infra/prices.ts';
import { dollars, megabytes, milliseconds, percent, size } from '../format.ts';
import { describeCircumstances } from '../machine.ts';
import { caseName } from '../mix.ts';
import { growthFactor, growthMilliseconds, periodMilliseconds, runtimeMegabytes, s3Milliseconds } from '../model.ts';
import { type Conclusion, repetitions } from './conclude.ts';
import { settingsThatQualify } from './faults.ts';
import { type BenchResult, leastCpu, mostMemory, warmSamples } from './result.ts';
import type { SizeRow } from './size-row.ts';

export function report(result: BenchResult, conclusion: Conclusion): string {
  return [
    verdict(result, conclusion),
    '## Each memory size (modelled)',
    sizeTable(result, conclusion),
    '## Each case (measured)',
    caseTable(result, conclusion),
    '## What is assumed',
    assumptions(result, conclusion),
    describeCircumstances(result),
  ].join('\n\n');
}

/** The verdict in one line, and what the pick costs. */
export function headline(result: BenchResult, conclusion: Conclusion): string {
  const pick = pickOf(conclusion);
  if (conclusion.certainty.doubt !== 'none' || !pick) return `**${noPick(conclusion)}**`;
  return `**Take ${size(pick.memoryMegabytes)} on ${result.assumed.architecture}.** ${costs(result, conclusion, pick)}`;
}

/** The pick, what it costs, why, how sure that is, and what would make the next smaller size do. */
export function verdict(result: BenchResult, conclusion: Conclusion): string {
  const { objective, headroom } = result.assumed;
  const pick = pickOf(conclusion);
  const isSure = conclusion.certainty.doubt === 'none';
  const reasons = pick &&
    isSure && [
      `Why: the cheapest size without a fault. ${objective.benchCase ?? 'The mix'} has a p95 of ${milliseconds(pick.objectiveP95)}, the objective is ${milliseconds(objective.p95Milliseconds)} less ${percent(headroom)}; the measured originals at the limits of src/config.ts fit into the memory and are done in time.`,
      ...nextSmaller(conclusion, pick),
    ];
  return `${headline(result, conclusion)}\n\n${bullets([...(reasons || []), howSure(result, conclusion)])}`;
}

function noPick({ picks, certainty }: Conclusion): string {
  if (certainty.doubt !== 'none') {
    const others = [picks.cheapest, ...certainty.otherPicks].map((one) => (one ? size(one) : 'none')).join(' or ');
    const why =
      certainty.doubt === 'margin'
        ? `the median of the objective's case is only known to ± ${percent(certainty.margin)}`
        : `the same measurement might have picked ${others}`;
    return `No conclusion: ${why}. Measure again on a machine with less load, or without QUICK.`;
  }
  const { nearest } = picks;
  const faults = nearest?.faults.map(({ text }) => text).join('; ');
  return `No size qualifies. ${size(nearest?.memoryMegabytes ?? 0)} comes nearest, but ${faults}.`;
}

function costs({ assumed }: BenchResult, { rows, picks }: Conclusion, pick: SizeRow): string {
  const million = (row: SizeRow) => dollars(1000 * row.dollarsOfThousandResizes);
  const fastest = rows.find(({ memoryMegabytes }) => memoryMegabytes === picks.fastest) ?? pick;
  const faster = 1 - fastest.warm.p50 / pick.warm.p50;
  const more = fastest.dollarsOfThousandResizes / pick.dollarsOfThousandResizes - 1;
  const compared =
    fastest === pick
      ? 'No size is faster.'
      : `${size(fastest.memoryMegabytes)} is the fastest: ${percent(faster)} faster for ${percent(more)} more (${million(fastest)}).`;
  return `A million resizes cost ${million(pick)}, of which the Lambda is ${dollars(1000 * pick.lambdaDollarsOfThousand)}; a million views at ${percent(assumed.hitRate)} hits cost at most ${dollars(pick.dollarsOfMillionViews)}. ${compared} The bill of a month: \`make cost COST="--lambda-milliseconds ${pick.billedMilliseconds.toFixed(0)} --memory-megabytes ${pick.memoryMegabytes}"\`.`;
}

function howSure({ measured, hasOwnPhotos, memory }: BenchResult, conclusion: Conclusion): string {
  const { certainty } = conclusion;
  const samples = certainty.cases.reduce((sum, one) => sum + one.samples, 0);
  const processes = measured.cases.reduce((sum, one) => sum + one.processes.length, 0);
  const photos = hasOwnPhotos
    ? 'on your images'
    : 'on mosaics of one NASA texture, not on your images (BENCH="--photos DIR")';
  return `How sure: ${samples} calls in ${processes} fresh processes ${photos}; of ${repetitions} repetitions drawn from them ${percent(certainty.samePick)} come to the same pick, and the median of the objective's case is known to ± ${percent(certainty.margin, 1)}. Times are modelled from CPU time: \`make tune\` asks AWS. ${memorySentence(memory, conclusion)}`;
}

function memorySentence({ trials, unavailable }: BenchResult['memory'], { rows, picks }: Conclusion): string {
  if (unavailable) return `Memory is modelled too, no limit could be set: ${unavailable}.`;
  const index = rows.findIndex(({ memoryMegabytes }) => memoryMegabytes === picks.cheapest);
  const sizes = rows.slice(Math.max(0, index - 1), index + 1).map(({ memoryMegabytes }) => memoryMegabytes);
  const texts = sizes.flatMap((memoryMegabytes) => {
    const tried = trials.filter((one) => one.memoryMegabytes === memoryMegabytes);
    const fit = tried.filter(({ outcome }) => outcome === 'fits').map((one) => one.case);
    const fail = tried.filter(({ outcome }) => outcome !== 'fits').map((one) => one.case);
    return [
      ...(fit.length > 0 ? [`${fit.join(', ')} fit into ${size(memoryMegabytes)}`] : []),
      ...(fail.length > 0 ? [`${fail.join(', ')} did not fit into ${size(memoryMegabytes)}`] : []),
    ];
  });
  if (texts.length === 0) return 'Memory is modelled too: no size was close enough to be tried.';
  return `Tried under a memory limit of the kernel: ${texts.join('; ')}.`;
}

function nextSmaller({ rows }: Conclusion, pick: SizeRow): string[] {
  const smaller = rows.filter(({ memoryMegabytes }) => memoryMegabytes < pick.memoryMegabytes).at(-1);
  if (!smaller || smaller.faults.length === 0) return [];
  const name = size(smaller.memoryMegabytes);
  const why = `Not ${name}: ${smaller.faults.map(({ text }) => text).join('; ')}.`;
  const settings = settingsThatQualify(smaller.faults);
  if (!settings) return [why];
  const change = smaller.dollarsOfThousandResizes / pick.dollarsOfThousandResizes - 1;
  const price = `a million resizes ${dollars(1000 * smaller.dollarsOfThousandResizes)}, ${percent(Math.abs(change))} ${change < 0 ? 'less' : 'more'}`;
  return [`${why} It would qualify with ${settings.join(' and ')} in src/config.ts: ${price}.`];
}

/** One line for each size. `isShort` leaves out the sizes and columns that few choose by. */
export function sizeTable({ assumed }: BenchResult, conclusion: Conclusion, isShort = false): string {
  const { rows, other } = conclusion;
  const [short, long] = [true, false];
  const columns: readonly (readonly [string, boolean, (row: SizeRow, index: number) => string])[] = [
    ['MB', short, ({ memoryMegabytes }) => memoryMegabytes.toLocaleString('en-US')],
    ['vCPU', long, ({ vcpus }) => vcpus.toFixed(2)],
    ['p50', short, ({ warm }) => milliseconds(warm.p50)],
    ['p95', short, ({ warm }) => milliseconds(warm.p95)],
    ['p99', long, ({ warm }) => milliseconds(warm.p99)],
    ['first call', short, ({ first }) => milliseconds(first.p50)],
    [`p95, ${percent(assumed.coldShare)} first`, long, ({ all }) => milliseconds(all.p95)],
    ['memory needed', long, memoryNeeded],
    ['$ / 1,000', short, (row) => dollars(row.dollarsOfThousandResizes)],
    [`$ / 1 M views, ${percent(assumed.hitRate)} hits`, long, (row) => dollars(row.dollarsOfMillionViews)],
    [`$ / 1,000 ${other.architecture}`, long, (_, i) => dollars(other.dollarsOfThousand[i] ?? Number.NaN)],
    ['', short, (row) => remark(row, conclusion)],
  ];
  const shown = columns.filter(([, inShort]) => inShort || !isShort);
  const lines = rows.map((row, index) => shown.map(([, , cell]) => cell(row, index)));
  return markdownTable([shown.map(([head]) => head), ...(isShort ? lines.filter((_, i) => isUsual(rows[i])) : lines)]);
}

/** The sizes that one would choose between. */
const isUsual = (row: SizeRow | undefined) => row && row.memoryMegabytes >= 512 && row.memoryMegabytes <= 3008;

function memoryNeeded({ neededMegabytes, memoryMegabytes }: SizeRow): string {
  const free = 1 - neededMegabytes / memoryMegabytes;
  return `${neededMegabytes.toFixed(0)} MB, ${free < 0 ? 'too much' : `${percent(free)} free`}`;
}

function remark(row: SizeRow, { picks }: Conclusion): string {
  const names = (['cheapest', 'fastest', 'balanced'] as const).filter((name) => picks[name] === row.memoryMegabytes);
  const [fault] = row.faults;
  if (!fault) return names.join(', ');
  const remarks = {
    'out-of-memory': `out of memory: ${fault.case}`,
    memory: 'too little memory free',
    deadline: `too late: ${fault.case}`,
    slow: 'misses the objective',
  };
  return [remarks[fault.kind], ...names].join(', ');
}

export function caseTable({ measured, assumed }: BenchResult, { certainty }: Conclusion): string {
  const head = [
    'case',
    'weight',
    'original',
    'bytes / pixel',
    'derivative',
    'CPU p50',
    'first call',
    'S3, assumed',
    'peak memory',
    'outliers, ms',
  ];
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
  const limitCases = measured.limitCases.map((one) => [
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
  return markdownTable([head, ...cases, ...limitCases]);
}

/** The JSON file has all of them. */
function listOutliers(outliers: readonly number[]): string {
  const values = outliers.map((outlier) => outlier.toFixed(0));
  return values.length <= 6 ? values.join(' ') : `${values.length}: ${values.at(0)} … ${values.at(-1)}`;
}

export function assumptions({ assumed }: BenchResult, { other }: Conclusion): string {
  const { s3, architecture } = assumed;
  const { gigabyteSecond } = prices.lambda;
  const breakEven = gigabyteSecond[architecture] / gigabyteSecond[other.architecture];
  return bullets([
    `Time of a call: CPU time × (${growthFactor} + ${growthMilliseconds} ms / slice) / share, and S3. The share is min(1, memory / 1,769 MB), a slice is that share of ${periodMilliseconds} ms. Lambda's processor may differ from this one.`,
    `Memory of a call: the measured peak and ${runtimeMegabytes} MB for Lambda's runtime.`,
    `S3: a median of ${s3.latencyMilliseconds} ms to the first byte of a GET and again for a PUT, p95 ${s3.spread} times that, ${s3.megabytesPerSecond} MB/s (--s3-latency, --s3-spread, --s3-bandwidth).`,
    `${other.architecture} was not measured: ${other.factor.toFixed(2)} times the time, by sharp's own figures. It costs less up to ${breakEven.toFixed(2)} times the time of ${architecture}.`,
    `List prices of ${pricesDated}, us-east-1, no free tier: the Lambda, the API, S3's requests, CloudFront's second request. Not bytes and logs, which no memory size changes.`,
  ]);
}

export function pickOf({ rows, picks }: Conclusion): SizeRow | undefined {
  return rows.find(({ memoryMegabytes }) => memoryMegabytes === picks.cheapest);
}

function bullets(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${sentence}`).join('\n');
}
