/** Says what is being done and how long it will still take. */
export interface Progress {
  expect(steps: number, mostSeconds: number): void;
  step(what: string, steps?: number): void;
  /** Since the beginning. */
  seconds(): number;
  end(): void;
}

/** On a terminal one line that is written over, else a line now and then. */
const linesEverySeconds = 10;

export function startProgress(output: NodeJS.WriteStream): Progress {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let [done, expected, mostSeconds, lastLine] = [0, 1, 0, Number.NEGATIVE_INFINITY];
  return {
    expect(steps, most) {
      [expected, mostSeconds] = [steps, most];
    },
    step(what, steps = 1) {
      const line = `${seconds().toFixed(0).padStart(4)} s, ${timeLeft(seconds(), done / expected, mostSeconds)}  ${what}`;
      done += steps;
      if (output.isTTY) output.write(`\r\x1b[K${line.slice(0, output.columns - 1)}`);
      else if (seconds() - lastLine >= linesEverySeconds) {
        output.write(`${line}\n`);
        lastLine = seconds();
      }
    },
    seconds,
    end() {
      if (output.isTTY) output.write('\r\x1b[K');
    },
  };
}

export function timeLeft(seconds: number, part: number, mostSeconds: number): string {
  if (part < 0.1) return 'time left not known yet';
  const most = Math.max(0, mostSeconds - seconds);
  if (part < 1) return `about ${Math.min((seconds / part) * (1 - part), most).toFixed(0)} s left`;
  return most > 0 && Number.isFinite(most) ? `at most ${most.toFixed(0)} s left` : 'nearly done';
}
