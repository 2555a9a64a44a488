import { readFileSync } from 'node:fs';
import { config } from '../../src/config.ts';
import { type Environment, stackName } from '../environments.ts';
import {
  comparePresets,
  definitionsFrom,
  definitionsOf,
  presetWarnings,
  removedTooEarly,
  type StackIds,
} from '../preset-definitions.ts';
import { compareTemplates } from './template-diff.ts';

export interface Before {
  /** The template to compare with; `undefined` while nothing is deployed. */
  readonly template: unknown;
  readonly ids: StackIds;
}

/** Prints a summary of what a deploy would change, warnings, and every change. Returns what it would destroy. */
export function showDiff(environment: Environment, { template, ids }: Before): readonly string[] {
  const stack = stackName(environment.stage);
  const after = JSON.parse(readFileSync(`cdk.out/${stack}.template.json`, 'utf8'));
  const { summary, destructive, print } = compareTemplates(template, after);
  console.log([`${stack}: ${summary[0]}`, ...summary.slice(1)].join('\n'));

  const before = definitionsOf(template);
  const now = definitionsFrom(config);
  if (before) {
    const changes = comparePresets(before, now);
    for (const warning of presetWarnings(changes, ids, config.cache)) console.log(`\nWARNING ${warning}`);
  }
  console.log('\nEvery change:');
  print(process.stdout);
  return before ? [...destructive, ...removedTooEarly(before, now)] : destructive;
}

export function refusal(command: string, stage: string, destructive: readonly string[]): Error {
  return new Error(
    [
      `\nStopped: this would destroy, replace or orphan what is in use:`,
      ...destructive.map((line) => `- ${line}`),
      `If this is intended: make ${command} ENV=${stage} ACCEPT=destructive`,
    ].join('\n'),
  );
}
