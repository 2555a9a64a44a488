/** Whether a quota bites: believed of no kernel before it has been seen. */

import type { LoadJob } from '../programs/load.ts';
import { compileProgram } from '../programs.ts';
import { startWorker } from '../worker.ts';
import type { Limits, Quota } from './cgroup.ts';

const program = new URL('../programs/load.ts', import.meta.url).pathname;

/** How many times its CPU time a loop takes by the clock. */
export async function slowdownUnder(quota: Quota, limits: Limits, spinMilliseconds: number): Promise<number> {
  const group = quota.createGroup(limits);
  try {
    const worker = await startWorker<LoadJob>(await compileProgram(program), {}, group.launcher);
    const { wallMilliseconds, cpuMilliseconds } = await worker.measure({ spinMilliseconds });
    await worker.close();
    return wallMilliseconds / cpuMilliseconds;
  } finally {
    await group.remove();
  }
}

/** Whether a process that takes so much memory is ended for it, and not for anything else. */
export async function runsOutOfMemory(quota: Quota, limits: Limits, holdMegabytes: number): Promise<boolean> {
  const group = quota.createGroup(limits);
  try {
    const worker = await startWorker<LoadJob>(await compileProgram(program), {}, group.launcher);
    try {
      await worker.measure({ holdMegabytes });
      await worker.close();
      return false;
    } catch (error) {
      if (group.hasRunOutOfMemory()) return true;
      throw error;
    }
  } finally {
    await group.remove();
  }
}

/** Says what is wrong, if anything is. */
export async function checkQuota(quota: Quota): Promise<string | undefined> {
  const slowdown = await slowdownUnder(quota, { vcpus: 0.25, memoryMegabytes: 512 }, 300);
  if (slowdown < 3.4)
    return `a loop under 0.25 vCPU took ${slowdown.toFixed(1)} times its CPU time: expected 4, so the quota does not bite`;
  if (!(await runsOutOfMemory(quota, { vcpus: 1, memoryMegabytes: 128 }, 200)))
    return '200 MB were held under a limit of 128 MB: expected the process to be ended';
  return undefined;
}
