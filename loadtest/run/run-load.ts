import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../../src/config.ts';
import { secondsOf, viewsOf } from '../lib/load.ts';
import { keepRun } from '../report/baseline.ts';
import { type ScenarioResult, wasStopped } from '../report/findings.ts';
import { toHtml, toMarkdown } from '../report/page.ts';
import { type DrivenRun, makeReport, type Report } from '../report/report.ts';
import { dollars } from '../report/summary.ts';
import { thresholdsFor } from '../thresholds.ts';
import { type Buckets, openBuckets, seedOriginals, startReplacer } from './buckets.ts';
import { totalOf } from './cost.ts';
import { withProgress } from './k6-binary.ts';
import { processorSeconds } from './machine.ts';
import { type LoadOptions, type PreparedRun, prepare } from './prepare.ts';
import { runK6, scriptOf } from './run-k6.ts';
import { sweep } from './sweep.ts';

export interface FinishedRun {
  readonly report: Report;
  readonly folder: string;
}

/** A whole run: plan, guard, seed, load, sweep, report. */
export async function runLoad(options: LoadOptions): Promise<FinishedRun> {
  const { target, workload, keep, say } = options;
  const run = await prepareAndSay(options);
  const driven = await drive(run);
  const report = makeReport(run, driven);
  writeFileSync(join(run.folder, 'report.md'), toMarkdown(report));
  writeFileSync(join(run.folder, 'report.html'), toHtml(report));
  writeFileSync(join(run.folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  if (keep && report.verdict.exitCode === 0) {
    const name = { target: target.target, workload, machine: report.machine };
    say(`kept in ${keepRun(name, report.runId, report.latencies)}`);
  } else if (keep) say('not kept: only runs that pass are compared with');
  return { report, folder: run.folder };
}

/** Seeds the originals and prints the commands that run the scenarios by k6 alone. */
export async function seedOnly(options: LoadOptions): Promise<void> {
  const run = await prepareAndSay(options);
  const buckets = openBuckets(options.target);
  try {
    await seed(run, buckets);
  } finally {
    buckets.close();
  }
  for (const { plan, files } of run.scenarios) options.say(`${run.k6} run -e PLAN=${files.plan} ${scriptOf(plan)}`);
  options.say(`afterwards: make load-sweep TARGET=${options.target.target} RUN=${run.runId}`);
}

async function prepareAndSay(options: LoadOptions): Promise<PreparedRun> {
  const { target, workload, say } = options;
  const run = await prepare(options);
  const cost = dollars(totalOf(run.estimate));
  say(`run ${run.runId}, ${workload}, of ${target.target} (${target.imageUrl}); about ${cost} at the prices of AWS`);
  return run;
}

async function drive(run: PreparedRun): Promise<DrivenRun> {
  const { options, runId, scenarios, folder } = run;
  const buckets = openBuckets(options.target);
  const sweepAll = async () => {
    options.say('sweeping');
    const removed: string[] = [];
    const work = sweep(buckets, runId, (object) => removed.push(object));
    try {
      return await withProgress(options.say, () => `${removed.length} objects removed`, work);
    } finally {
      writeFileSync(join(folder, 'swept.txt'), removed.map((object) => `${object}\n`).join(''));
    }
  };
  try {
    const results = await loadAll(run, buckets);
    const swept = await sweepAll().catch((error: unknown) => ({ error: String(error) }));
    return { results, swept, leftOut: scenarios.slice(results.length).map(({ plan }) => plan.scenario) };
  } catch (error) {
    // What was seeded is swept in any case; the first error is the one that is thrown.
    await sweepAll().catch((also: unknown) => options.say(String(also)));
    throw error;
  } finally {
    buckets.close();
  }
}

async function seed({ options, runId, corpus, scenarios }: PreparedRun, buckets: Buckets): Promise<void> {
  const seeds = scenarios.flatMap((one) => one.seeds);
  const replacements = scenarios.flatMap((one) => one.replacements);
  options.say(`seeding ${seeds.length} originals`);
  const work = seedOriginals(buckets, runId, { seeds, replacements }, corpus, options.interrupted);
  await withProgress(options.say, () => 'seeding', work);
}

async function loadAll(run: PreparedRun, buckets: Buckets): Promise<ScenarioResult[]> {
  const { options, runId, scenarios, k6 } = run;
  const { say, interrupted, chainPid } = options;
  await seed(run, buckets);
  const chainSeconds = () => (chainPid === undefined ? undefined : processorSeconds(chainPid));
  const results: ScenarioResult[] = [];
  for (const { plan, files, seeds, replacements } of scenarios) {
    interrupted?.throwIfAborted();
    say(`${plan.scenario}: ${viewsOf(plan.load)} views in ${secondsOf(plan.load)} s`);
    const replacer = replacements.length > 0 ? await startReplacer(buckets, runId, replacements) : undefined;
    const before = chainSeconds();
    const k6Run = await runK6(k6, plan, files, { say, interrupted, replacer: replacer?.url }).finally(() =>
      replacer?.close(),
    );
    const after = chainSeconds();
    const result = {
      plan,
      thresholds: thresholdsFor(plan, config),
      run: k6Run,
      seeds: seeds.length,
      ...(before !== undefined && after !== undefined && { chainProcessorSeconds: after - before }),
    };
    results.push(result);
    if (wasStopped(result)) break;
  }
  return results;
}
