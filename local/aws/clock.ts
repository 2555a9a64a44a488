/** The time that everything in the local chain lives by: real time, faster if so wanted, plus an offset that tests and the console move. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves time forward for all who share this clock; nothing waits. */
  advance(milliseconds: number): void;
  /** Back to the time that it would be without `advance`. What was made ahead of it keeps its date. */
  reset(): void;
}

export interface ClockOptions {
  /** A fixed moment: then time stands still until it is moved, which is what tests want. */
  readonly start?: number;
  /** How many seconds pass in one. How long anything takes is measured in real time all the same. */
  readonly speed?: number;
}

/** A number is the moment at which time stands still. */
export function createClock(options: number | ClockOptions = {}): Clock {
  const { start, speed = 1 } = typeof options === 'number' ? { start: options } : options;
  if (!(speed > 0)) throw new Error(`A clock runs forward: given a speed of ${speed}`);
  const begun = Date.now();
  let offset = 0;
  return {
    now: () => Math.floor((start ?? begun + (Date.now() - begun) * speed) + offset),
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new Error(`A clock only moves forward: given ${milliseconds} milliseconds`);
      offset += milliseconds;
    },
    reset() {
      offset = 0;
    },
  };
}
