/** The p95s of runs that passed, to compare later runs with: of the same target, workload and client machine only. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { median } from 'simple-statistics';
import type { Latency } from './latency.ts';

export interface BaselineName {
  readonly target: string;
  readonly workload: string;
  readonly machine: string;
}

interface KeptRun {
  readonly runId: string;
  /** Milliseconds by scenario and row. */
  readonly p95: Readonly<Record<string, number>>;
}

export interface Baseline {
  /** The latest run last. */
  readonly runs: readonly KeptRun[];
}

/** Later runs are compared with the median of so many: one run may have been lucky. */
const runsKept = 3;
/** Slower is: by more than a fifth, and by more than the noise of a short measurement. */
const slowerBy = { factor: 1.2, milliseconds: 10 } as const;
/** The p95 of fewer views is the duration of one of them. */
const leastSamples = 20;

function baselineFile({ target, workload, machine }: BaselineName): string {
  const slug = machine.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return join(import.meta.dirname, '../baselines', `${target}-${workload}-${slug}.json`);
}

export function readBaseline(name: BaselineName, file = baselineFile(name)): Baseline {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Baseline) : { runs: [] };
}

const rowName = ({ scenario, name }: Latency) => `${scenario}: ${name}`;

/** Adds a run and drops the oldest. Returns the file. */
export function keepRun(
  name: BaselineName,
  runId: string,
  latencies: readonly Latency[],
  file = baselineFile(name),
): string {
  const p95 = Object.fromEntries(latencies.map((row) => [rowName(row), Math.round(row.p95 * 10) / 10]));
  const runs = [...readBaseline(name, file).runs, { runId, p95 }].slice(-runsKept);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ runs }, null, 2)}\n`);
  return file;
}

export interface ComparedLatency extends Latency {
  /** The median p95 of the kept runs; absent when they have no such row. */
  readonly before?: number;
  readonly isSlower: boolean;
}

export function compare(latencies: readonly Latency[], { runs }: Baseline): ComparedLatency[] {
  return latencies.map((row) => {
    const kept = runs.flatMap(({ p95 }) => p95[rowName(row)] ?? []);
    if (kept.length === 0) return { ...row, isSlower: false };
    const before = median(kept);
    const { p95: now, count } = row;
    const isSlower = now > before * slowerBy.factor && now > before + slowerBy.milliseconds && count >= leastSamples;
    return { ...row, before, isSlower };
  });
}
