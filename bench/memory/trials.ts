/** Tries limit cases in the memory that a Lambda of a size leaves them. */
import type { BenchCase } from '../cases.ts';
import type { Progress } from '../command.ts';
import { caseName } from '../mix.ts';
import { runtimeMegabytes } from '../model.ts';
import { callInFreshProcess, isDeadline, type Lambda } from '../run/call-lambda.ts';
import type { MemoryLimits } from '../run/memory-limit.ts';
import { concludeSizes } from './conclude.ts';
import { limitNeeds } from './faults.ts';
import { stepsOfLimitCase } from './measure.ts';
import type { BenchResult, Judged, MemoryTrial, MemoryTrials } from './result.ts';

/** A process that finds no memory would go on moving pages for minutes. */
const timeoutMilliseconds = 30_000;

/**
 * Tries what the conclusion depends on, until it depends on nothing untried: the pick where it is tight, and the next
 * smaller size where the model rules it out.
 */
export async function tryMemory(
  lambda: Lambda,
  limits: MemoryLimits | { readonly unavailable: string },
  { cases, limitCases }: { readonly cases: readonly BenchCase[]; readonly limitCases: readonly BenchCase[] },
  result: Omit<BenchResult, 'memory'>,
  progress: Progress,
): Promise<MemoryTrials> {
  if ('unavailable' in limits) return { trials: [], unavailable: limits.unavailable };
  const trials: MemoryTrial[] = [];
  for (;;) {
    const [next] = untried({ ...result, memory: { trials } });
    const one = limitCases.find((other) => caseName(other) === next?.case);
    if (!next || !one) return { trials };
    progress.step(`in the memory of ${next.memoryMegabytes} MB: ${next.case}`, stepsOfLimitCase);
    trials.push({ ...next, outcome: await tryCase(lambda, limits, one, cases, next.memoryMegabytes) });
  }
}

/** More than this share of a size is tight. */
const tightShare = 0.6;

export function untried(result: Judged): Pick<MemoryTrial, 'case' | 'memoryMegabytes'>[] {
  const { picks, rows } = concludeSizes(result);
  const pick = picks.cheapest;
  const smaller = rows.filter(({ memoryMegabytes }) => pick !== undefined && memoryMegabytes < pick).at(-1);
  const isRuledOutByMix = smaller?.faults.some(({ kind, isAtLimit }) => kind !== 'slow' && !isAtLimit);
  const needs = limitNeeds(result.measured);
  const wanted = needs.flatMap(({ name, needed }) => [
    ...(pick && needed > pick * tightShare ? [{ case: name, memoryMegabytes: pick }] : []),
    ...(smaller && !isRuledOutByMix && needed > smaller.memoryMegabytes
      ? [{ case: name, memoryMegabytes: smaller.memoryMegabytes }]
      : []),
  ]);
  return wanted.filter(
    (one) =>
      !result.memory.trials.some((done) => done.case === one.case && done.memoryMegabytes === one.memoryMegabytes),
  );
}

/** In a process that has served all cases, with all of the CPU: too little of it is another fault. */
async function tryCase(
  lambda: Lambda,
  limits: MemoryLimits,
  one: BenchCase,
  before: readonly BenchCase[],
  memoryMegabytes: number,
): Promise<MemoryTrial['outcome']> {
  const limit = limits.create(memoryMegabytes - runtimeMegabytes);
  try {
    const launcher = { ...limit.launcher, timeoutMilliseconds };
    await callInFreshProcess(lambda, one, { warmUp: 0, runs: 1 }, { launcher, before });
    return 'fits';
  } catch (error) {
    if (limit.hasRunOutOfMemory()) return 'killed';
    if (isDeadline(error)) return 'late';
    throw error;
  } finally {
    await limit.remove();
  }
}
