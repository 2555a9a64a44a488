/** How much is measured, and how the one who waits hears of it. */
export interface Effort {
  readonly rounds: number;
  /** Pairs of fresh processes that each comparison is repeated with. */
  readonly processes: number;
  readonly starts: number;
  readonly soakCalls: number;
  /** Rounds of sharp's own AVIF, which takes six seconds each. */
  readonly slowRounds: number;
  /** The environment that the service's processes start with. */
  readonly variables: Record<string, string>;
  readonly say: (progress: string) => void;
}

export const full = { rounds: 12, processes: 3, starts: 25, soakCalls: 2000, slowRounds: 5 };
export const quick = { rounds: 6, processes: 1, starts: 9, soakCalls: 240, slowRounds: 2 };
