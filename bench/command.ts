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
