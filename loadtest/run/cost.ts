import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prices } from '../../infra/prices.ts';
import { config } from '../../src/config.ts';
import { isOnImageHost } from '../lib/judge-view.ts';
import { viewsOf } from '../lib/load.ts';
import type { ScenarioPlan } from '../lib/plan.ts';
import { scenarios } from '../scenario-table.ts';

/** What a run uses, in the units that AWS charges for. */
export interface Usage {
  readonly edgeRequests: number;
  /** Of them: those that went to S3. */
  readonly edgeMisses: number;
  readonly edgeBytes: number;
  readonly apiCalls: number;
  readonly apiBytes: number;
  readonly lambdaSeconds: number;
  readonly generated: number;
  /** Originals that were put or copied. */
  readonly seeds: number;
  /** Of replaced originals: one tag each. */
  readonly invalidations: number;
}

export interface CostLine {
  readonly what: string;
  readonly dollars: number;
}

const gigabyte = 1e9;
/** Lists of the sweep: one for each preset, in each of its rounds. */
const sweepLists = 100;

/** Prices a run as on AWS, without logs, metrics and free tiers. */
export function costOf(usage: Usage, memoryMegabytes: number): CostLine[] {
  const { cloudFront, s3, httpApi, lambda, dataTransfer } = prices;
  const lambdaSecond = (memoryMegabytes / 1024) * lambda.gigabyteSecond.x64;
  // The Lambda sends a HEAD of the derivative and a GET of the original.
  const gets = usage.edgeMisses + 2 * usage.apiCalls;
  return [
    { what: 'CloudFront, requests', dollars: usage.edgeRequests * cloudFront.httpsRequest },
    // One on the request, one on the answer.
    { what: 'CloudFront, functions', dollars: 2 * usage.edgeRequests * cloudFront.functionCall },
    { what: 'CloudFront, transfer', dollars: (usage.edgeBytes / gigabyte) * cloudFront.gigabyteOut },
    { what: 'CloudFront, invalidations', dollars: usage.invalidations * cloudFront.invalidationPath },
    { what: 'S3, reads', dollars: gets * s3.get },
    { what: 'S3, writes and lists', dollars: (usage.generated + usage.seeds + sweepLists) * s3.put },
    { what: 'API, calls', dollars: usage.apiCalls * httpApi.request },
    { what: 'API, transfer', dollars: (usage.apiBytes / gigabyte) * dataTransfer.gigabyteOut },
    { what: 'Lambda', dollars: usage.apiCalls * lambda.request + usage.lambdaSeconds * lambdaSecond },
  ];
}

export function totalOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}

export function addUsages(usages: readonly Usage[]): Usage {
  const sum = (name: keyof Usage) => usages.reduce((total, usage) => total + usage[name], 0);
  return {
    edgeRequests: sum('edgeRequests'),
    edgeMisses: sum('edgeMisses'),
    edgeBytes: sum('edgeBytes'),
    apiCalls: sum('apiCalls'),
    apiBytes: sum('apiBytes'),
    lambdaSeconds: sum('lambdaSeconds'),
    generated: sum('generated'),
    seeds: sum('seeds'),
    invalidations: sum('invalidations'),
  };
}

/** Generous, so that the estimate is not exceeded: bytes of a derivative, and the duration of one call. */
const derivativeBytes = 100_000;
const coldSeconds = config.objectives.cold.p95Milliseconds / 1000 / 2;

/** Estimates the usage from the plan. */
export function estimateUsage({ scenario, load, catalogue, predictedHits, chain }: ScenarioPlan, seeds: number): Usage {
  const views = viewsOf(load);
  const coldPart = scenario === 'warm-hit' ? 0 : 1 - (predictedHits?.all ?? 0);
  const prewarmed = scenario === 'warm-hit' ? catalogue : 0;
  const cold = views * coldPart * (scenario === 'replaced' ? 2 : 1) + prewarmed;
  const replaced = scenario === 'replaced' ? views : 0;
  const warm = views * (1 - coldPart) + 2 * prewarmed + scenarios.replaced.requests * replaced;
  return {
    // On the image host the hop to the API is a request to CloudFront, too.
    edgeRequests: (isOnImageHost(chain) ? 3 : 2) * cold + warm,
    edgeMisses: 2 * cold,
    edgeBytes: (cold + warm) * derivativeBytes,
    apiCalls: cold,
    apiBytes: 0,
    lambdaSeconds: cold * coldSeconds,
    generated: cold,
    seeds: seeds + replaced,
    invalidations: replaced,
  };
}

/** Returns the memory of the deployed Lambda in megabytes: the bench writes it for the stack. */
export function lambdaMemory(): number {
  const file = join(import.meta.dirname, '../../infra/function-memory.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly memoryMegabytes: number }).memoryMegabytes;
}
