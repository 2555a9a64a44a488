import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Capacity, config } from '../../src/config.ts';
import { isLocal, type Target } from '../../src/target.ts';
import type { ScenarioName } from '../scenario-table.ts';
import type { WorkloadName } from '../workloads.ts';
import { type CorpusImage, readCorpus } from './corpus.ts';
import { addUsages, type CostLine, costOf, estimateUsage, lambdaMemory, totalOf } from './cost.ts';
import { refusals } from './guard.ts';
import { findK6 } from './k6-binary.ts';
import { makePlan, newRunId, type PlannedScenario } from './make-plan.ts';
import { inspect, type ScenarioFiles, writePlan } from './run-k6.ts';

export interface LoadOptions {
  readonly target: Target;
  /** What the API allows. Default: the capacity of the target's stage in the config. */
  readonly capacity?: Capacity | undefined;
  readonly scenarios: readonly ScenarioName[];
  readonly workload: WorkloadName;
  /** Images that originals are copied from. */
  readonly corpusFolder: string;
  /** Each run makes a folder in it. */
  readonly outputFolder: string;
  /** CONFIRM_TARGET. */
  readonly confirmed?: string | undefined;
  /** The process of a local chain, whose CPU time the report names. */
  readonly chainPid?: number | undefined;
  /** Keeps the latencies of this run in the baseline. */
  readonly keep?: boolean | undefined;
  /** Ends the run early: what was seeded is still swept. */
  readonly interrupted?: AbortSignal | undefined;
  /** Of the draws. The default makes runs comparable. */
  readonly seed?: number | undefined;
  readonly say: (line: string) => void;
}

/** A run that may start. Nothing has been sent yet. */
export interface PreparedRun {
  readonly options: LoadOptions;
  readonly runId: string;
  readonly started: Date;
  readonly folder: string;
  readonly k6: string;
  readonly corpus: readonly CorpusImage[];
  readonly scenarios: readonly (PlannedScenario & { readonly files: ScenarioFiles })[];
  readonly estimate: readonly CostLine[];
}

export class RefusedRun extends Error {
  override readonly name = 'RefusedRun';
}

const usualSeed = 1;

/** Plans a run, lets k6 read its scripts, and throws a RefusedRun when it must not start. */
export async function prepare(options: LoadOptions): Promise<PreparedRun> {
  const { target, workload, confirmed, say } = options;
  const started = new Date();
  const runId = newRunId(started);
  const folder = join(options.outputFolder, runId);
  mkdirSync(folder, { recursive: true });

  const k6 = await findK6(say);
  const corpus = await readCorpus(options.corpusFolder);
  const capacity = options.capacity ?? capacityOf(target);
  const scenarios = [];
  for (const scenario of options.scenarios) {
    const planned = makePlan({
      runId,
      scenario,
      workload,
      capacity,
      corpus,
      imageUrl: target.imageUrl,
      apiUrl: target.apiUrl,
      isLoopback: isLocal(target),
      seed: options.seed ?? usualSeed,
    });
    const files = writePlan(folder, planned.plan);
    await inspect(k6, planned.plan, files);
    scenarios.push({ ...planned, files });
  }

  const usages = scenarios.map(({ plan, seeds }) => estimateUsage(plan, seeds.length));
  const estimate = costOf(addUsages(usages), lambdaMemory());
  const plans = scenarios.map(({ plan }) => plan);
  const refused = refusals({ target, confirmed, plans, dollars: totalOf(estimate) });
  if (refused.length > 0) throw new RefusedRun(refused.join('\n'));
  return { options, runId, started, folder, k6, corpus, scenarios, estimate };
}

/** A stage without a capacity of its own gets that of staging. */
function capacityOf({ stage }: Target): Capacity {
  return stage === 'prod' ? config.capacity.prod : config.capacity.staging;
}
