/** How much is measured. */
export interface Effort {
  /** Fresh processes of each case, and more of what the objective speaks of while the samples do not agree. */
  readonly rounds: number;
  /** No round begins after this; two there are always. */
  readonly mostSeconds: number;
  /** Calls of a process that come first and are not measured. */
  readonly warmUp: number;
  readonly calls: number;
  /** How often the mixed process goes through all cases. */
  readonly mixedTurns: number;
  readonly extremeProcesses: number;
}

export const full: Effort = {
  rounds: 10,
  mostSeconds: 720,
  warmUp: 2,
  calls: 10,
  mixedTurns: 8,
  extremeProcesses: 3,
};
export const quick: Effort = { rounds: 3, mostSeconds: 85, warmUp: 1, calls: 5, mixedTurns: 2, extremeProcesses: 1 };
