/** The same calls under a quota of CPU and memory, by the clock. */
import { cpus, totalmem } from 'node:os';
import { shareOf, vcpusOf } from '../lambda-model.ts';
import { caseName } from '../mix.ts';
import { findQuota, type Quota, type QuotaGroup } from '../quota/cgroup.ts';
import { checkQuota } from '../quota/check-quota.ts';
import { keepCoresAwake } from '../quota/keep-awake.ts';
import { seededRandom, shuffle } from '../random.ts';
import { median } from '../statistics.ts';
import { callInFreshProcess, type Laboratory } from './call-fresh.ts';
import type { BenchCase } from './cases.ts';
import type { Progress } from './progress.ts';
import type { Verification } from './verification.ts';

export interface VerifyEffort {
  readonly sizes: readonly number[];
  readonly mostCases: number;
  readonly processes: number;
  readonly calls: number;
}

export const fullVerify: VerifyEffort = { sizes: [256, 512, 1024, 1769], mostCases: 4, processes: 5, calls: 4 };
export const quickVerify: VerifyEffort = { sizes: [512, 1024], mostCases: 2, processes: 2, calls: 4 };

/** Above that share there is little to throttle, and whoever keeps the cores awake would stand in the way. */
const mostShareWithCompany = 0.6;
/** By the clock a process that waits for others looks like one that is throttled. */
const mostWaiting = 1.5;

export async function verify(
  laboratory: Laboratory,
  cases: readonly BenchCase[],
  effort: VerifyEffort,
  progress: Progress,
): Promise<Verification> {
  const quota = await findQuota();
  if ('skipped' in quota) return quota;
  progress.step('does the quota bite?', 0);
  const complaint = await checkQuota(quota);
  if (complaint) return { skipped: complaint };

  const unlimited = quota.createGroup({ vcpus: cpus().length, memoryMegabytes: Math.floor(totalmem() / 2 ** 20) });
  try {
    // The store takes precedence as the calls do.
    unlimited.take(laboratory.store.pid);
    return await compare({ laboratory, quota, unlimited, effort, progress }, chooseCases(cases, effort.mostCases));
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

/** Everything in turn, in an order that chance decides: what else the machine does weighs on all alike. */
async function compare(scene: Scene, cases: readonly BenchCase[]): Promise<Verification> {
  const { effort, quota } = scene;
  const sizes = effort.sizes.filter((size) => vcpusOf(size) <= cpus().length);
  const free = cases.map((one) => ({ one, wallMilliseconds: [] as number[], cpuMilliseconds: [] as number[] }));
  const limited = cases.flatMap((one) =>
    sizes.map((memoryMegabytes) => ({
      one,
      memoryMegabytes,
      wallMilliseconds: [] as number[],
      cpuMilliseconds: [] as number[],
      isOutOfMemory: false,
    })),
  );
  const random = seededRandom(effort.processes);
  for (let round = 0; round < effort.processes; round++) {
    for (const calls of shuffle<Free | Limited>([...free, ...limited], random)) {
      if ('memoryMegabytes' in calls) await callLimited(scene, calls);
      else await callFreely(scene, calls);
    }
  }
  const waiting = median(free.map((calls) => median(calls.wallMilliseconds) / median(calls.cpuMilliseconds)));
  const named = <T extends Free>({ one, ...calls }: T) => ({ photo: one.photo, preset: one.preset, ...calls });
  if (waiting <= mostWaiting) return { method: quota.method, free: free.map(named), limited: limited.map(named) };
  const times = waiting.toFixed(1);
  return {
    skipped: `other processes made the calls wait: without any quota they took ${times} of their CPU time by the clock`,
  };
}

interface Free {
  readonly one: BenchCase;
  readonly wallMilliseconds: number[];
  readonly cpuMilliseconds: number[];
}

interface Limited extends Free {
  readonly memoryMegabytes: number;
  isOutOfMemory: boolean;
}

/** The heaviest in the mix first, short ones last: a job of a slice or two of the quota says little. */
function chooseCases(cases: readonly BenchCase[], most: number): BenchCase[] {
  const isShort = ({ pixels }: BenchCase) => pixels < 2.5e6;
  return [...cases].sort((a, b) => Number(isShort(a)) - Number(isShort(b)) || b.weight - a.weight).slice(0, most);
}

async function callFreely({ laboratory, unlimited, effort, progress }: Scene, free: Free): Promise<void> {
  progress.step(`without a quota: ${caseName(free.one)}`, 0);
  const calls = { warmUp: 1, measured: effort.calls, clock: 'wall' } as const;
  const { samples, otherClock } = await callInFreshProcess(laboratory, free.one, calls, unlimited.launcher);
  free.wallMilliseconds.push(...samples);
  free.cpuMilliseconds.push(...otherClock);
}

async function callLimited({ laboratory, quota, effort, progress }: Scene, limited: Limited): Promise<void> {
  const { one, memoryMegabytes } = limited;
  progress.step(`under the quota of ${memoryMegabytes} MB: ${caseName(one)}`, 0);
  const vcpus = shareOf(memoryMegabytes);
  const group = quota.createGroup({ vcpus, memoryMegabytes });
  const awake = vcpus <= mostShareWithCompany ? keepCoresAwake() : undefined;
  try {
    const calls = { warmUp: 1, measured: effort.calls, clock: 'wall' } as const;
    const { samples, otherClock } = await callInFreshProcess(laboratory, one, calls, group.launcher);
    limited.wallMilliseconds.push(...samples);
    limited.cpuMilliseconds.push(...otherClock);
  } catch (error) {
    if (!group.hasRunOutOfMemory()) throw error;
    limited.isOutOfMemory = true;
  } finally {
    await awake?.end();
    await group.remove();
  }
}
