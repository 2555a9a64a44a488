/** Two programs at the same job, in processes of their own. */
import { interleave } from '../interleave.ts';
import { median } from '../statistics.ts';
import type { Sample } from '../work-server.ts';
import type { Worker } from '../worker.ts';

/** Short jobs run several times a sample, so that the clock of the CPU is fine enough. */
const sampleMilliseconds = 50;

export interface Duellist<Job> {
  readonly worker: Worker<Job>;
  readonly job: Job;
  /** Runs before each sample and is not measured; the job then runs once a sample. */
  readonly before?: () => Promise<unknown>;
}

export interface Duel {
  readonly ours: readonly Sample[];
  readonly theirs: readonly Sample[];
}

export async function duel<Job>(ours: Duellist<Job>, theirs: Duellist<Job>, rounds: number): Promise<Duel> {
  const times = Math.min(await warmUp(ours), await warmUp(theirs));
  const contestants = [ours, theirs].map(({ worker, job, before }) => async () => {
    await before?.();
    return worker.measure(job, times);
  });
  const [first = [], second = []] = await interleave(contestants, rounds);
  return { ours: first, theirs: second };
}

/** Gives how often the job has to run to fill a sample. */
async function warmUp<Job>({ worker, job, before }: Duellist<Job>): Promise<number> {
  const milliseconds: number[] = [];
  for (let run = 0; run < 3; run++) {
    await before?.();
    milliseconds.push((await worker.measure(job)).cpuMilliseconds);
  }
  if (before) return 1;
  return Math.max(1, Math.min(500, Math.ceil(sampleMilliseconds / median(milliseconds))));
}

export const cpuOf = (samples: readonly Sample[]) => samples.map(({ cpuMilliseconds }) => cpuMilliseconds);
