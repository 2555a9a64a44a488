/** The same calls under a quota of CPU and memory, by the clock. */
import { cpus } from 'node:os';
import { vcpusOf } from '../lambda-model.ts';
import { caseName } from '../mix.ts';
import { findQuota, type Quota, wholeMachine } from '../quota/cgroup.ts';
import { checkQuota } from '../quota/check-quota.ts';
import type { QuotaGroup } from '../quota/group.ts';
import { canKeepCoresAwake, keepCoresAwake } from '../quota/keep-awake.ts';
import { seededRandom, shuffle } from '../random.ts';
import { median } from '../statistics.ts';
import { type CalledProcess, type Laboratory, passedADeadline, startCalledProcess } from './call-fresh.ts';
import type { BenchCase } from './cases.ts';
import { tryMemory } from './memory-trials.ts';
import type { Progress } from './progress.ts';
import type { Verification, Verified } from './verification.ts';
import { stepsOfCalls, type VerifyEffort } from './verify-effort.ts';

const leastRounds = 2;
/** Above that share there is little to throttle, and whoever keeps the cores awake would stand in the way. */
const mostShareWithCompany = 0.6;
/** By the clock a process that waits for others looks like one that is throttled. */
const mostWaiting = 1.5;

export async function verify(
  laboratory: Laboratory,
  { cases, extremes }: { readonly cases: readonly BenchCase[]; readonly extremes: readonly BenchCase[] },
  effort: VerifyEffort,
  progress: Progress,
): Promise<Verification> {
  const quota = await findQuota();
  if ('skipped' in quota) return quota;
  progress.step('does the quota bite?', 0);
  const complaint = await checkQuota(quota);
  if (complaint) return { skipped: complaint };

  const unlimited = quota.createGroup(wholeMachine);
  const scene = { laboratory, quota, unlimited, effort, progress };
  try {
    // The store takes precedence as the calls do.
    unlimited.take(laboratory.store.pid);
    const compared = await compare(scene, chooseCases(cases, effort.mostCases));
    if ('skipped' in compared) return compared;
    return { ...compared, trials: await tryMemory(scene, extremes, effort.trialSizes) };
  } catch (error) {
    // What was measured before is not to be lost for it.
    if (!passedADeadline(error)) throw error;
    return { skipped: `an image took longer under a quota than the service allows: ${(error as Error).message}` };
  } finally {
    unlimited.release(laboratory.store.pid);
    await unlimited.remove();
  }
}

interface Scene {
  readonly laboratory: Laboratory;
  readonly quota: Quota;
  readonly unlimited: QuotaGroup;
  readonly effort: VerifyEffort;
  readonly progress: Progress;
}

/** Calls of one case under one quota, or under none. */
interface Condition {
  readonly one: BenchCase;
  readonly memoryMegabytes?: number;
  readonly wallMilliseconds: number[];
  readonly cpuMilliseconds: number[];
}

/**
 * Each process goes through all quotas, some times over and in an order that chance decides: its own luck, as with the
 * layout of its memory, is then the same on both sides, and what else the machine does weighs on all alike.
 */
async function compare(
  scene: Scene,
  cases: readonly BenchCase[],
): Promise<Pick<Verified, 'method' | 'free' | 'limited'> | { readonly skipped: string }> {
  const { effort, quota, progress } = scene;
  const sizes = effort.sizes.filter((size) => vcpusOf(size) <= cpus().length);
  const condition = (one: BenchCase) => ({ one, wallMilliseconds: [], cpuMilliseconds: [] });
  const free = cases.map((one): Condition => condition(one));
  const limited = cases.flatMap((one) => sizes.map((memoryMegabytes) => ({ ...condition(one), memoryMegabytes })));
  const random = seededRandom(effort.processes);
  for (let round = 0; round < effort.processes; round++) {
    if (round >= leastRounds && progress.seconds() > effort.mostSeconds) break;
    for (const one of shuffle(cases, random)) {
      const ofCase = (some: readonly Condition[]) => some.filter((other) => other.one === one);
      // Twice without: every other is compared with it.
      const conditions = [...ofCase(free), ...ofCase(free), ...ofCase(limited)];
      const turns = Array.from({ length: effort.turns }, () => shuffle(conditions, random));
      await callInTurn(scene, one, turns.flat());
    }
  }
  const waiting = median(free.map((calls) => median(calls.wallMilliseconds) / median(calls.cpuMilliseconds)));
  const named = <T extends Condition>({ one, ...calls }: T) => ({ photo: one.photo, preset: one.preset, ...calls });
  const method = canKeepCoresAwake() ? quota.method : `${quota.method}, cores not kept awake since chrt is missing`;
  if (waiting <= mostWaiting) return { method, free: free.map(named), limited: limited.map(named) };
  const times = waiting.toFixed(1);
  return {
    skipped: `other processes made the calls wait: without any quota they took ${times} of their CPU time by the clock`,
  };
}

/** The heaviest in the mix first, short ones last: a job of a slice or two of the quota says little. */
function chooseCases(cases: readonly BenchCase[], most: number): BenchCase[] {
  const isShort = ({ pixels }: BenchCase) => pixels < 2.5e6;
  return [...cases].sort((a, b) => Number(isShort(a)) - Number(isShort(b)) || b.weight - a.weight).slice(0, most);
}

async function callInTurn(scene: Scene, one: BenchCase, conditions: readonly Condition[]): Promise<void> {
  const { laboratory, unlimited } = scene;
  const process = await startCalledProcess(laboratory, one, unlimited.launcher);
  try {
    // What is loaded and compiled by the first calls is there from now on.
    await process.call({ warmUp: 2, measured: 2, clock: 'wall' });
    for (const condition of conditions) {
      if (condition.memoryMegabytes === undefined) await callUnder(scene, process, condition);
      else await underQuota(scene, process, condition, condition.memoryMegabytes);
    }
  } finally {
    await process.close();
  }
}

async function underQuota(scene: Scene, process: CalledProcess, condition: Condition, size: number): Promise<void> {
  const { quota, unlimited } = scene;
  const vcpus = vcpusOf(size);
  const group = quota.createGroup({ ...wholeMachine, vcpus });
  const awake = vcpus <= mostShareWithCompany ? keepCoresAwake() : undefined;
  try {
    group.take(process.pid);
    await callUnder(scene, process, condition);
  } finally {
    unlimited.take(process.pid);
    await awake?.end();
    await group.remove();
  }
}

async function callUnder({ effort, progress }: Scene, process: CalledProcess, condition: Condition): Promise<void> {
  const { one, memoryMegabytes, wallMilliseconds, cpuMilliseconds } = condition;
  const which = memoryMegabytes === undefined ? 'without a quota' : `under the quota of ${memoryMegabytes} MB`;
  progress.step(`${which}: ${caseName(one)}`, stepsOfCalls(memoryMegabytes));
  const { samples, otherClock } = await process.call({ warmUp: 0, measured: effort.calls, clock: 'wall' });
  wallMilliseconds.push(...samples);
  cpuMilliseconds.push(...otherClock);
}
