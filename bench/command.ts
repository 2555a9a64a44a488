import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Runs a command of the bench. An error is one line, never a stack trace, and ends it with the exit code. */
export async function runCommand(name: string, run: () => Promise<void>, exitCode = 1): Promise<void> {
  try {
    await run();
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
    process.exitCode ||= exitCode;
  }
}

/** Prints a report, and writes it to FILE.md and the data behind it, if any, to FILE.json. */
export function keepReport(file: string, report: string, data: object | undefined): void {
  console.log(report);
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(`${file}.md`, `${report}\n`);
  if (data) writeFileSync(`${file}.json`, `${JSON.stringify(data)}\n`);
}

/** Reads the value of an option that is a number. */
export function numberOption(name: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (given !== '' && value >= least && value <= most) return value;
  throw new Error(`--${name} is ${given}: expected a number from ${least} to ${most}`);
}

/** Shows what is being measured and how long it will still take. */
export interface Progress {
  expect(steps: number, mostSeconds?: number): void;
  step(what: string, steps?: number): void;
  /** Since the beginning. */
  seconds(): number;
  end(): void;
}

/** Where the output is not a terminal. */
const secondsBetweenLines = 10;

export function startProgress(output: NodeJS.WriteStream = process.stderr): Progress {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let [done, expected, mostSeconds, lastLine] = [0, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    expect(steps, most = Number.POSITIVE_INFINITY) {
      [expected, mostSeconds] = [steps, most];
    },
    step(what, steps = 1) {
      const line = `${seconds().toFixed(0).padStart(4)} s, ${timeLeft(seconds(), done / expected, mostSeconds)}  ${what}`;
      done += steps;
      if (output.isTTY) output.write(`\r\x1b[K${line.slice(0, output.columns - 1)}`);
      else if (seconds() - lastLine >= secondsBetweenLines) {
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
