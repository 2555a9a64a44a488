import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Report } from './report.ts';
import type { ScenarioReport } from './scenario-report.ts';

/** Numbers are compared with those of the same target, client machine and workload, and with no others. */
export interface BaselineName {
  readonly target: string;
  readonly machine: string;
  readonly workload: string;
}

/** One kept run: p95 in milliseconds by scenario and row. */
interface KeptRun {
  readonly runId: string;
  readonly p95: Readonly<Record<string, number>>;
}

export interface Baseline {
  /** The latest last. */
  readonly runs: readonly KeptRun[];
}

export interface ComparedRow {
  readonly scenario: string;
  readonly name: string;
  readonly before: number;
  readonly now: number;
  readonly isSlower: boolean;
}

export interface Comparison {
  /** Runs that were kept; none: nothing to compare with. */
  readonly kept: readonly string[];
  readonly rows: readonly ComparedRow[];
}

/** The median of so many is compared with: one run alone may have been a lucky one. */
const runsKept = 3;
/** Slower by more than a fifth, and by more than the noise of a clock. */
const slowerBy = { factor: 1.2, milliseconds: 10 } as const;
/** A p95 of fewer views is one of them. */
const leastSamples = 20;

const folder = resolve(import.meta.dirname, '../baselines');

function baselineFile({ target, machine, workload }: BaselineName): string {
  return join(folder, `${target}-${workload}-${machine}.json`);
}

export function readBaseline(name: BaselineName, file = baselineFile(name)): Baseline {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Baseline) : { runs: [] };
}

type Kept = Pick<Report, 'runId' | 'scenarios' | 'verdict'>;

/** Keeps a run, and gives the words for what became of it. Only what has passed is worth being compared with. */
export function keepReport(name: BaselineName, report: Kept, file = baselineFile(name)): string {
  if (report.verdict.exitCode !== 0) return 'not kept, since only a run that passed is worth being compared with';
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(keepRun(readBaseline(name, file), report), null, 2)}\n`);
  return `kept in ${file}`;
}

/** Adds a run and forgets the oldest. */
export function keepRun(baseline: Baseline, report: Omit<Kept, 'verdict'>): Baseline {
  const p95 = Object.fromEntries(
    report.scenarios.flatMap(({ name, rows }) =>
      rows.map((row) => [`${name}: ${row.name}`, Math.round(row.p95 * 10) / 10]),
    ),
  );
  return { runs: [...baseline.runs, { runId: report.runId, p95 }].slice(-runsKept) };
}

export function compare(scenarios: readonly ScenarioReport[], { runs }: Baseline): Comparison {
  const rows = scenarios.flatMap(({ name: scenario, rows: own }) =>
    own.flatMap(({ name, p95: now, count }): ComparedRow[] => {
      const before = median(runs.flatMap(({ p95 }) => p95[`${scenario}: ${name}`] ?? []));
      if (before === undefined) return [];
      const isSlower = now > before * slowerBy.factor && now > before + slowerBy.milliseconds && count >= leastSamples;
      return [{ scenario, name, before, now, isSlower }];
    }),
  );
  return { kept: runs.map(({ runId }) => runId), rows };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  const next = sorted[Math.ceil((sorted.length - 1) / 2)];
  return middle === undefined || next === undefined ? undefined : (middle + next) / 2;
}
