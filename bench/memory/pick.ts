/** Which memory size to take. Pure. */
import type { Fault } from './faults.ts';
import type { Judgement } from './size-row.ts';

type Candidate = Pick<Judgement, 'memoryMegabytes' | 'billedMilliseconds' | 'dollarsOfThousandResizes' | 'faults'>;

export interface Picks {
  /** Has no fault, for the least money; of equal prices the fastest. Absent: no size qualifies. */
  readonly cheapest: number | undefined;
  /** Of the sizes at which no request fails. */
  readonly fastest: number | undefined;
  /** Of the same: the least sum of time and money, each as a part of the worst, as AWS Lambda Power Tuning defines it. */
  readonly balanced: number | undefined;
  /** Where none qualifies: the size that comes nearest, and its faults. */
  readonly nearest: { readonly memoryMegabytes: number; readonly faults: readonly Fault[] } | undefined;
}

/** A smaller difference counts as none. */
const equal = 1.005;

export function pickMemory(candidates: readonly Candidate[]): Picks {
  const bySize = [...candidates].sort((a, b) => a.memoryMegabytes - b.memoryMegabytes);
  const safe = bySize.filter(({ faults }) => faults.every(({ kind }) => kind === 'slow'));
  const qualified = safe.filter(({ faults }) => faults.length === 0);
  const most = (of: (one: Candidate) => number) => Math.max(...safe.map(of));
  const [longest, highestPrice] = [most(timeOf), most(priceOf)];
  return {
    cheapest: first(best(best(qualified, priceOf), timeOf)),
    fastest: first(best(safe, timeOf)),
    balanced: first(best(safe, (one) => timeOf(one) / longest + priceOf(one) / highestPrice)),
    nearest: qualified.length > 0 ? undefined : nearest(safe.length > 0 ? safe : bySize),
  };
}

const timeOf = ({ billedMilliseconds }: Candidate) => billedMilliseconds;
const priceOf = ({ dollarsOfThousandResizes }: Candidate) => dollarsOfThousandResizes;
const first = ([one]: readonly Candidate[]) => one?.memoryMegabytes;

/** Those that are as good as the best, smallest first. */
function best(candidates: readonly Candidate[], of: (one: Candidate) => number): readonly Candidate[] {
  const least = Math.min(...candidates.map(of));
  return candidates.filter((one) => of(one) <= least * equal);
}

/** More memory never makes it worse, so the fastest is the nearest; of equal ones the smallest. */
function nearest(candidates: readonly Candidate[]): Picks['nearest'] {
  const fewest = Math.min(...candidates.map(({ faults }) => faults.length));
  const [found] = best(
    candidates.filter(({ faults }) => faults.length === fewest),
    timeOf,
  );
  return found && { memoryMegabytes: found.memoryMegabytes, faults: found.faults };
}
