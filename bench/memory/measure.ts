/** The measuring itself: rounds of fresh processes in an order that chance decides. */
import { caseName } from '../mix.ts';
import { seededRandom, shuffle } from '../random.ts';
import {
  type Calls,
  callInFreshProcess,
  callMixed,
  type Laboratory,
  measuredProcess,
  type ProcessCalls,
  passedADeadline,
} from './call-fresh.ts';
import type { BenchCase } from './cases.ts';
import type { Effort } from './effort.ts';
import type { Measured, MeasuredCase, MeasuredExtreme } from './measured.ts';
import type { Progress } from './progress.ts';

export interface Plan {
  readonly cases: readonly BenchCase[];
  /** Of the cases, those that the objective speaks of. */
  readonly aimedAt: readonly BenchCase[];
  readonly extremes: readonly BenchCase[];
  readonly effort: Effort;
  /** What is to be measured further when the planned rounds are over; nothing: it is enough. */
  readonly stillNeeded: (measured: Measured) => readonly BenchCase[];
}

const leastRounds = 2;
/** The first call of the process and one more. */
const callsOfExtreme = { warmUp: 0, measured: 1 };

/** How long things take, against one process of a case: for the time left. */
export const stepsOfExtreme = 4;
const stepsOfTurn = 3;

export function stepsOfMeasuring(plan: Plan): number {
  const { rounds, extremeRounds, mixedTurns } = plan.effort;
  const ofExtremes = extremeRounds * plan.extremes.length * stepsOfExtreme;
  return rounds * casesOfRound(plan).length + ofExtremes + mixedTurns * stepsOfTurn;
}

/** When the objective speaks of all of them, they are measured alike. */
function casesOfRound({ cases, aimedAt, effort }: Plan): BenchCase[] {
  const times = aimedAt.length < cases.length ? effort.timesAimedAt : 1;
  return cases.flatMap((one) => Array.from({ length: aimedAt.includes(one) ? times : 1 }, () => one));
}

export async function measure(laboratory: Laboratory, plan: Plan, progress: Progress): Promise<Measured> {
  const { cases, extremes, effort } = plan;
  const { rounds, mostSeconds, mostSecondsInDoubt, mixedTurns, extremeRounds } = effort;
  const random = seededRandom(rounds);
  await putOriginals(laboratory, [...cases, ...extremes]);

  const sequence = Array.from({ length: mixedTurns }, () => shuffle(cases, random)).flat();
  progress.step(`all cases in one process, ${mixedTurns} times`, mixedTurns * stepsOfTurn);
  const { peakRssBytes } = await onceMore('all cases in one process', () => callMixed(laboratory, sequence));
  const mixedPeakRssBytes = [peakRssBytes];

  const processes = new Map([...cases, ...extremes].map((one) => [one, [] as ProcessCalls[]]));
  const soFar = (): Measured => ({
    cases: cases.map((one) => measuredCase(one, processes.get(one) ?? [])),
    extremes: extremes.map((one) => measuredExtreme(one, processes.get(one) ?? [])),
    mixedPeakRssBytes,
  });
  for (let round = 1; ; round++) {
    const isExtra = round > rounds || (round > leastRounds && progress.seconds() > mostSeconds);
    if (isExtra && progress.seconds() > mostSecondsInDoubt) return soFar();
    const planned = [...casesOfRound(plan), ...(round <= extremeRounds ? extremes : [])];
    const wanted = isExtra ? plan.stillNeeded(soFar()) : planned;
    if (wanted.length === 0) return soFar();
    for (const one of shuffle(wanted, random)) {
      const isExtreme = extremes.includes(one);
      const which = isExtra ? ', since the samples do not agree yet' : ` of ${rounds}`;
      progress.step(`round ${round}${which}: ${caseName(one)}`, isExtreme ? stepsOfExtreme : 1);
      const counts = isExtreme ? callsOfExtreme : { warmUp: effort.warmUp, measured: effort.calls };
      const calls: Calls = { ...counts, clock: 'cpu' };
      const called = await onceMore(caseName(one), () => callInFreshProcess(laboratory, one, calls));
      processes.get(one)?.push(called);
    }
  }
}

async function putOriginals({ store }: Laboratory, cases: readonly BenchCase[]): Promise<void> {
  const files = new Map(cases.map(({ originalKey, file }) => [originalKey, file]));
  for (const [key, file] of files) await store.putOriginal({ key, file });
}

function measuredCase(one: BenchCase, processes: readonly ProcessCalls[]): MeasuredCase {
  const { photo, preset, weight, bytesIn, pixels } = one;
  const bytesOut = processes[0]?.bytesOut ?? 0;
  return { photo, preset, weight, bytesIn, bytesOut, pixels, processes: processes.map(measuredProcess) };
}

function measuredExtreme(
  { photo, preset, bytesIn, pixels }: BenchCase,
  calls: readonly ProcessCalls[],
): MeasuredExtreme {
  // Both are of one call: a job with one key is not repeated.
  const cpuMilliseconds = calls.flatMap(({ first, last }) => [first.cpuMilliseconds, last.cpuMilliseconds]);
  const peakRssBytes = calls.map(({ last }) => last.peakRssMegabytes * 1e6);
  return { photo, preset, bytesIn, pixels, cpuMilliseconds, peakRssBytes };
}

const attempts = 3;

/** The machine has too much else to do for any measurement. */
export class TooBusy extends Error {}

/** On a busy machine an image may run into the service's own deadlines, which are by the clock. */
async function onceMore<T>(what: string, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (cause) {
      if (!passedADeadline(cause)) throw cause;
      if (attempt < attempts) continue;
      throw new TooBusy(
        `No conclusion: ${what} ran into a deadline ${attempts} times: expected a machine with less to do`,
        { cause },
      );
    }
  }
}
