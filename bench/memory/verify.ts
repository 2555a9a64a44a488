/** The same calls under a quota of CPU and memory, by the clock. */
import { cpus } from 'node:os';
import { vcpusOf } from '../lambda-model.ts';
import { findQuota, type Quota } from '../quota/cgroup.ts';
import { checkQuota } from '../quota/check-quota.ts';
import { keepCoresAwake } from '../quota/keep-awake.ts';
import { median } from '../statistics.ts';
import { callInFreshProcess, type Laboratory } from './call-fresh.ts';
import type { BenchCase } from './cases.ts';
import type { Progress } from './progress.ts';
import type { FreeCalls, QuotaCalls, Verification } from './verification.ts';

export interface VerifyEffort {
  readonly sizes: readonly number[];
  readonly mostCases: number;
  readonly processes: number;
  readonly calls: number;
}

export const fullVerify: VerifyEffort = { sizes: [256, 512, 1024, 1769], mostCases: 4, processes: 3, calls: 5 };
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

  const chosen = chooseCases(cases, effort.mostCases);
  const sizes = effort.sizes.filter((size) => Math.min(1, vcpusOf(size)) <= cpus().length);
  const free: FreeCalls[] = [];
  const limited: QuotaCalls[] = [];
  for (const one of chosen) {
    free.push(await callFreely(laboratory, one, effort, progress));
    for (const size of sizes) {
      progress.step(`under the quota of ${size} MB: ${one.photo} → ${one.preset}`, 0);
      limited.push(await callLimited(laboratory, one, size, quota, effort));
    }
  }
  const waiting = median(
    free.map(({ wallMilliseconds, cpuMilliseconds }) => median(wallMilliseconds) / median(cpuMilliseconds)),
  );
  if (waiting > mostWaiting) {
    return {
      skipped: `other processes made the calls wait: they took ${waiting.toFixed(1)} of their CPU time by the clock without any quota`,
    };
  }
  return { method: quota.method, free, limited };
}

/** The heaviest in the mix first, short ones last: a job of a slice or two of the quota says little. */
function chooseCases(cases: readonly BenchCase[], most: number): BenchCase[] {
  const isShort = ({ pixels }: BenchCase) => pixels < 2.5e6;
  return [...cases].sort((a, b) => Number(isShort(a)) - Number(isShort(b)) || b.weight - a.weight).slice(0, most);
}

async function callFreely(
  laboratory: Laboratory,
  one: BenchCase,
  { processes, calls }: VerifyEffort,
  progress: Progress,
): Promise<FreeCalls> {
  const cpuMilliseconds: number[] = [];
  const wallMilliseconds: number[] = [];
  for (let process = 0; process < processes; process++) {
    progress.step(`without a quota: ${one.photo} → ${one.preset}`, 0);
    const counts = { warmUp: 1, measured: calls, clock: 'cpu' } as const;
    const called = await callInFreshProcess(laboratory, one, counts);
    cpuMilliseconds.push(...called.samples);
    wallMilliseconds.push(...called.wallMilliseconds);
  }
  return { photo: one.photo, preset: one.preset, cpuMilliseconds, wallMilliseconds };
}

async function callLimited(
  laboratory: Laboratory,
  one: BenchCase,
  memoryMegabytes: number,
  quota: Quota,
  { processes, calls }: VerifyEffort,
): Promise<QuotaCalls> {
  const share = Math.min(1, vcpusOf(memoryMegabytes));
  const wallMilliseconds: number[] = [];
  const cpuMilliseconds: number[] = [];
  for (let process = 0; process < processes; process++) {
    const group = quota.createGroup({ vcpus: share, memoryMegabytes });
    const awake = share <= mostShareWithCompany ? keepCoresAwake() : undefined;
    try {
      const counts = { warmUp: 1, measured: calls, clock: 'wall' } as const;
      const called = await callInFreshProcess(laboratory, one, counts, group.launcher);
      wallMilliseconds.push(...called.samples);
      cpuMilliseconds.push(called.last.cpuMilliseconds / (calls + 1));
    } catch (error) {
      if (!group.hasRunOutOfMemory()) throw error;
      const { photo, preset } = one;
      return { photo, preset, memoryMegabytes, wallMilliseconds, cpuMilliseconds, isOutOfMemory: true };
    } finally {
      await awake?.end();
      await group.remove();
    }
  }
  const { photo, preset } = one;
  return { photo, preset, memoryMegabytes, wallMilliseconds, cpuMilliseconds, isOutOfMemory: false };
}
