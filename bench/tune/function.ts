/** Publishes a version of the deployed function for each memory size, and sets everything back. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Target } from '../../src/target.ts';

export type TunedFunction = Awaited<ReturnType<typeof openFunction>>;

/** Begins the description of every change, so that each size differs from the last version and an interrupted run shows. */
const mark = 'make tune';

export async function openFunction(client: LambdaClient, { function: { name, alias }, region }: Target) {
  const aws = (command: string) => `aws lambda ${command} --region ${region} --function-name ${name}`;
  const setBack = ({ MemorySize = 0, Description = '' }: FunctionConfiguration) =>
    `${aws('update-function-configuration')} --memory-size ${MemorySize} --description '${Description.replaceAll("'", String.raw`'\''`)}'`;
  const before = await settled(client, name);
  const live = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: alias }));
  const { MemorySize: memoryMegabytes = 0, Description: description = '', Timeout = 0 } = before;
  if (description.startsWith(mark)) {
    throw new Error(
      `$LATEST of ${name} still has the ${memoryMegabytes} MB of an interrupted run ("${description}"). No deploy sets that back, this does:\n${setBack(live)}\nThen delete the versions of that description.`,
    );
  }
  if (live.CodeSha256 !== before.CodeSha256) console.error(`$LATEST has other code than ${alias}: measuring $LATEST`);
  const published: string[] = [];
  let hasChanged = false;

  async function update(MemorySize: number, Description: string): Promise<void> {
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, MemorySize, Description }));
    await changed();
  }
  async function changed(version?: string): Promise<void> {
    const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = await settled(client, name, version);
    if (LastUpdateStatus !== 'Failed' && State !== 'Failed') return;
    throw new Error(`${name} could not be changed: ${LastUpdateStatusReason ?? StateReason}`);
  }

  return {
    ...{ name, memoryMegabytes, timeoutMilliseconds: 1000 * Timeout },
    // Where the API is on the image host, the function answers what comes with the secret of the edge.
    originSecret: before.Environment?.Variables?.ORIGIN_SECRETS?.split(',')[0],
    architecture: before.Architectures?.[0] === 'arm64' ? ('arm64' as const) : ('x64' as const),
    /** Publishes a version with so much memory, and returns it. The alias does not move. */
    async publish(megabytes: number): Promise<string> {
      hasChanged = true;
      const text = `${mark} ${new Date().toISOString()}: ${megabytes} MB`;
      await update(megabytes, text);
      const { Version = '' } = await client.send(new PublishVersionCommand({ FunctionName: name, Description: text }));
      published.push(Version);
      await changed(Version);
      return Version;
    },
    /** Sets $LATEST back and deletes the versions. Returns what it could not do, with the command that does it. */
    async restore(): Promise<string[]> {
      const failures: string[] = [];
      const attempt = (byHand: string, work: () => Promise<unknown>) =>
        work().catch((error: Error) => failures.push(`${error.message}. By hand: ${byHand}`));
      if (hasChanged) {
        await attempt(setBack(before), () => settled(client, name).then(() => update(memoryMegabytes, description)));
      }
      for (const Qualifier of published.splice(0)) {
        const command = new DeleteFunctionCommand({ FunctionName: name, Qualifier });
        await attempt(`${aws('delete-function')} --qualifier ${Qualifier}`, () => client.send(command));
      }
      return failures;
    },
  };
}

/** Lambda refuses a change while another is in progress, and calls of a version that is not active yet. */
async function settled(client: LambdaClient, name: string, version?: string): Promise<FunctionConfiguration> {
  const which = { FunctionName: name, ...(version && { Qualifier: version }) };
  for (let poll = 0; poll < 400; poll++) {
    const configuration = await client.send(new GetFunctionConfigurationCommand(which));
    if (configuration.LastUpdateStatus !== 'InProgress' && configuration.State !== 'Pending') return configuration;
    await sleep(300);
  }
  throw new Error(`${name} is still being changed after two minutes`);
}
