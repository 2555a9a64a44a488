/** What the report says in words; terminal and page say the same. Pure. */
import { prices, pricesDated } from '../../infra/prices.ts';
import {
  growthMilliseconds,
  growthOfAll,
  megabytesOfOneVcpu,
  periodMilliseconds,
  runtimeMegabytes,
} from '../lambda-model.ts';
import { repetitions } from './certainty.ts';
import { arm64Time, type BenchResult, type Conclusion } from './conclude.ts';
import { dollars, milliseconds, percent, size } from './format.ts';
import type { Measured } from './measured.ts';
import type { MemoryRow } from './memory-row.ts';
import { judgeTrials, modelError, type Verified } from './verification.ts';

export function verdict(result: BenchResult, { picks, certainty, rows }: Conclusion): string {
  const { doubt } = certainty;
  if (doubt !== 'none') {
    const others = [picks.cheapest, ...certainty.otherPicks].map((one) => (one ? size(one) : 'none')).join(' or ');
    const why = {
      margin: `the median is only known to ± ${percent(certainty.margin)}`,
      pick: `the measurement might as well have picked ${others}`,
    };
    return `No conclusion: ${why[doubt]}. Measure again on a machine with less to do, or without QUICK.`;
  }
  const { nearest } = picks;
  if (nearest) {
    const against = nearest.faults.map(({ says }) => says).join('; ');
    return `Nothing qualifies. ${size(nearest.memoryMegabytes)} comes nearest, but ${against}.`;
  }
  const pick = rowOf(rows, picks.cheapest);
  if (!pick) throw new Error('There is neither a pick nor a nearest size');
  return `Take ${size(pick.memoryMegabytes)} on ${result.assumed.architecture}.`;
}

/** Why this size and no other, one sentence each. */
export function reasons(result: BenchResult, { picks, rows }: Conclusion): string[] {
  const { objective, headroom, coldShare, hitRate } = result.assumed;
  const pick = rowOf(rows, picks.cheapest);
  const fastest = rowOf(rows, picks.fastest);
  const balanced = rowOf(rows, picks.balanced);
  const said: string[] = [];
  if (pick) {
    const aimedAt = objective.benchCase ?? 'the whole mix';
    said.push(
      `It is the cheapest that meets the objective with head-room: ${aimedAt} has a p95 of ${milliseconds(pick.objectiveP95)} where ${milliseconds(objective.p95Milliseconds)} less ${percent(headroom)} are allowed. A thousand resizes cost ${dollars(pick.dollarsOfThousandResizes)}; a million views at ${percent(hitRate)} hits, of which every miss is resized, ${dollars(pick.dollarsOfMillionViews)} besides bytes and logs. The bill of a month: make cost COST="--lambda-milliseconds ${pick.billedMilliseconds.toFixed(0)} --memory-megabytes ${pick.memoryMegabytes}".`,
    );
    const smaller = rows.filter((row) => row.memoryMegabytes < pick.memoryMegabytes && row.faults.length > 0).at(-1);
    if (smaller)
      said.push(`Not ${size(smaller.memoryMegabytes)}: ${smaller.faults.map(({ says }) => says).join('; ')}.`);
    const slowStart = pick.all.p95 > objective.p95Milliseconds;
    said.push(
      `With ${percent(coldShare)} first calls of a process the p95 of all resizes is ${milliseconds(pick.all.p95)}; a first call takes ${milliseconds(pick.first.p50)} in the middle, besides what AWS takes to fetch and start the code.${slowStart ? ' That is over the objective, which is for warm ones.' : ''}`,
    );
  }
  if (fastest) said.push(`Fastest: ${compared(fastest, pick)}.`);
  if (balanced) said.push(`Balanced between time and money: ${compared(balanced, pick)}.`);
  return said;
}

function compared(row: MemoryRow, pick: MemoryRow | undefined): string {
  const { memoryMegabytes, warm, dollarsOfThousandResizes } = row;
  if (pick?.memoryMegabytes === memoryMegabytes) return `the same, ${size(memoryMegabytes)}`;
  const figures = `${size(memoryMegabytes)}, p50 ${milliseconds(warm.p50)}, p95 ${milliseconds(warm.p95)}, ${dollars(dollarsOfThousandResizes)} a thousand`;
  if (!pick) return figures;
  const time = warm.p50 / pick.warm.p50;
  const money = dollarsOfThousandResizes / pick.dollarsOfThousandResizes;
  return `${figures}: ${time.toFixed(2)} of the time for ${money.toFixed(2)} of the money`;
}

export function howSure({ measured, verification, hasOwnPhotos }: BenchResult, { certainty }: Conclusion): string[] {
  const { margin, samePick, cases } = certainty;
  const samples = cases.reduce((sum, one) => sum + one.samples, 0);
  const outliers = cases.reduce((sum, one) => sum + one.outliers.length, 0);
  const processes = measured.cases.map((one) => one.processes.length);
  const [fewest, most] = [Math.min(...processes), Math.max(...processes)];
  return [
    `${samples} calls in ${fewest === most ? most : `${fewest} to ${most}`} fresh processes of each case, ${outliers} outliers kept. The median of the objective's case is known to ± ${percent(margin, 1)}; of ${repetitions} repetitions drawn from the samples ${percent(samePick)} pick the same.`,
    ...(hasOwnPhotos
      ? []
      : [
          'These are not your images. make bench BENCH="--photos folder" measures on them, --mix on what your viewers ask for.',
        ]),
    ...howVerified(verification, measured),
  ];
}

function howVerified(verification: BenchResult['verification'], measured: Measured): string[] {
  const model = `Every size is modelled: time = CPU time x (${growthOfAll} + ${growthMilliseconds} ms / slice) / share, and S3 on top; the share is min(1, memory / ${size(megabytesOfOneVcpu)}), a slice so much of ${periodMilliseconds} ms. Lambda’s processor may be another than this one: make tune asks AWS itself.`;
  if (!verification) return [`${model} make bench VERIFY=1 holds it against a quota of this machine.`];
  if ('skipped' in verification) return [`${model} NOT VERIFIED: ${verification.skipped}.`];
  const error = modelError(verification);
  const sizes = [...new Set(verification.limited.map(({ memoryMegabytes }) => memoryMegabytes))].sort((a, b) => a - b);
  const against = `Held at ${sizes.map(size).join(', ')} against ${verification.method}: for jobs of 50 ms and more on less than one vCPU the model is off by ${percent(error.median, 1)} in the middle and ${percent(error.worst, 1)} at worst. Against the CPU time that the calls took under the quota, through their share, it is ${percent(error.medianByOwnCpu, 1)} in the middle.`;
  return [`${model} ${against}`, ...howTried(verification, measured)];
}

function howTried(verified: Verified, measured: Measured): string[] {
  const trials = judgeTrials(verified, measured);
  if (trials.length === 0) return [];
  const right = trials.filter(({ isAsPredicted }) => isAsPredicted).length;
  return [
    `Memory is modelled too: the peak of our process and ${runtimeMegabytes} MB for Lambda’s runtime. ${right} of ${trials.length} times an image at a limit fitted into what is left without the runtime, or did not, as the model says.`,
  ];
}

export function assumptions({ assumed }: BenchResult, { otherArchitecture }: Conclusion): string[] {
  const { s3, architecture } = assumed;
  const { gigabyteSecond } = prices.lambda;
  const factor = otherArchitecture === 'arm64' ? arm64Time : 1 / arm64Time;
  const breakEven = gigabyteSecond[architecture] / gigabyteSecond[otherArchitecture];
  return [
    `S3 is assumed: a median of ${s3.latencyMilliseconds} ms to the first byte of a GET and again for a PUT, p95 ${s3.spread} times that, ${s3.megabytesPerSecond} MB/s (--s3-latency, --s3-spread, --s3-bandwidth).`,
    `${otherArchitecture} was not measured: taken to need ${factor.toFixed(2)} of the time, after sharp's own figures for arm64. It costs less from ${breakEven.toFixed(2)} of the time of ${architecture} downwards.`,
    `List prices of ${pricesDated}, us-east-1, no free tier. A resize is the Lambda, the API, S3's requests and CloudFront's second request.`,
  ];
}

export function provenance(about: Pick<BenchResult, 'machine' | 'load' | 'date' | 'seconds' | 'isQuick'>): string {
  const { machine, load, date, seconds, isQuick } = about;
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB; load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after. ${versions.join(', ')}. ${date.slice(0, 10)}, ${isQuick ? 'quick run, ' : ''}${seconds.toFixed(0)} s.`;
}

export function rowOf(rows: readonly MemoryRow[], memoryMegabytes: number | undefined): MemoryRow | undefined {
  return rows.find((row) => row.memoryMegabytes === memoryMegabytes);
}

/** In a word, for the last column. */
export function mark(row: MemoryRow, { picks }: Conclusion): string {
  const is = (name: 'cheapest' | 'fastest' | 'balanced') => (picks[name] === row.memoryMegabytes ? [name] : []);
  const [fault] = row.faults;
  const against = {
    'out-of-memory': `out of memory: ${fault?.case}`,
    memory: 'little memory left',
    deadline: `too late: ${fault?.case}`,
    slow: 'misses the objective',
  };
  return [...(fault ? [against[fault.kind]] : []), ...is('cheapest'), ...is('fastest'), ...is('balanced')].join(', ');
}
