/** The clock of a chain: real time, or faster, plus an offset that tests and the console move. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves the clock forward, without waiting. */
  advance(milliseconds: number): void;
  /** Removes the offset of all calls of `advance`. What was made meanwhile keeps its date. */
  reset(): void;
}

export interface ClockOptions {
  /** A fixed time: the clock stands still until it is advanced, as tests need it. */
  readonly start?: number;
  /** Seconds that pass in one real second. Durations are measured in real time all the same. */
  readonly speed?: number;
}

/** A number is the time at which the clock stands still. */
export function createClock(options: number | ClockOptions = {}): Clock {
  const { start, speed = 1 } = typeof options === 'number' ? { start: options } : options;
  if (!(speed > 0)) throw new Error(`The speed of a clock is ${speed}: expected a number above 0`);
  const begun = Date.now();
  let offset = 0;
  return {
    now: () => Math.floor((start ?? begun + (Date.now() - begun) * speed) + offset),
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new Error(`A clock is advanced by ${milliseconds} ms: expected 0 or more`);
      offset += milliseconds;
    },
    reset() {
      offset = 0;
    },
  };
}
