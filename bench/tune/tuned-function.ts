/** The function of AWS in several sizes, and as it was before. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  PublishVersionCommand,
  paginateListVersionsByFunction,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Architecture } from '../resize-cost.ts';

export interface TunedFunction {
  readonly architecture: Architecture;
  readonly memoryMegabytes: number;
  /** The alias runs other code than what is measured: somebody has changed $LATEST since the deploy. */
  readonly hasOtherCode: boolean;
  /** A version with so much memory. The alias goes on pointing where it pointed. */
  publish(memoryMegabytes: number): Promise<string>;
  /** Sets $LATEST back and deletes what was published. Says what it could not do, and how to do it by hand. */
  restore(): Promise<string[]>;
}

/** A description of its own makes every size a version of its own: equal to the last one, none would be published. */
const mark = 'make tune';

/** A change takes a few seconds. */
const pollMilliseconds = 300;
const mostPolls = 400;

export async function openFunction(
  client: LambdaClient,
  { name, alias }: { readonly name: string; readonly alias: string },
  runId: string,
): Promise<TunedFunction> {
  const before = await settled(client, name);
  const { MemorySize: memoryMegabytes = 0, Description: description = '', Architectures: [processor] = [] } = before;
  if (description.startsWith(mark)) {
    throw new Error(
      `$LATEST of ${name} still has the ${memoryMegabytes} MB of a run that was cut off ("${description}"): expected make deploy to have set it back`,
    );
  }
  const existing = await versions(client, name);
  const liveVersion = async () =>
    (await client.send(new GetAliasCommand({ FunctionName: name, Name: alias }))).FunctionVersion ?? '';
  const live = await liveVersion();
  const running = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: alias }));
  const published: string[] = [];
  let hasChanged = false;

  async function update(memory: number, text: string): Promise<void> {
    const change = { FunctionName: name, MemorySize: memory, Description: text };
    await client.send(new UpdateFunctionConfigurationCommand(change));
    await settled(client, name);
  }

  return {
    architecture: processor === 'arm64' ? 'arm64' : 'x64',
    memoryMegabytes,
    hasOtherCode: running.CodeSha256 !== before.CodeSha256,
    async publish(memory) {
      hasChanged = true;
      const text = `${mark} ${runId}: ${memory} MB`;
      await update(memory, text);
      const { Version = '' } = await client.send(new PublishVersionCommand({ FunctionName: name, Description: text }));
      if (Version === '' || existing.has(Version)) {
        throw new Error(`Lambda published no new version for ${memory} MB: expected one, and got ${Version}`);
      }
      published.push(Version);
      await settled(client, name, Version);
      return Version;
    },
    async restore() {
      const failures: string[] = [];
      const attempt = async (work: () => Promise<unknown>, byHand: string) => {
        try {
          await work();
        } catch (error) {
          failures.push(`${error instanceof Error ? error.message : error}. By hand: ${byHand}`);
        }
      };
      if (hasChanged) {
        await attempt(async () => {
          await settled(client, name);
          await update(memoryMegabytes, description);
        }, `aws lambda update-function-configuration --function-name ${name} --memory-size ${memoryMegabytes} --description '${description}'`);
      }
      for (const version of published.splice(0)) {
        const which = { FunctionName: name, Qualifier: version };
        await attempt(
          () => client.send(new DeleteFunctionCommand(which)),
          `aws lambda delete-function --function-name ${name} --qualifier ${version}`,
        );
      }
      await attempt(async () => {
        const now = await liveVersion();
        if (now === live) return;
        throw new Error(`The alias ${alias} points at version ${now}, and at ${live} before`);
      }, `nothing, if somebody has deployed in the meantime; aws lambda get-alias --function-name ${name} --name ${alias} shows it`);
      return failures;
    },
  };
}

async function versions(client: LambdaClient, name: string): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client }, { FunctionName: name })) {
    for (const { Version = '' } of Versions) found.add(Version);
  }
  return found;
}

/** Lambda refuses a change while the one before is under way, and calls of a version that is not active yet. */
async function settled(client: LambdaClient, name: string, version?: string): Promise<FunctionConfiguration> {
  const which = { FunctionName: name, ...(version && { Qualifier: version }) };
  for (let poll = 0; poll < mostPolls; poll++) {
    const configuration = await client.send(new GetFunctionConfigurationCommand(which));
    const { State, LastUpdateStatus, LastUpdateStatusReason, StateReason } = configuration;
    if (LastUpdateStatus === 'Failed' || State === 'Failed') {
      throw new Error(`${name} could not be changed: ${LastUpdateStatusReason ?? StateReason}`);
    }
    // `Inactive` only means that it has not been called for weeks.
    if (LastUpdateStatus !== 'InProgress' && State !== 'Pending') return configuration;
    await sleep(pollMilliseconds);
  }
  throw new Error(
    `${name} is still being changed after ${(mostPolls * pollMilliseconds) / 1000} s: expected it to be done`,
  );
}
