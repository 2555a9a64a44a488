import { defectCodes, defects, type Group, groups } from '../lib/defects.ts';
import { viewsOf } from '../lib/load.ts';
import type { Threshold } from '../thresholds.ts';
import { type Finding, type ScenarioResult, summaryOf } from './findings.ts';
import { milliseconds, percent } from './format.ts';
import { countOf, defectCount, emptySummary, isCrossed, percentiles, rateOf } from './summary.ts';

/** One row of the first table of the report. */
export interface Check {
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
  const { scenario, predictedHits, chain } = plan;
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
  const hits = ({ limit = 0 }: Threshold, verdict: Check['verdict']): Check => {
    const { of, passes } = rateOf(summary, 'edge_hit');
    const predicted = predictedHits === undefined ? '' : ` (${percent(predictedHits)} predicted)`;
    return {
      check: named('edge hit rate'),
      limit: `≥ ${percent(limit)}${predicted}`,
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
