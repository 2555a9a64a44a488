/** How much is measured. */
export interface Effort {
  /** Fresh processes of each case. */
  readonly rounds: number;
  /** Processes in each round of a case that the objective names, since the pick hangs on it. */
  readonly timesAimedAt: number;
  /** No planned round begins after this; two there are always. */
  readonly mostSeconds: number;
  /** While the samples do not agree, more of what the pick hangs on is measured; not begun after this. */
  readonly mostSecondsInDoubt: number;
  /** Calls of a process that come first and are not measured. */
  readonly warmUp: number;
  readonly calls: number;
  /** How often the mixed process goes through all cases. */
  readonly mixedTurns: number;
  /** In so many of the rounds, the first ones, the images at a limit are called too: twice in a process. */
  readonly extremeRounds: number;
}

export const full: Effort = {
  rounds: 10,
  timesAimedAt: 2,
  mostSeconds: 560,
  mostSecondsInDoubt: 600,
  warmUp: 2,
  calls: 10,
  mixedTurns: 8,
  extremeRounds: 4,
};
/** What is held against a quota afterwards needs its own time; two quiet cores do all rounds in this one. */
export const fullBeforeVerify: Effort = { ...full, mostSeconds: 380, mostSecondsInDoubt: 420 };

export const quick: Effort = {
  rounds: 3,
  timesAimedAt: 3,
  mostSeconds: 75,
  mostSecondsInDoubt: 95,
  warmUp: 1,
  calls: 5,
  mixedTurns: 2,
  extremeRounds: 2,
};
