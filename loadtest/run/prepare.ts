import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Capacity } from '../../src/config.ts';
import type { ScenarioName } from '../scenario-table.ts';
import type { WorkloadName } from '../workloads.ts';
import { type CorpusImage, readCorpus } from './corpus.ts';
import { addUsages, type CostLine, costOf, estimateUsage, totalOf } from './cost.ts';
import type { Demand } from './demand.ts';
import { refusals } from './guard.ts';
import { findK6 } from './k6-binary.ts';
import { lambdaMemory } from './lambda-memory.ts';
import { makePlan, type PlannedScenario } from './make-plan.ts';
import { newRunId } from './run-id.ts';
import { inspect, type ScenarioFiles, writePlan } from './run-k6.ts';
import { capacityOf, isLocal, type Target } from './target.ts';

export interface LoadOptions {
  readonly target: Target;
  /** What the API lets through. Default: what the config says of the target's stage. */
  readonly capacity?: Capacity | undefined;
  readonly scenarios: readonly ScenarioName[];
  readonly workload: WorkloadName;
  /** Images that originals are copied from. */
  readonly corpusFolder: string;
  /** Where the folder of the run goes. */
  readonly outputFolder: string;
  /** The host, written out by whoever loads a chain on AWS. */
  readonly confirmed?: string | undefined;
  /** The process of a local chain, whose processor time is told. */
  readonly chainPid?: number | undefined;
  /** Keep the numbers of this run, to compare later ones with. */
  readonly keep?: boolean | undefined;
  /** Aborted when somebody ends the run: nothing more is sent, and what was seeded is swept. */
  readonly interrupted?: AbortSignal | undefined;
  /** Of the draws. */
  readonly seed?: number | undefined;
  readonly say: (line: string) => void;
}

/** A run that was planned, inspected and let through; nothing has been sent yet. */
export interface PreparedRun {
  readonly options: LoadOptions;
  readonly runId: string;
  readonly started: Date;
  readonly folder: string;
  readonly k6: string;
  readonly corpus: readonly CorpusImage[];
  readonly scenarios: readonly (PlannedScenario & { readonly files: ScenarioFiles; readonly demand: Demand })[];
  readonly estimate: readonly CostLine[];
}

/** A run that must not start: nothing was sent. */
export class RefusedRun extends Error {
  override readonly name = 'RefusedRun';
}

/** The draws of every run are the same unless another seed is asked for, so that two runs can be compared. */
const usualSeed = 1;

export async function prepare(options: LoadOptions): Promise<PreparedRun> {
  const { target, workload, say } = options;
  const started = new Date();
  const runId = newRunId(started);
  const folder = join(options.outputFolder, runId);
  mkdirSync(folder, { recursive: true });

  const k6 = await findK6(say);
  const corpus = await readCorpus(options.corpusFolder);
  const facts = { imageUrl: target.imageUrl, apiUrl: target.apiUrl, isLoopback: isLocal(target) };
  const scenarios = [];
  for (const scenario of options.scenarios) {
    const capacity = options.capacity ?? capacityOf(target);
    const planned = makePlan({
      ...facts,
      runId,
      scenario,
      workload,
      capacity,
      seed: options.seed ?? usualSeed,
      corpus,
    });
    const files = writePlan(folder, planned.plan);
    scenarios.push({ ...planned, files, demand: await inspect(k6, planned.plan, files) });
  }

  const usages = scenarios.map(({ plan, seeds }) => estimateUsage(plan, seeds.length));
  const estimate = costOf(addUsages(usages), lambdaMemory());
  const demands = scenarios.map(({ demand }) => demand);
  const plans = scenarios.map(({ plan }) => plan);
  const refused = refusals({ target, confirmed: options.confirmed, demands, plans, dollars: totalOf(estimate) });
  if (refused.length > 0) throw new RefusedRun(refused.join('\n'));
  return { options, runId, started, folder, k6, corpus, scenarios, estimate };
}
