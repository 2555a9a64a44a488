import type { Clock } from './clock.ts';

/**
 * Work for later, by the chain's clock. Nothing runs by itself: who owns the clock calls `run`. A test advances the clock
 * from one moment to the next; `make dev` calls it a few times a second.
 */
export interface Timers {
  /** Work that is due at the same time runs in the order in which it was given. */
  at(milliseconds: number, work: () => Promise<void> | void): void;
  /** When the next work is due, which may be in the past. */
  next(): number | undefined;
  /** Starts what is due, and what becomes due meanwhile. Resolves when all of it has ended. */
  run(): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly work: () => Promise<void> | void;
}

export function createTimers(clock: Pick<Clock, 'now'>): Timers {
  /** The latest first. */
  const timers: Timer[] = [];

  function indexOf(at: number): number {
    let [low, high] = [0, timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((timers[middle]?.at ?? 0) >= at) low = middle + 1;
      else high = middle;
    }
    // Before the equal ones: they come first.
    while (low > 0 && timers[low - 1]?.at === at) low -= 1;
    return low;
  }

  return {
    at: (at, work) => void timers.splice(indexOf(at), 0, { at, work }),
    next: () => timers.at(-1)?.at,
    async run() {
      const running = new Set<Promise<void>>();
      for (;;) {
        const due = timers.at(-1);
        if (due && due.at <= clock.now()) {
          timers.pop();
          const work = (async () => due.work())().finally(() => running.delete(work));
          running.add(work);
        } else if (running.size > 0) await Promise.race(running);
        else return;
      }
    },
  };
}

/** Advances a clock that stands still, and runs on the way what is due. */
export async function advanceTo(at: number, clock: Clock, timers: Timers): Promise<void> {
  for (let next = timers.next(); next !== undefined && next <= at; next = timers.next()) {
    clock.advance(Math.max(0, next - clock.now()));
    await timers.run();
  }
  clock.advance(Math.max(0, at - clock.now()));
}
