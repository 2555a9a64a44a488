/** Two builds at the same calls, in turn, each time in fresh processes. */
import { interleave } from '../interleave.ts';
import { callInFreshProcess, type Laboratory } from '../memory/call-fresh.ts';
import type { BenchCase } from '../memory/cases.ts';
import type { Progress } from '../memory/progress.ts';
import { caseName } from '../mix.ts';
import { median } from '../statistics.ts';
import type { Pair } from './verdict.ts';

export interface PairEffort {
  readonly rounds: number;
  readonly warmUp: number;
  readonly calls: number;
}

/** One for each case, and one for the start of a process with its first call, which all cases know something of. */
export async function measurePairs(
  builds: { readonly base: Laboratory; readonly ours: Laboratory },
  cases: readonly BenchCase[],
  { rounds, warmUp, calls }: PairEffort,
  progress: Progress,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const starts = { base: [] as number[], ours: [] as number[] };
  progress.expect(2 * rounds * cases.length, Number.POSITIVE_INFINITY);
  for (const one of cases) {
    const contestants = (['base', 'ours'] as const).map((side) => async () => {
      progress.step(`${side}: ${caseName(one)}`);
      const counts = { warmUp, measured: calls, clock: 'cpu' } as const;
      const called = await callInFreshProcess(builds[side], one, counts);
      starts[side].push(called.startCpuMilliseconds);
      return median(called.samples);
    });
    const [base = [], ours = []] = await interleave(contestants, rounds);
    pairs.push({ what: caseName(one), base, ours });
  }
  return [...pairs, { what: 'start of a process', ...starts }];
}
