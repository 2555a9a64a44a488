/** How a run marks what it changes, and how to undo one that was cut off before it could. */
import { readFileSync } from 'node:fs';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { memoryFile } from '../memory/apply.ts';
import type { ByHand } from './by-hand.ts';

const mark = 'make tune';

/** A description of its own makes every size a version of its own: equal to the last one, none would be published. */
export function markOf(runId: string, memoryMegabytes: number): string {
  return `${mark} ${runId}: ${memoryMegabytes} MB`;
}

export const isMarked = ({ Description = '' }: FunctionConfiguration) => Description.startsWith(mark);

/** CloudFormation compares its templates, not the function: a deploy would leave $LATEST as it is. */
export function undoCutOff(
  versions: Iterable<FunctionConfiguration>,
  live: FunctionConfiguration,
  commands: ByHand,
): string {
  // Whoever deploys new code before this is undone publishes it with the run's memory: then the alias is no model either.
  const good = isMarked(live) ? { MemorySize: memoryOfTemplate() } : live;
  const leftOver = [...versions].filter((one) => isMarked(one) && !['$LATEST', live.Version].includes(one.Version));
  return [
    commands.setBack(good.MemorySize ?? 0, good.Description ?? ''),
    ...leftOver.map(({ Version = '' }) => commands.remove(Version)),
  ].join('\n');
}

function memoryOfTemplate(): number {
  return JSON.parse(readFileSync(memoryFile, 'utf8')).memoryMegabytes;
}
