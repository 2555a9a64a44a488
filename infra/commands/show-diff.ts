import { config } from '../../src/config.ts';
import { type Environment, stackName } from '../environments.ts';
import { comparePresets, definitionsFrom, definitionsKey, type PresetDefinitions } from '../preset-definitions.ts';
import { presetWarnings, type StackIds } from '../preset-warnings.ts';
import { judgeDiff } from './judge-diff.ts';
import { watch } from './run.ts';

export interface Before {
  /** The template to compare with; `undefined` while nothing is deployed. */
  readonly template: unknown;
  readonly ids: StackIds;
  /** Its file, when AWS is not used. */
  readonly file?: string;
}

/** Prints what a deploy would change. Returns what it would destroy. */
export async function showDiff(environment: Environment, { template, ids, file }: Before): Promise<readonly string[]> {
  const stack = stackName(environment.stage);
  const from = file === undefined ? [] : ['--template', file];
  const { status, output } = await watch('cdk', 'diff', stack, '--app', 'cdk.out', '--fail-on=destructive', ...from);
  const { destructive, found } = judgeDiff(output);
  if (status !== 0 && !found) throw new Error(`"cdk diff" ended with ${status}, for the reason above`);

  const before = definitionsOf(template);
  if (before) {
    const changes = comparePresets(before, definitionsFrom(config));
    for (const warning of presetWarnings(changes, ids, config.cache)) console.log(`\nWARNING ${warning}`);
  }
  return destructive;
}

/** Returns the presets of a template; `undefined` when its metadata has none. */
function definitionsOf(template: unknown): PresetDefinitions | undefined {
  if (typeof template !== 'object' || template === null || !('Metadata' in template)) return undefined;
  return (template.Metadata as Readonly<Record<string, PresetDefinitions | undefined>>)[definitionsKey];
}

export function refusal(command: string, stage: string, destructive: readonly string[]): Error {
  return new Error(
    [
      `\nStopped: this would destroy, replace or orphan ${destructive.length} resource${destructive.length === 1 ? '' : 's'}:`,
      ...destructive.map((line) => `- ${line}`),
      `If this is intended: make ${command} ENV=${stage} ACCEPT=destructive`,
    ].join('\n'),
  );
}
