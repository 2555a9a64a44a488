/** The measuring itself: rounds of fresh processes in an order that chance decides. */
import { seededRandom, shuffle } from '../random.ts';
import {
  type Called,
  callInFreshProcess,
  callMixed,
  type Laboratory,
  measuredProcess,
  type ProcessCalls,
} from './call-fresh.ts';
import type { BenchCase } from './cases.ts';
import type { Effort } from './effort.ts';
import type { Measured, MeasuredCase, MeasuredExtreme, MeasuredProcess } from './measured.ts';
import type { Progress } from './progress.ts';

export interface Plan {
  readonly cases: readonly BenchCase[];
  readonly extremes: readonly BenchCase[];
  readonly effort: Effort;
  /** What the objective speaks of: measured further when the planned rounds are not enough. */
  readonly isAimedAt: (one: BenchCase) => boolean;
  readonly isEnough: (measured: Measured) => boolean;
}

const leastRounds = 2;

/** How long things take, against one process of a case: for the time left. */
const stepsOfExtreme = 4;
const stepsOfTurn = 3;

export async function measure(laboratory: Laboratory, plan: Plan, progress: Progress): Promise<Measured> {
  const { cases, extremes, effort } = plan;
  const { rounds, mostSeconds, mixedTurns } = effort;
  const random = seededRandom(rounds);
  const extremeSteps = extremes.length * effort.extremeProcesses * stepsOfExtreme;
  progress.expect(extremeSteps + rounds * cases.length + mixedTurns * stepsOfTurn, mostSeconds);
  await putOriginals(laboratory, [...cases, ...extremes]);

  const measuredExtremes: MeasuredExtreme[] = [];
  for (const one of extremes) measuredExtremes.push(await measureExtreme(laboratory, one, effort, progress));

  const sequence = Array.from({ length: mixedTurns }, () => shuffle(cases, random)).flat();
  progress.step(`all cases in one process, ${mixedTurns} times`, mixedTurns * stepsOfTurn);
  const mixedPeakRssBytes = [(await callMixed(laboratory, sequence)).peakRssBytes];

  const processes = new Map(cases.map((one) => [one, [] as ProcessCalls[]]));
  const soFar = (): Measured => ({
    cases: cases.map((one) => measuredCase(one, processes.get(one) ?? [])),
    extremes: measuredExtremes,
    mixedPeakRssBytes,
  });
  const calls = { warmUp: effort.warmUp, measured: effort.calls, clock: 'cpu' } as const;
  for (let round = 1; ; round++) {
    const isExtra = round > rounds;
    if (isExtra && plan.isEnough(soFar())) return soFar();
    if (round > leastRounds && progress.seconds() > mostSeconds) return soFar();
    for (const one of shuffle(isExtra ? cases.filter(plan.isAimedAt) : cases, random)) {
      const which = isExtra ? ', since the samples do not agree yet' : ` of ${rounds}`;
      progress.step(`round ${round}${which}: ${one.photo} → ${one.preset}`);
      processes.get(one)?.push(await callInFreshProcess(laboratory, one, calls));
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

async function measureExtreme(
  laboratory: Laboratory,
  one: BenchCase,
  { extremeProcesses }: Effort,
  progress: Progress,
): Promise<MeasuredExtreme> {
  const processes: MeasuredProcess[] = [];
  for (let count = 0; count < extremeProcesses; count++) {
    progress.step(`at a limit: ${one.photo} → ${one.preset}`, stepsOfExtreme);
    processes.push(measuredProcess(await callOnceMore(laboratory, one)));
  }
  const { photo, preset, bytesIn, pixels } = one;
  const cpu = processes.flatMap(({ firstCpuMilliseconds, warmCpuMilliseconds }) => [
    firstCpuMilliseconds,
    ...warmCpuMilliseconds,
  ]);
  const peakRssBytes = Math.max(...processes.map((process) => process.peakRssBytes));
  return { photo, preset, bytesIn, pixels, cpuMilliseconds: Math.min(...cpu), peakRssBytes };
}

const attempts = 3;

/** On a busy machine a picture at a limit may run into the service's own deadlines, which are by the clock. */
async function callOnceMore(laboratory: Laboratory, called: Called): Promise<ProcessCalls> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await callInFreshProcess(laboratory, called, { warmUp: 0, measured: 1, clock: 'cpu' });
    } catch (cause) {
      if (attempt < attempts) continue;
      const what = `${called.originalKey} as ${called.preset}`;
      throw new Error(`${what} failed ${attempts} times: expected a machine with less to do`, { cause });
    }
  }
}
