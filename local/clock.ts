/** The time that everything in the local chain lives by: real time plus an offset that tests and the console move. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves time forward for all who share this clock; nothing waits. */
  advance(milliseconds: number): void;
  /** Back to the time that it would be without `advance`. What was made ahead of it keeps its date. */
  reset(): void;
}

/** Give `start` to begin at a fixed moment: then time stands still until it is moved, which is what tests want. */
export function createClock(start?: number): Clock {
  let offset = 0;
  return {
    now: () => (start ?? Date.now()) + offset,
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new Error(`A clock only moves forward: given ${milliseconds} milliseconds`);
      offset += milliseconds;
    },
    reset() {
      offset = 0;
    },
  };
}
