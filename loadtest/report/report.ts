import { pricesDated } from '../../infra/prices.ts';
import { addUsages, type CostLine, costOf } from '../run/cost.ts';
import type { DrivenRun } from '../run/drive.ts';
import { type Finding, findingsOf, summaryOf } from '../run/findings.ts';
import { lambdaMemory } from '../run/lambda-memory.ts';
import { thisMachine } from '../run/machine.ts';
import type { PreparedRun } from '../run/prepare.ts';
import { usageIn } from '../run/summary.ts';
import { hostOf, isLocal } from '../run/target.ts';
import { byWeight, judge, type Verdict } from '../run/verdict.ts';
import { type Comparison, compare, readBaseline } from './baseline.ts';
import { passedText } from './passed-text.ts';
import { type ScenarioReport, scenarioReport } from './scenario-report.ts';

/** All that is told of a run. The two pages are made of this alone. */
export interface Report {
  readonly runId: string;
  readonly started: string;
  readonly target: string;
  readonly host: string;
  readonly machine: string;
  readonly workload: string;
  readonly verdict: Verdict;
  /** The worst first. */
  readonly findings: readonly Finding[];
  readonly scenarios: readonly ScenarioReport[];
  readonly cost: {
    readonly dated: string;
    readonly lines: readonly { readonly what: string; readonly estimated: number; readonly actual: number }[];
  };
  readonly swept: DrivenRun['swept'];
  readonly comparison: Comparison;
}

export function makeReport(run: PreparedRun, driven: DrivenRun): Report {
  const { options, runId, started, estimate } = run;
  const { target, workload } = options;
  const scenarios = driven.results.map(scenarioReport);
  const machine = thisMachine();
  const baseline = readBaseline({ target: target.target, machine: machine.id, workload });
  const comparison = compare(scenarios, baseline);
  const findings = byWeight([
    ...driven.results.flatMap(findingsOf),
    ...slower(comparison, isLocal(target)),
    ...leftOver(driven),
  ]);
  return {
    runId,
    started: started.toISOString(),
    target: target.target,
    host: hostOf(target),
    machine: machine.name,
    workload,
    verdict: judge(findings, passedText(scenarios)),
    findings,
    scenarios,
    cost: { dated: pricesDated, lines: costLines(estimate, actualCost(driven)) },
    swept: driven.swept,
    comparison,
  };
}

function actualCost({ results }: DrivenRun): CostLine[] {
  const usages = results.map((result) => usageIn(summaryOf(result) ?? { metrics: {} }, result.seeds ?? 0));
  return costOf(addUsages(usages), lambdaMemory());
}

function costLines(estimate: readonly CostLine[], actual: readonly CostLine[]): Report['cost']['lines'] {
  return estimate.map(({ what, dollars }, at) => ({ what, estimated: dollars, actual: actual[at]?.dollars ?? 0 }));
}

/** On this machine, which is shared, slowness is no proof. */
function slower({ rows }: Comparison, isLoopback: boolean): Finding[] {
  return rows
    .filter((row) => row.isSlower)
    .map(({ scenario, name, before, now }) => ({
      level: isLoopback ? 'warn' : 'fail',
      scenario,
      code: 'slower-than-baseline',
      says: `${name}: p95 ${Math.round(now)} ms, kept was ${Math.round(before)} ms`,
    }));
}

function leftOver({ swept, leftOut }: DrivenRun): Finding[] {
  return [
    ...('error' in swept ? [{ level: 'fail' as const, scenario: 'sweep', code: 'sweep-left', says: swept.error }] : []),
    ...leftOut.map((scenario) => ({
      level: 'note' as const,
      scenario,
      code: 'left-out',
      says: 'was not run, since the scenario before it was stopped',
    })),
  ];
}
