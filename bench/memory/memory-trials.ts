/** Images at a limit, in processes that may have no more memory than a Lambda of some size leaves them. */
import { runtimeMegabytes } from '../lambda-model.ts';
import { caseName } from '../mix.ts';
import { type Quota, wholeMachine } from '../quota/cgroup.ts';
import { callInFreshProcess, type Laboratory, passedADeadline } from './call-fresh.ts';
import type { BenchCase } from './cases.ts';
import { stepsOfExtreme } from './measure.ts';
import type { Progress } from './progress.ts';
import type { MemoryTrial } from './verification.ts';

/** An image that has not found its memory by then never will: the kernel would go on moving pages for minutes. */
const trialMilliseconds = 30_000;

interface Scene {
  readonly laboratory: Laboratory;
  readonly quota: Quota;
  readonly progress: Progress;
}

/** With all the CPU that there is: too little of it is another fault. */
export async function tryMemory(
  { laboratory, quota, progress }: Scene,
  extremes: readonly BenchCase[],
  sizes: readonly number[],
): Promise<MemoryTrial[]> {
  const trials: MemoryTrial[] = [];
  for (const memoryMegabytes of sizes) {
    for (const one of extremes) {
      progress.step(`in the memory of ${memoryMegabytes} MB: ${caseName(one)}`, stepsOfExtreme);
      const group = quota.createGroup({ ...wholeMachine, memoryMegabytes: memoryMegabytes - runtimeMegabytes });
      const launcher = { ...group.launcher, mostMilliseconds: trialMilliseconds };
      let outcome: MemoryTrial['outcome'] = 'fits';
      try {
        await callInFreshProcess(laboratory, one, { warmUp: 0, measured: 1, clock: 'cpu' }, launcher);
      } catch (error) {
        outcome = group.hasRunOutOfMemory() ? 'killed' : 'late';
        if (outcome === 'late' && !passedADeadline(error)) throw error;
      } finally {
        await group.remove();
      }
      trials.push({ photo: one.photo, preset: one.preset, memoryMegabytes, outcome });
    }
  }
  return trials;
}
