import { join } from 'node:path';
import { type Environment, stackName } from '../environments.ts';
import { aws } from '../preflight/aws-cli.ts';
import type { Fact, Gap } from '../preflight/facts.ts';
import { deployGaps, readingGaps } from '../preflight/preflight.ts';
import { type Outputs, readOutputs, readTemplate } from '../preflight/read-facts.ts';
import { placeholderIds } from '../preset-warnings.ts';
import type { Before } from './show-diff.ts';

/** Looks at all that a deploy needs of the account. Throws with one line for each gap. */
export function requireReady(environment: Environment): void {
  stopAt(deployGaps(aws, environment, join(import.meta.dirname, '../../.cache')));
}

/** Looks whether AWS can be asked at all. */
export function requireAccess(): void {
  stopAt(readingGaps(aws));
}

function deployedOutputs(environment: Environment): Outputs | undefined {
  return must(readOutputs(aws, environment));
}

/** The outputs of a stack that must be there. */
export function requireDeployed(environment: Environment): Outputs {
  const outputs = deployedOutputs(environment);
  if (outputs) return outputs;
  throw new Error(`${stackName(environment.stage)} is not deployed: run "make deploy ENV=${environment.stage}"`);
}

/** What is deployed now, for a diff. */
export function deployedBefore(environment: Environment): Before {
  const outputs = deployedOutputs(environment);
  const { DerivativesBucket: derivativesBucket, DistributionId: distributionId } = outputs ?? {};
  const whereabouts = derivativesBucket && distributionId ? { derivativesBucket, distributionId } : placeholderIds;
  return { template: must(readTemplate(aws, environment)), whereabouts };
}

function must<T>(fact: Fact<T>): T {
  if (fact.known) return fact.value;
  throw new Error(`AWS could not be asked: ${fact.reason}`);
}

function stopAt(gaps: readonly Gap[]): void {
  const lines = (severity: Gap['severity']) => gaps.filter((gap) => gap.severity === severity).map(({ line }) => line);
  for (const line of lines('note')) console.error(`Note: ${line}`);
  const stops = lines('stop');
  if (stops.length > 0) throw new Error(['Not ready:', ...stops.map((line) => `- ${line}`)].join('\n'));
}
