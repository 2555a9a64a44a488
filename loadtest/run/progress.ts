/** How often a long step prints a line. */
const everyMilliseconds = 5_000;

/** Prints what `line` returns every few seconds until the work ends. */
export async function withProgress<T>(
  say: (line: string) => void,
  line: () => string,
  work: Promise<T>,
  every = everyMilliseconds,
): Promise<T> {
  const started = Date.now();
  const timer = setInterval(() => say(`  ${Math.round((Date.now() - started) / 1000)} s: ${line()}`), every);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
