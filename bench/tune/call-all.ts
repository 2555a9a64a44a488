/** All calls of a run, to a version of each size. */
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { urlOf } from '../../src/url.ts';
import type { BenchCase } from '../memory/cases.ts';
import { startProgress } from '../memory/progress.ts';
import { caseName } from '../mix.ts';
import type { FreshKeys } from './fresh-keys.ts';
import { type Invoked, invoke } from './invoke.ts';
import { roundsOf } from './rounds.ts';
import type { Target } from './target.ts';
import type { TunedFunction } from './tuned-function.ts';

export interface Run {
  readonly client: LambdaClient;
  readonly target: Target;
  readonly fn: TunedFunction;
  readonly keys: FreshKeys;
  readonly cases: readonly BenchCase[];
  readonly sizes: readonly number[];
  /** Of each case and size, after the first one. */
  readonly calls: number;
  readonly stop: AbortSignal;
}

/** Adds to `invoked` as it goes. */
export async function callAll(
  { client, target, fn, keys, cases, sizes, calls, stop }: Run,
  invoked: Invoked[],
): Promise<void> {
  const progress = startProgress(process.stderr);
  progress.expect(sizes.length * (1 + (calls + 1) * cases.length), Number.POSITIVE_INFINITY);
  const versions = new Map<number, string>();
  for (const size of sizes) {
    stop.throwIfAborted();
    progress.step(`publishing ${size} MB`);
    versions.set(size, await fn.publish(size));
  }
  const rounds = roundsOf(sizes, cases, calls + 1);
  for (const [index, round] of rounds.entries()) {
    for (const { memoryMegabytes, one } of round) {
      stop.throwIfAborted();
      progress.step(`round ${index + 1} of ${rounds.length}: ${memoryMegabytes} MB, ${caseName(one)}`);
      const { photo, preset, weight, bytesIn } = one;
      const key = await keys.next(one);
      const version = versions.get(memoryMegabytes) ?? '';
      const location = urlOf(target.imageUrl, preset, key);
      const functionName = target.function.name;
      const call = { memoryMegabytes, photo, preset, weight, bytesIn, functionName, version, key, location };
      invoked.push(await invoke(client, call));
    }
  }
  progress.end();
}
