/** The function of AWS in several sizes, and as it was before. */
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
import { byHand } from './by-hand.ts';
import { isMarked, markOf, undoCutOff } from './cut-off.ts';
import { refuseFailed, settled, settledOrFailed } from './settled.ts';

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

export async function openFunction(
  client: LambdaClient,
  { name, alias }: { readonly name: string; readonly alias: string },
  runId: string,
): Promise<TunedFunction> {
  const commands = byHand(name, await client.config.region());
  const before = await settledOrFailed(client, name);
  const { MemorySize: memoryMegabytes = 0, Description: description = '', Architectures: [processor] = [] } = before;
  const liveVersion = async () =>
    (await client.send(new GetAliasCommand({ FunctionName: name, Name: alias }))).FunctionVersion ?? '';
  const live = await liveVersion();
  const running = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: alias }));
  const existing = await versions(client, name);
  if (isMarked(before)) {
    throw new Error(
      `$LATEST of ${name} still has the ${memoryMegabytes} MB of a run that was cut off ("${description}"): expected what it had before. No deploy sets that back; this does:\n${undoCutOff(existing.values(), running, commands)}`,
    );
  }
  refuseFailed(name, before);
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
      const text = markOf(runId, memory);
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
        await attempt(
          async () => {
            await settledOrFailed(client, name);
            await update(memoryMegabytes, description);
          },
          commands.setBack(memoryMegabytes, description),
        );
      }
      for (const version of published.splice(0)) {
        const which = { FunctionName: name, Qualifier: version };
        await attempt(() => client.send(new DeleteFunctionCommand(which)), commands.remove(version));
      }
      await attempt(
        async () => {
          const now = await liveVersion();
          if (now === live) return;
          throw new Error(`The alias ${alias} points at version ${now}, and at ${live} before`);
        },
        `nothing, if somebody has deployed in the meantime; ${commands.showAlias(alias)} shows it`,
      );
      return failures;
    },
  };
}

/** $LATEST is among them. */
async function versions(client: LambdaClient, name: string): Promise<Map<string, FunctionConfiguration>> {
  const found = new Map<string, FunctionConfiguration>();
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client }, { FunctionName: name })) {
    for (const one of Versions) found.set(one.Version ?? '', one);
  }
  return found;
}
