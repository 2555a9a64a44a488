import { pricesDated } from '../../infra/prices.ts';
import { isLocal } from '../../src/target.ts';
import { defectCodes, defects, type Group, groups } from '../lib/defects.ts';
import { viewsOf } from '../lib/load.ts';
import { addUsages, type CostLine, costOf, lambdaMemory } from '../run/cost.ts';
import { machineName } from '../run/machine.ts';
import type { LoadOptions } from '../run/prepare.ts';
import type { Swept } from '../run/sweep.ts';
import type { Threshold } from '../thresholds.ts';
import { type ComparedLatency, compare, readBaseline } from './baseline.ts';
import {
  byWeight,
  type Finding,
  findingsOf,
  type ScenarioResult,
  summaryOf,
  type Verdict,
  verdictOf,
} from './findings.ts';
import { latenciesOf } from './latency.ts';
import {
  countOf,
  defectCount,
  emptySummary,
  isCrossed,
  milliseconds,
  percent,
  percentiles,
  rateOf,
  usageOf,
} from './summary.ts';

/** What took place after the run was prepared. */
export interface DrivenRun {
  readonly results: readonly ScenarioResult[];
  /** Scenarios that did not run, since one before them was stopped. */
  readonly leftOut: readonly string[];
  readonly swept: Swept | { readonly error: string };
}

/** Everything that the pages show, and the content of report.json. */
export interface Report {
  readonly runId: string;
  readonly started: string;
  readonly target: string;
  readonly host: string;
  readonly machine: string;
  readonly workload: string;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly latencies: readonly ComparedLatency[];
  /** Runs that the latencies are compared with. */
  readonly baseline: readonly string[];
  readonly scenarios: readonly { readonly name: string; readonly planned: number; readonly views: number }[];
  readonly notes: readonly string[];
  readonly cost: {
    readonly dated: string;
    readonly lines: readonly { readonly what: string; readonly estimated: number; readonly actual: number }[];
  };
  readonly swept: DrivenRun['swept'];
}

export interface ReportedRun {
  readonly options: Pick<LoadOptions, 'target' | 'workload'>;
  readonly runId: string;
  readonly started: Date;
  readonly estimate: readonly CostLine[];
}

export function makeReport({ options, runId, started, estimate }: ReportedRun, driven: DrivenRun): Report {
  const { target, workload } = options;
  const { results, swept } = driven;
  const machine = machineName();
  const baseline = readBaseline({ target: target.target, workload, machine });
  const latencies = compare(results.flatMap(latenciesOf), baseline);
  const findings = byWeight([
    ...results.flatMap(findingsOf),
    ...slower(latencies, isLocal(target)),
    ...unfinished(driven),
  ]);
  const checks = checksOf(results, findings);
  const scenarios = results.map((result) => ({
    name: result.plan.scenario,
    planned: viewsOf(result.plan.load),
    views: countOf(summaryOf(result) ?? emptySummary, 'iterations'),
  }));
  const views = scenarios.reduce((sum, one) => sum + one.views, 0).toLocaleString('en-US');
  return {
    runId,
    started: started.toISOString(),
    target: target.target,
    host: new URL(target.imageUrl).host,
    machine,
    workload,
    verdict: verdictOf(findings, `all ${checks.length} checks hold in ${views} views`),
    checks,
    findings,
    latencies,
    baseline: baseline.runs.map((run) => run.runId),
    scenarios,
    notes: results.flatMap(notesOf),
    cost: { dated: pricesDated, lines: costLines(estimate, results) },
    swept,
  };
}

function costLines(estimate: readonly CostLine[], results: readonly ScenarioResult[]): Report['cost']['lines'] {
  const usages = results.map((result) => usageOf(summaryOf(result) ?? emptySummary, result.seeds ?? 0));
  const actual = costOf(addUsages(usages), lambdaMemory());
  return estimate.map(({ what, dollars }, at) => ({ what, estimated: dollars, actual: actual[at]?.dollars ?? 0 }));
}

/** On this machine other programs run, too, so that slower is no failure. */
function slower(latencies: readonly ComparedLatency[], isLoopback: boolean): Finding[] {
  return latencies
    .filter((row) => row.isSlower)
    .map(({ scenario, name, p95, before }) => ({
      level: isLoopback ? 'warn' : 'fail',
      scenario,
      code: 'slower-than-baseline',
      says: `${name}: p95 ${milliseconds(p95)}, baseline ${milliseconds(before)}`,
    }));
}

function unfinished({ swept, leftOut }: DrivenRun): Finding[] {
  return [
    ...('error' in swept ? [{ level: 'fail' as const, scenario: 'sweep', code: 'sweep-left', says: swept.error }] : []),
    ...leftOut.map((scenario) => ({
      level: 'note' as const,
      scenario,
      code: 'left-out',
      says: 'did not run, since the scenario before it was stopped',
    })),
  ];
}

function notesOf(result: ScenarioResult): string[] {
  const { plan, run, chainProcessorSeconds } = result;
  const summary = summaryOf(result) ?? emptySummary;
  const { scenario, load } = plan;
  const init = rateOf(summary, 'lambda_init');
  const count = (metric: string) => countOf(summary, metric);
  const prewarmed = run.messages.flatMap(({ prewarm }) => prewarm ?? []);
  const worked = [
    ...(run.processorSeconds === undefined ? [] : [`k6 used ${run.processorSeconds.toFixed(1)} s of CPU`]),
    ...(chainProcessorSeconds === undefined ? [] : [`the local chain ${chainProcessorSeconds.toFixed(1)} s`]),
  ];
  return [
    ...prewarmed.map(({ images, hits }) => `pre-warmed ${images} images; hits of each pass: ${hits.join(', ')}`),
    ...(init.of > 0 && scenario !== 'warm-hit'
      ? [`${init.passes} of ${init.of} calls started a Lambda environment`]
      : []),
    ...(load.kind === 'herd'
      ? [
          `${load.rounds} herds of ${load.viewers} viewers: ${count('generated')} derivatives generated, ${count('raced')} answers with one that existed`,
        ]
      : []),
    ...(scenario === 'replaced' ? [`${count('renewed')} replaced originals whose new image was seen`] : []),
    `${run.seconds.toFixed(1)} s with the start of k6${worked.length > 0 ? `; ${worked.join(', ')}` : ''}`,
  ].map((note) => `${scenario}: ${note}`);
}

/** One row of the first table of the report. */
interface Check {
  readonly check: string;
  readonly limit: string;
  readonly measured: string;
  /** `STOPPED`: an earlier failure left nothing to judge. */
  readonly verdict: 'PASS' | 'WARN' | 'INVALID' | 'FAIL' | 'STOPPED';
}

/** Returns the checks that hold for all scenarios, then those of each one. */
export function checksOf(results: readonly ScenarioResult[], findings: readonly Finding[]): Check[] {
  const names = Object.keys(groups) as Group[];
  return [
    ...names.map((group) => groupCheck(group, results)),
    droppedCheck(results),
    ...results.flatMap((result) => scenarioChecks(result, findings)),
  ];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

function groupCheck(group: Group, results: readonly ScenarioResult[]): Check {
  const codes = defectCodes.filter((code) => defects[code].group === group);
  const counts = results.map((result) => {
    const summary = summaryOf(result) ?? emptySummary;
    const all = codes.map((code) => defectCount(summary, code));
    return { of: Math.max(0, ...all.map(({ of }) => of)), fails: sum(all.map(({ fails }) => fails)) };
  });
  const of = sum(counts.map((one) => one.of));
  const fails = sum(counts.map((one) => one.fails));
  return {
    check: groups[group].check,
    limit: '0',
    measured: `${fails} in ${of.toLocaleString('en-US')} views`,
    verdict: fails > 0 ? 'FAIL' : of === 0 ? 'STOPPED' : 'PASS',
  };
}

function droppedCheck(results: readonly ScenarioResult[]): Check {
  const dropped = sum(results.map((result) => countOf(summaryOf(result) ?? emptySummary, 'dropped_iterations')));
  return { check: 'dropped views', limit: '0', measured: String(dropped), verdict: dropped > 0 ? 'INVALID' : 'PASS' };
}

function scenarioChecks(result: ScenarioResult, findings: readonly Finding[]): Check[] {
  const { plan, thresholds } = result;
  const { scenario, chain } = plan;
  const summary = summaryOf(result) ?? emptySummary;
  const named = (check: string) => `${scenario}: ${check}`;
  const isFound = (code: string, level: Finding['level'] = 'fail') =>
    findings.some((one) => one.scenario === scenario && one.code === code && one.level === level);

  const planned = viewsOf(plan.load);
  const took = countOf(summary, 'iterations');
  const views: Check = {
    check: named('views'),
    limit: `${planned} planned`,
    measured: String(took),
    verdict: isFound('too-few-views') ? 'FAIL' : isFound('too-few-views', 'note') || took === 0 ? 'STOPPED' : 'PASS',
  };
  const hits = ({ metric, limit = 0, predicted }: Threshold, verdict: Check['verdict']): Check => {
    const { of, passes } = rateOf(summary, metric);
    return {
      check: named(metric.replace('edge_hit', 'edge hit rate')),
      limit: `≥ ${percent(limit)}${predicted === undefined ? '' : ` (${percent(predicted)} predicted)`}`,
      measured: of === 0 ? 'none' : percent(passes / of),
      verdict: of === 0 ? 'STOPPED' : verdict,
    };
  };
  const latency = ({ metric, says, limit }: Threshold, verdict: Check['verdict']): Check => {
    const seen = percentiles(summary, metric);
    return {
      check: named(`p95 of ${says}`),
      limit: `≤ ${milliseconds(limit)}`,
      measured: milliseconds(seen?.p95),
      verdict: seen ? verdict : isFound('not-measured') ? 'FAIL' : 'STOPPED',
    };
  };
  return [
    views,
    ...thresholds.flatMap((one) => {
      const crossed = isCrossed(summary, one) !== false;
      if (one.class === 'hits') return [hits(one, crossed ? 'FAIL' : 'PASS')];
      return one.class === 'latency' ? [latency(one, !crossed ? 'PASS' : chain.isLoopback ? 'WARN' : 'FAIL')] : [];
    }),
  ];
}
