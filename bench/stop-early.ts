/** What stops a program before its end. Whoever has something to take back listens to all of it. */

/** With the numbers that, added to 128, are the exit code. SIGHUP: the terminal was closed, or the connection to it lost. */
export const stopSignals = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const;

/** What is written to a closed terminal fails, and would end the program at once. */
export function whenNobodyReads(stop: () => unknown): void {
  for (const output of [process.stdout, process.stderr]) output.on('error', stop);
}
