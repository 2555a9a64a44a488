/** Which memory size to take. Pure. */
import type { Fault } from './fault.ts';
import type { Judgement } from './memory-row.ts';

type Candidate = Pick<Judgement, 'memoryMegabytes' | 'billedMilliseconds' | 'dollarsOfThousandResizes' | 'faults'>;

export interface Picks {
  /** Meets the objective with head-room, for the least money. Absent: none meets it. */
  readonly cheapest: number | undefined;
  /** Of those that lose no request. */
  readonly fastest: number | undefined;
  /** Of the same: time and money each as a part of the worst, added; AWS Lambda Power Tuning calls it so too. */
  readonly balanced: number | undefined;
  /** When none qualifies: the size that comes nearest, and what speaks against it. */
  readonly nearest: { readonly memoryMegabytes: number; readonly faults: readonly Fault[] } | undefined;
}

/** Closer than that is no difference that anybody would pay for. */
const equal = 1.005;

export function pickMemory(candidates: readonly Candidate[]): Picks {
  const bySize = [...candidates].sort((a, b) => a.memoryMegabytes - b.memoryMegabytes);
  const safe = bySize.filter(({ faults }) => faults.every(({ kind }) => kind === 'slow'));
  const qualified = safe.filter(({ faults }) => faults.length === 0);
  const most = (of: (one: Candidate) => number) => Math.max(...safe.map(of));
  const [longest, dearest] = [most((one) => one.billedMilliseconds), most((one) => one.dollarsOfThousandResizes)];
  const both = (one: Candidate) => one.billedMilliseconds / longest + one.dollarsOfThousandResizes / dearest;
  return {
    cheapest: least(qualified, (one) => one.dollarsOfThousandResizes),
    fastest: least(safe, (one) => one.billedMilliseconds),
    balanced: least(safe, both),
    nearest: qualified.length > 0 ? undefined : nearest(safe.length > 0 ? safe : bySize),
  };
}

/** The smallest of those that are as good as the best. */
function least(candidates: readonly Candidate[], of: (one: Candidate) => number): number | undefined {
  const best = Math.min(...candidates.map(of));
  return candidates.find((one) => of(one) <= best * equal)?.memoryMegabytes;
}

/** More memory never makes it worse, so the largest is the nearest; of equal ones the first. */
function nearest(candidates: readonly Candidate[]): Picks['nearest'] {
  const fewest = Math.min(...candidates.map(({ faults }) => faults.length));
  const fastest = least(
    candidates.filter(({ faults }) => faults.length === fewest),
    (one) => one.billedMilliseconds,
  );
  const found = candidates.find(({ memoryMegabytes }) => memoryMegabytes === fastest);
  return found && { memoryMegabytes: found.memoryMegabytes, faults: found.faults };
}
