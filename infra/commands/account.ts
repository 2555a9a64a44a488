import { join } from 'node:path';
import { type Environment, stackName } from '../environments.ts';
import { aws } from '../preflight/aws-cli.ts';
import type { Fact, Problem } from '../preflight/facts.ts';
import { accessProblems, deployProblems } from '../preflight/preflight.ts';
import { type Outputs, readOutputs, readTemplate } from '../preflight/read-facts.ts';
import { placeholderIds } from '../preset-definitions.ts';
import type { Before } from './show-diff.ts';

/** Checks everything that a deploy needs. Throws an error with one line for each problem. */
export function requireReady(environment: Environment): void {
  stopAt(deployProblems(aws, environment, join(import.meta.dirname, '../../.cache')));
}

/** Checks that there are credentials, of the account of this environment. */
export function requireAccess(environment: Environment): void {
  stopAt(accessProblems(aws, environment));
}

function deployedOutputs(environment: Environment): Outputs | undefined {
  return must(readOutputs(aws, environment));
}

/** Returns the outputs of the deployed stack. */
export function requireDeployed(environment: Environment): Outputs {
  const outputs = deployedOutputs(environment);
  if (outputs) return outputs;
  throw new Error(`${stackName(environment.stage)} is not deployed: run "make deploy ENV=${environment.stage}"`);
}

/** Returns what is deployed now. */
export function deployedBefore(environment: Environment): Before {
  const outputs = deployedOutputs(environment);
  const { DerivativesBucket: derivativesBucket, DistributionId: distributionId } = outputs ?? {};
  const ids = derivativesBucket && distributionId ? { derivativesBucket, distributionId } : placeholderIds;
  return { template: must(readTemplate(aws, environment)), ids };
}

function must<T>(fact: Fact<T>): T {
  if (fact.known) return fact.value;
  throw new Error(`AWS cannot be read: ${fact.reason}`);
}

function stopAt(problems: readonly Problem[]): void {
  const lines = (severity: Problem['severity']) =>
    problems.filter((problem) => problem.severity === severity).map(({ line }) => line);
  for (const line of lines('note')) console.error(`Note: ${line}`);
  const stops = lines('stop');
  if (stops.length > 0) throw new Error(['Not ready:', ...stops.map((line) => `- ${line}`)].join('\n'));
}
