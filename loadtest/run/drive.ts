import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../../src/config.ts';
import { secondsOf, viewsOf } from '../lib/load.ts';
import { thresholdsFor } from '../thresholds.ts';
import { type Buckets, openBuckets } from './buckets.ts';
import { type ScenarioResult, wasStopped } from './findings.ts';
import { processorSeconds } from './machine.ts';
import type { PreparedRun } from './prepare.ts';
import { runK6 } from './run-k6.ts';
import { replaceByTurns, seedOriginals } from './seed.ts';
import { type Swept, sweep } from './sweep.ts';

export interface DrivenRun {
  readonly results: readonly ScenarioResult[];
  /** Scenarios that were left out, since one before them was stopped. */
  readonly leftOut: readonly string[];
  readonly swept: Swept | { readonly error: string };
}

/** Between two replacements of originals in `replaced`. */
const replacePauseMilliseconds = 50;

/** Seeds, loads scenario by scenario, and sweeps whatever came of it. */
export async function drive(run: PreparedRun): Promise<DrivenRun> {
  const { options, runId, scenarios, folder } = run;
  const buckets = openBuckets(options.target);
  const sweepAll = async () => {
    options.say('sweeping');
    const removed: string[] = [];
    try {
      return await sweep(buckets, runId, (object) => removed.push(object));
    } finally {
      writeFileSync(join(folder, 'swept.txt'), removed.map((object) => `${object}\n`).join(''));
    }
  };
  try {
    const results = await loadAll(run, buckets);
    const swept = await sweepAll().catch((error: unknown) => ({ error: String(error) }));
    return { results, swept, leftOut: scenarios.slice(results.length).map(({ plan }) => plan.scenario) };
  } catch (error) {
    // What was seeded goes in any case; the first error is the one to hear of.
    await sweepAll().catch((also: unknown) => options.say(String(also)));
    throw error;
  } finally {
    buckets.close();
  }
}

async function loadAll(
  { options, runId, corpus, scenarios, k6 }: PreparedRun,
  buckets: Buckets,
): Promise<ScenarioResult[]> {
  const seeds = scenarios.flatMap((one) => one.seeds);
  const replacements = scenarios.flatMap((one) => one.replacements);
  options.say(`seeding ${seeds.length} originals`);
  await seedOriginals(buckets, runId, { seeds, replacements }, corpus, options.interrupted);

  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const { plan, files } = scenario;
    options.interrupted?.throwIfAborted();
    options.say(`${plan.scenario}: ${viewsOf(plan.load)} views in ${secondsOf(plan.load)} s`);
    const replacing = replace(scenario, buckets, runId);
    const before = chainSeconds(options);
    const result = {
      plan,
      thresholds: thresholdsFor(plan, config),
      run: await runK6(k6, plan, files, options.interrupted),
    };
    const after = chainSeconds(options);
    const replaced = await replacing?.stop();
    if (replaced !== undefined) options.say(`  ${replaced} times an original was replaced`);
    results.push({
      ...result,
      seeds: scenario.seeds.length,
      ...(before !== undefined && after !== undefined && { chainProcessorSeconds: after - before }),
    });
    // Going on after an alarm would do harm, and after a k6 that broke it would tell nothing.
    if (wasStopped(result)) break;
  }
  return results;
}

function replace({ seeds, replacements }: PreparedRun['scenarios'][number], buckets: Buckets, runId: string) {
  return replacements.length > 0
    ? replaceByTurns(buckets, runId, [replacements, seeds], replacePauseMilliseconds)
    : undefined;
}

function chainSeconds({ chainPid }: PreparedRun['options']): number | undefined {
  return chainPid === undefined ? undefined : processorSeconds(chainPid);
}
