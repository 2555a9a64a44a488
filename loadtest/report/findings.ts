import { type DefectCode, defectCodes, defects } from '../lib/defects.ts';
import type { ScenarioPlan } from '../lib/plan.ts';
import type { K6Run } from '../run/run-k6.ts';
import { phases, type Threshold } from '../thresholds.ts';
import {
  countOf,
  defectCount,
  isCrossed,
  milliseconds,
  percent,
  percentiles,
  rateOf,
  type Summary,
} from './summary.ts';

/** `fail` and `invalid` fail the run, `warn` and `note` do not. Worst first. */
export const levels = ['fail', 'invalid', 'warn', 'note'] as const;
export type Level = (typeof levels)[number];

export interface Finding {
  readonly level: Level;
  readonly scenario: string;
  /** The code of a defect, or of what else is wrong. */
  readonly code: string;
  readonly says: string;
  /** The first views in which it was seen. */
  readonly examples?: readonly string[];
}

export interface ScenarioResult {
  readonly plan: ScenarioPlan;
  readonly thresholds: readonly Threshold[];
  readonly run: K6Run;
  /** Objects that were seeded. */
  readonly seeds?: number;
  /** CPU time of the local chain meanwhile. */
  readonly chainProcessorSeconds?: number;
}

/** Exit codes of k6 (its `errext/exitcodes`): ThresholdsHaveFailed, ExternalAbort. */
const exitCodes = { ok: 0, thresholds: 99, interrupted: 105 } as const;

const examplesShown = 3;

/** Returns the summary, unless k6 failed. */
export function summaryOf({ run }: ScenarioResult): Summary | undefined {
  return run.exitCode === exitCodes.ok || run.exitCode === exitCodes.thresholds ? run.summary : undefined;
}

/** Whether a threshold stopped the scenario, or k6 failed. */
export function wasStopped(result: ScenarioResult): boolean {
  const summary = summaryOf(result);
  return !summary || result.thresholds.some((one) => one.class === 'stop' && isCrossed(summary, one));
}

/** Returns everything that is wrong with a scenario, by what k6 has counted. */
export function findingsOf(result: ScenarioResult): Finding[] {
  const { run, plan, thresholds } = result;
  const find = (level: Level, code: string, says: string, examples: readonly string[] = []): Finding => ({
    level,
    scenario: plan.scenario,
    code,
    says,
    ...(examples.length > 0 && { examples }),
  });
  if (run.exitCode === exitCodes.interrupted) return [find('fail', 'interrupted', 'the run was interrupted')];
  const summary = summaryOf(result);
  if (!summary) return [find('fail', 'k6-failed', `k6 ended with exit code ${run.exitCode}`, run.log)];

  const examples = (code: string) =>
    run.messages.flatMap((one) => (one.code === code ? [one.seen ?? ''] : [])).slice(0, examplesShown);
  const crossed = (is: Threshold['class']) => thresholds.filter((one) => one.class === is && isCrossed(summary, one));
  // A run that was stopped has few views for that reason.
  const unlessStopped = wasStopped(result) ? 'note' : 'fail';
  return [
    ...thresholds
      .filter((one) => isCrossed(summary, one) === undefined)
      .map(({ metric, expression }) => find('fail', 'not-judged', `k6 did not judge ${metric} ${expression}`)),
    ...defectCodes
      .filter((code) => defectCount(summary, code).fails > 0)
      .map((code) => find('fail', code, `${defects[code].says} (${countText(summary, code)})`, examples(code))),
    ...lostViews(summary).map((says) => find('fail', 'script-error', says)),
    ...throttling(summary, plan).map(([level, code, says]) => find(level, code, says)),
    ...crossed('hits').map((one) => find('fail', one.code, hitsText(summary, one))),
    ...differingHerds(summary, plan).map((says) => find('fail', 'herd-differs', says)),
    ...crossed('views').map(({ code, says, metric, expression }) =>
      find(unlessStopped, code, `${says}: ${countOf(summary, metric)}, expected ${expression}`),
    ),
    ...crossed('dropped').map(({ code, says }) =>
      find('invalid', code, `${countOf(summary, 'dropped_iterations')} ${says}`),
    ),
    // Such as when answers have no Server-Timing. Thresholds of counts and rates have their floors.
    ...thresholds
      .filter((one) => one.class === 'latency' && !percentiles(summary, one.metric))
      .map(({ metric }) => find(unlessStopped, 'not-measured', `${metric} has no sample, so its limit says nothing`)),
    ...crossed('latency').map((one) => find(plan.chain.isLoopback ? 'warn' : 'fail', one.code, slowText(summary, one))),
  ];
}

function countText(summary: Summary, code: DefectCode): string {
  const { of, fails } = defectCount(summary, code);
  return `${fails} of ${of} views`;
}

/** Every iteration ends in a check, unless it threw where nothing catches. */
function lostViews(summary: Summary): string[] {
  const lost = countOf(summary, 'iterations') - defectCount(summary, 'script-error').of;
  return lost > 0 ? [`${lost} views ended before they were checked`] : [];
}

function throttling(summary: Summary, { throttled: expected }: ScenarioPlan): [Level, string, string][] {
  if (expected === 0) return [];
  const count = countOf(summary, 'throttled');
  const about = `the load exceeds the capacity of the API: about ${expected} answers of 429 were expected`;
  return count > 0
    ? [['note', 'over-capacity', `${about}, ${count} came`]]
    : [['fail', 'not-throttled', `${about}, none came: the API allows more than config.capacity says`]];
}

function hitsText(summary: Summary, { metric, says, limit = 0, predicted }: Threshold): string {
  const { of, passes } = rateOf(summary, metric);
  const rate = percent(of === 0 ? 0 : passes / of);
  const also = predicted === undefined ? '' : `, ${percent(predicted)} predicted`;
  return `${says} (${metric}): ${rate} of ${of} views were hits, expected at least ${percent(limit)}${also}`;
}

function differingHerds({ metrics }: Summary, { load }: ScenarioPlan): string[] {
  const rounds = load.kind === 'herd' ? load.rounds : 0;
  return Array.from({ length: rounds }, (_, round) => round).flatMap((round) => {
    const { min, max } = metrics[`image_hash{round:${round}}`] ?? {};
    return min === max ? [] : [`viewers of herd ${round + 1} got different bytes of one image`];
  });
}

function slowText(summary: Summary, { metric, says, limit, code }: Threshold): string {
  const p95 = percentiles(summary, metric)?.p95;
  const about = `${says}: p95 ${milliseconds(p95)}, expected at most ${milliseconds(limit)}`;
  if (code !== 'slow-cold') return about;
  const [longest] = phases
    .filter((phase) => phase !== 'total' && phase !== 'init')
    .map((phase) => ({ phase, p95: percentiles(summary, `phase_ms{phase:${phase}}`)?.p95 ?? 0 }))
    .sort((a, b) => b.p95 - a.p95);
  return longest ? `${about}; its longest phase is ${longest.phase} with ${milliseconds(longest.p95)}` : about;
}

/** Worst first; of the same level, causes before their effects. */
export function byWeight(findings: readonly Finding[]): Finding[] {
  const codes: readonly string[] = defectCodes;
  const rank = ({ code }: Finding) => (codes.includes(code) ? codes.indexOf(code) : codes.length);
  return [...findings].sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || rank(a) - rank(b));
}

export interface Verdict {
  readonly word: 'PASS' | 'WARN' | 'INVALID' | 'FAIL';
  readonly line: string;
  readonly exitCode: 0 | 1;
}

const words = { fail: 'FAIL', invalid: 'INVALID', warn: 'WARN', note: 'PASS' } as const;

/** Returns the verdict in one line. `passed` is its text when there is nothing but notes. */
export function verdictOf(findings: readonly Finding[], passed: string): Verdict {
  const [worst, ...others] = byWeight(findings.filter(({ level }) => level !== 'note'));
  if (!worst) return { word: 'PASS', line: `PASS: ${passed}`, exitCode: 0 };
  const word = words[worst.level];
  const more = others.filter(({ level, code }) => level === worst.level && code !== worst.code);
  const also = more.length === 0 ? '' : `; also ${[...new Set(more.map(({ code }) => code))].join(', ')}`;
  const line = `${word}: ${worst.code} in ${worst.scenario}: ${worst.says}${also}`;
  return { word, line, exitCode: word === 'WARN' ? 0 : 1 };
}
