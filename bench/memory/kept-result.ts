import { readFileSync } from 'node:fs';
import type { BenchResult } from './conclude.ts';

/** A result of an earlier run, of this machine or of another. */
export function readKeptResult(file: string): BenchResult {
  const result = parse(file);
  const { cases, extremes } = result?.measured ?? {};
  const isOfThisBench = Array.isArray(cases) && extremes?.every(({ peakRssBytes }) => Array.isArray(peakRssBytes));
  if (isOfThisBench && result?.assumed) return result as BenchResult;
  throw refusal(file);
}

function parse(file: string): Partial<BenchResult> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw refusal(file, cause);
  }
}

function refusal(file: string, cause?: unknown): Error {
  return new Error(`${file} is no result: expected a result that this make bench has kept`, { cause });
}
