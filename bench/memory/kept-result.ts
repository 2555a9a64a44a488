import { readFileSync } from 'node:fs';
import type { BenchResult } from './conclude.ts';

/** A result of an earlier run, of this machine or of another. */
export function readKeptResult(file: string): BenchResult {
  const result = parse(file);
  const { cases, extremes } = result?.measured ?? {};
  const isOfThisBench = Array.isArray(cases) && extremes?.every(({ peakRssBytes }) => Array.isArray(peakRssBytes));
  if (isOfThisBench && result?.assumed) return result as BenchResult;
  throw new Error(`${file} is no result: expected a result that this make bench has kept`);
}

function parse(file: string): Partial<BenchResult> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} is no result: expected a result that this make bench has kept`, { cause });
  }
}
