/** Measures all cases: rounds of fresh processes in a shuffled order. */
import type { BenchCase } from '../cases.ts';
import type { Progress } from '../command.ts';
import { caseName } from '../mix.ts';
import { callInFreshProcess, callMixed, isDeadline, type Lambda, type ProcessCalls } from '../run/call-lambda.ts';
import { seededRandom, shuffled } from '../statistics.ts';
import type { Measured, MeasuredCase, MeasuredLimitCase } from './result.ts';

/** How much is measured. */
export interface SamplingPlan {
  /** Fresh processes of each case. */
  readonly rounds: number;
  /** Processes in each round of the case that the objective names, since the pick depends on it. */
  readonly objectiveProcesses: number;
  /** No planned round begins after this. There are always two. */
  readonly mostSeconds: number;
  /** While the samples do not agree, more of the deciding cases is measured, until this. */
  readonly mostSecondsInDoubt: number;
  /** Calls of a process that come first and are not measured. */
  readonly warmUp: number;
  readonly calls: number;
  /** How often the mixed process is called for all cases. */
  readonly mixedTurns: number;
  /** In the first rounds of this number the limit cases are called too, twice in a process. */
  readonly limitRounds: number;
}

export const full: SamplingPlan = {
  rounds: 10,
  objectiveProcesses: 2,
  mostSeconds: 560,
  mostSecondsInDoubt: 600,
  warmUp: 2,
  calls: 10,
  mixedTurns: 8,
  limitRounds: 4,
};

export const quick: SamplingPlan = {
  rounds: 3,
  objectiveProcesses: 3,
  mostSeconds: 75,
  mostSecondsInDoubt: 95,
  warmUp: 1,
  calls: 5,
  mixedTurns: 2,
  limitRounds: 2,
};

export interface Task {
  readonly cases: readonly BenchCase[];
  /** Those of the cases that the objective is about. */
  readonly objectiveCases: readonly BenchCase[];
  readonly limitCases: readonly BenchCase[];
  readonly plan: SamplingPlan;
  /** Returns the cases to measure further after the planned rounds. None: it is enough. */
  readonly stillNeeded: (measured: Measured) => readonly BenchCase[];
}

const leastRounds = 2;
/** Durations relative to one process of a case, for the time left. */
export const stepsOfLimitCase = 6;
const stepsOfTurn = 3;

export function stepsOf(task: Task): number {
  const { rounds, limitRounds, mixedTurns } = task.plan;
  const ofLimits = limitRounds * task.limitCases.length * stepsOfLimitCase;
  return rounds * casesOfRound(task).length + ofLimits + mixedTurns * stepsOfTurn;
}

function casesOfRound({ cases, objectiveCases, plan }: Task): BenchCase[] {
  // Where the objective is about all of them, they are measured alike.
  const times = objectiveCases.length < cases.length ? plan.objectiveProcesses : 1;
  return cases.flatMap((one) => Array<BenchCase>(objectiveCases.includes(one) ? times : 1).fill(one));
}

/** The originals must be in the S3 of the Lambda. */
export async function measure(lambda: Lambda, task: Task, progress: Progress): Promise<Measured> {
  const { cases, limitCases, plan } = task;
  const { rounds, mostSeconds, mostSecondsInDoubt, mixedTurns, limitRounds } = plan;
  const random = seededRandom(rounds);

  const sequence = Array.from({ length: mixedTurns }, () => shuffled(cases, random)).flat();
  progress.step(`all cases in one process, ${mixedTurns} times`, mixedTurns * stepsOfTurn);
  const { peakRssBytes } = await retry('all cases in one process', () => callMixed(lambda, sequence));

  const processes = new Map([...cases, ...limitCases].map((one) => [one, [] as ProcessCalls[]]));
  const soFar = (): Measured => ({
    cases: cases.map((one) => measuredCase(one, processes.get(one) ?? [])),
    limitCases: limitCases.map((one) => measuredLimitCase(one, processes.get(one) ?? [])),
    mixedPeakRssBytes: [peakRssBytes],
  });
  for (let round = 1; ; round++) {
    const isExtra = round > rounds || (round > leastRounds && progress.seconds() > mostSeconds);
    if (isExtra && progress.seconds() > mostSecondsInDoubt) return soFar();
    const planned = [...casesOfRound(task), ...(round <= limitRounds ? limitCases : [])];
    const wanted = isExtra ? task.stillNeeded(soFar()) : planned;
    if (wanted.length === 0) return soFar();
    for (const one of shuffled(wanted, random)) {
      const isAtLimit = limitCases.includes(one);
      const which = isExtra ? ', since the samples do not agree yet' : ` of ${rounds}`;
      progress.step(`round ${round}${which}: ${caseName(one)}`, isAtLimit ? stepsOfLimitCase : 1);
      const counts = isAtLimit ? { warmUp: 0, runs: 1 } : { warmUp: plan.warmUp, runs: plan.calls };
      // In a process that has served all cases: what they leave behind takes memory, too.
      const before = isAtLimit ? cases : [];
      const call = () => callInFreshProcess(lambda, one, counts, { before });
      processes.get(one)?.push(await retry(caseName(one), call));
    }
  }
}

function measuredCase(one: BenchCase, processes: readonly ProcessCalls[]): MeasuredCase {
  const { photo, preset, weight, bytesIn, pixels } = one;
  return {
    ...{ photo, preset, weight, bytesIn, pixels },
    bytesOut: processes[0]?.bytesOut ?? 0,
    processes: processes.map(({ startCpuMilliseconds, firstCpuMilliseconds, warm }) => ({
      startCpuMilliseconds,
      firstCpuMilliseconds,
      warmCpuMilliseconds: warm.cpuMilliseconds,
      peakRssBytes: warm.peakRssMegabytes * 1e6,
    })),
  };
}

function measuredLimitCase(one: BenchCase, processes: readonly ProcessCalls[]): MeasuredLimitCase {
  const { photo, preset, bytesIn, pixels } = one;
  return {
    ...{ photo, preset, bytesIn, pixels },
    cpuMilliseconds: processes.flatMap(({ firstCpuMilliseconds: first, warm }) => [first, ...warm.cpuMilliseconds]),
    peakRssBytes: processes.map(({ warm }) => warm.peakRssMegabytes * 1e6),
  };
}

const attempts = 3;

/** The machine is too busy for a measurement. */
export class TooBusy extends Error {}

/** On a busy machine an image may miss the deadlines of the service, which go by the clock. */
async function retry<T>(what: string, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (cause) {
      if (!isDeadline(cause)) throw cause;
      if (attempt === attempts) {
        throw new TooBusy(
          `No conclusion: ${what} missed a deadline ${attempts} times. Measure on a machine with less load.`,
          {
            cause,
          },
        );
      }
    }
  }
}
