import { prices } from '../../infra/prices.ts';
import { config } from '../../src/config.ts';
import { viewsOf } from '../lib/load.ts';
import type { ScenarioPlan } from '../lib/plan.ts';

/** What a run has AWS do, in the units of the bill. */
export interface Usage {
  readonly edgeRequests: number;
  /** Of them: those that asked S3. */
  readonly edgeMisses: number;
  readonly edgeBytes: number;
  readonly apiCalls: number;
  readonly apiBytes: number;
  readonly lambdaSeconds: number;
  readonly made: number;
  /** Originals that were put or copied, and lists of the sweep. */
  readonly seeds: number;
}

export interface CostLine {
  readonly what: string;
  readonly dollars: number;
}

const gigabyte = 1e9;
/** Lists of the sweep for each preset, in each of its rounds. */
const sweepLists = 100;

/** Without logs, metrics and free tiers; as if on AWS, also for a run on this machine. */
export function costOf(usage: Usage, memoryMegabytes: number): CostLine[] {
  const { cloudFront, s3, httpApi, lambda, dataTransfer } = prices;
  const lambdaSecond = (memoryMegabytes / 1024) * lambda.gigabyteSecond.x64;
  // The Lambda asks for the derivative and for the original, then puts.
  const gets = usage.edgeMisses + 2 * usage.apiCalls;
  return [
    { what: 'CloudFront, requests', dollars: usage.edgeRequests * cloudFront.httpsRequest },
    {
      what: 'CloudFront, function',
      dollars: config.countEdgeRedirects ? usage.edgeRequests * cloudFront.functionCall : 0,
    },
    { what: 'CloudFront, transfer', dollars: (usage.edgeBytes / gigabyte) * cloudFront.gigabyteOut },
    { what: 'S3, reading', dollars: gets * s3.get },
    { what: 'S3, writing and listing', dollars: (usage.made + usage.seeds + sweepLists) * s3.put },
    { what: 'API, calls', dollars: usage.apiCalls * httpApi.request },
    { what: 'API, transfer', dollars: (usage.apiBytes / gigabyte) * dataTransfer.gigabyteOut },
    { what: 'Lambda', dollars: usage.apiCalls * lambda.request + usage.lambdaSeconds * lambdaSecond },
  ];
}

export function totalOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}

export function addUsages(usages: readonly Usage[]): Usage {
  const sum = (of: (usage: Usage) => number) => usages.reduce((total, usage) => total + of(usage), 0);
  return {
    edgeRequests: sum((usage) => usage.edgeRequests),
    edgeMisses: sum((usage) => usage.edgeMisses),
    edgeBytes: sum((usage) => usage.edgeBytes),
    apiCalls: sum((usage) => usage.apiCalls),
    apiBytes: sum((usage) => usage.apiBytes),
    lambdaSeconds: sum((usage) => usage.lambdaSeconds),
    made: sum((usage) => usage.made),
    seeds: sum((usage) => usage.seeds),
  };
}

/** A derivative, and the time of one call, generously: the estimate is there to be stayed under. */
const derivativeBytes = 100_000;
const coldSeconds = config.objectives.cold.p95Milliseconds / 1000 / 2;

/** Beforehand, from the plan. */
export function estimateUsage({ scenario, load, catalogue, predictedHits }: ScenarioPlan, seeds: number): Usage {
  const views = viewsOf(load);
  const coldPart = scenario === 'warm-hit' ? 0 : 1 - (predictedHits ?? 0);
  const prewarmed = scenario === 'warm-hit' ? catalogue : 0;
  const cold = views * coldPart * (scenario === 'replaced' ? 2 : 1) + prewarmed;
  const warm = views * (1 - coldPart) + 2 * prewarmed;
  return {
    edgeRequests: 2 * cold + warm,
    edgeMisses: 2 * cold,
    edgeBytes: (cold + warm) * derivativeBytes,
    apiCalls: cold,
    apiBytes: 0,
    lambdaSeconds: cold * coldSeconds,
    made: cold,
    seeds,
  };
}
