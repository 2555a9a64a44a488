import { type DefectCode, defectCodes, defects } from '../lib/defects.ts';
import type { ScenarioPlan } from '../lib/plan.ts';
import { phases, type Threshold } from '../thresholds.ts';
import type { K6Run } from './run-k6.ts';
import { countOf, percentiles, rateOf, type Summary } from './summary.ts';

/** `fail` and `void` fail the run; `warn` does not; `note` is there to be read. */
export type Level = 'fail' | 'void' | 'warn' | 'note';

export interface Finding {
  readonly level: Level;
  readonly scenario: string;
  /** One word to search for: the code of a defect, or what is slow. */
  readonly code: string;
  readonly says: string;
  /** What was seen, of the first ones. */
  readonly examples?: readonly string[];
}

export interface ScenarioResult {
  readonly plan: ScenarioPlan;
  readonly thresholds: readonly Threshold[];
  readonly run: K6Run;
  /** Objects that were seeded for it. */
  readonly seeds?: number;
  /** What a local chain has worked meanwhile. */
  readonly chainProcessorSeconds?: number;
}

/** k6's exit code when a signal ends it (its `errext/exitcodes`: ExternalAbort). */
const interrupted = 105;

const examplesShown = 3;

/** All that speaks against a scenario, by what k6 has counted. */
export function findingsOf(result: ScenarioResult): Finding[] {
  const { run, plan } = result;
  const { scenario } = plan;
  const say = (level: Level, code: string, says: string, examples: readonly string[] = []): Finding => ({
    level,
    scenario,
    code,
    says,
    ...(examples.length > 0 && { examples }),
  });
  const summary = summaryOf(result);
  if (run.exitCode === interrupted) return [say('fail', 'interrupted', 'somebody ended the run before its time')];
  if (!summary) return [say('fail', 'k6-broke', `k6 ended with exit code ${run.exitCode}`, [run.log])];
  const crossed = result.thresholds.filter((threshold) => !holds(summary, threshold));
  const examples = (code: string) => examplesOf(run.told, code).slice(0, examplesShown);
  const of = (is: Threshold['class']) => crossed.filter((threshold) => threshold.class === is);

  return [
    ...unjudged(summary, result).map((metric) =>
      say('fail', 'threshold-unjudged', `k6 did not judge ${metric}, so nothing is known of it`),
    ),
    ...errors(summary, examples).map(([says, seen]) => say('fail', 'iteration-error', says, seen)),
    ...defectCodes
      .filter((code) => countOf(summary, `defects{defect:${code}}`) > 0)
      .map((code) => say('fail', code, `${defects[code].says} (${countText(summary, code)})`, examples(code))),
    ...throttled(summary, plan, say),
    ...of('hits').map((threshold) => say('fail', 'hits-collapsed', hitsText(summary, plan, threshold))),
    ...unlikeImages(summary, plan).map((says) => say('fail', 'herd-differs', says)),
    // A run that was stopped has too few views for that reason alone.
    ...of('floor').map(({ says, expression, metric }) =>
      say(
        wasStopped(result) ? 'note' : 'fail',
        'too-few-views',
        `${says}: ${countOf(summary, metric)}, expected ${expression}`,
      ),
    ),
    ...of('void').map(({ says }) => say('void', 'load-not-kept', `${countOf(summary, 'dropped_iterations')} ${says}`)),
    ...unmeasured(summary, result).map((metric) =>
      say(
        wasStopped(result) ? 'note' : 'fail',
        'not-measured',
        `${metric} has no sample, so its threshold says nothing`,
      ),
    ),
    ...of('latency').map((threshold) =>
      say(plan.chain.isLoopback ? 'warn' : 'fail', codeOfSlow(threshold), slowText(summary, threshold)),
    ),
  ];
}

/** 0: all thresholds hold. 99: some were crossed. Anything else: k6 did not come to its end. */
export function summaryOf({ run }: ScenarioResult): Summary | undefined {
  return [0, 99].includes(run.exitCode) ? (run.summary as Summary | undefined) : undefined;
}

/** By an alarm, or because k6 broke. */
export function wasStopped(result: ScenarioResult): boolean {
  const summary = summaryOf(result);
  return !summary || result.thresholds.some((one) => one.class === 'alarm' && !holds(summary, one));
}

type Say = (level: Level, code: string, says: string) => Finding;

function holds({ metrics }: Summary, { metric, expression }: Threshold): boolean {
  return metrics[metric]?.thresholds?.[expression]?.ok !== false;
}

/** A threshold that k6 has dropped would pass for ever. */
function unjudged({ metrics }: Summary, { thresholds }: ScenarioResult): string[] {
  return thresholds
    .filter(({ metric, expression }) => metrics[metric]?.thresholds?.[expression] === undefined)
    .map(({ metric, expression }) => `${metric} ${expression}`);
}

/** As when replies come without `Server-Timing`. Counts and rates have the floors; times need a sample each. */
function unmeasured(summary: Summary, { thresholds }: ScenarioResult): string[] {
  return thresholds
    .filter(({ metric, class: is }) => is === 'latency' && percentiles(summary, metric) === undefined)
    .map(({ metric }) => metric);
}

/** Each iteration is counted, with or without an error; what is not was thrown where nobody caught it. */
function errors(summary: Summary, examples: (code: string) => string[]): [string, string[]][] {
  const { of, passes } = rateOf(summary, 'iteration_errors');
  const lost = countOf(summary, 'iterations') - of;
  return [
    ...(passes > 0
      ? [[`the script broke in ${passes} of ${of} views`, examples('iteration-error')] as [string, string[]]]
      : []),
    ...(lost > 0 ? [[`${lost} views broke before they were counted`, []] as [string, string[]]] : []),
  ];
}

function examplesOf(told: readonly unknown[], code: string): string[] {
  const lines = told as readonly { readonly code?: string; readonly seen?: string }[];
  return lines.filter((line) => line.code === code).map(({ seen }) => seen ?? '');
}

function countText(summary: Summary, code: DefectCode): string {
  return `${countOf(summary, `defects{defect:${code}}`)} of ${countOf(summary, 'chains')} views`;
}

function throttled(summary: Summary, { throttled: expected }: ScenarioPlan, say: Say): Finding[] {
  const count = countOf(summary, 'throttled');
  if (expected === 0) return [];
  const about = `the load is above the capacity of the API: about ${expected} answers of 429 were expected`;
  return count > 0
    ? [say('note', 'over-capacity', `${about}, ${count} came`)]
    : [say('fail', 'not-throttled', `${about}, and none came: the API lets more through than config.capacity says`)];
}

function hitsText(summary: Summary, { predictedHits }: ScenarioPlan, { says, expression }: Threshold): string {
  const { of, passes } = rateOf(summary, 'edge_hit');
  const least = Number(expression.replace(/^\D+/, ''));
  const predicted = predictedHits === undefined ? '' : `, ${percent(predictedHits)} predicted`;
  return `${says}: ${percent(of === 0 ? 0 : passes / of)} of ${of} views were hits, at least ${percent(least)} expected${predicted}`;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

/** Everybody in a herd gets the same bytes: the least and the greatest of their hashes are one. */
function unlikeImages({ metrics }: Summary, { load }: ScenarioPlan): string[] {
  if (load.kind !== 'herd') return [];
  return Array.from({ length: load.rounds }, (_, round) => round).flatMap((round) => {
    const { min, max } = metrics[`image_hash{round:${round}}`]?.values ?? {};
    return min === max ? [] : [`viewers of herd ${round + 1} got different bytes for one image`];
  });
}

function codeOfSlow({ metric }: Threshold): string {
  if (metric.includes('part:late')) return 'slower-late';
  return metric.includes('kind:warm') ? 'slow-warm' : 'slow-cold';
}

/** Where the time goes, as the Lambda says itself. */
function slowText(summary: Summary, { metric, expression, says }: Threshold): string {
  const seen = percentiles(summary, metric);
  const limit = Number(/[\d.]+$/.exec(expression)?.[0]);
  const about = `${says}: p95 ${ms(seen?.p95)}, expected at most ${ms(limit)}`;
  if (!metric.includes('cold') && !metric.startsWith('lambda')) return about;
  const parts = phases
    .filter((phase) => phase !== 'total' && phase !== 'init')
    .map((phase) => ({ phase, p95: percentiles(summary, `phase_ms{phase:${phase}}`)?.p95 ?? 0 }))
    .sort((a, b) => b.p95 - a.p95);
  const [longest] = parts;
  return longest ? `${about}; the longest part is ${longest.phase} with ${ms(longest.p95)}` : about;
}

function ms(value: number | undefined): string {
  return value === undefined ? 'unknown' : `${Math.round(value)} ms`;
}
