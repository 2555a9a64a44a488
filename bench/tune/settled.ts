/** Lambda changes a function in the background: whoever goes on has to wait. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type FunctionConfiguration, GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** A change takes a few seconds. */
const pollMilliseconds = 300;
const mostPolls = 400;

/** Lambda refuses a change while the one before is under way, and calls of a version that is not active yet. */
export async function settled(client: LambdaClient, name: string, version?: string): Promise<FunctionConfiguration> {
  const configuration = await settledOrFailed(client, name, version);
  refuseFailed(name, configuration);
  return configuration;
}

/** For whoever wants to change it whatever has become of the last change: a failed one does not stand in the way. */
export async function settledOrFailed(
  client: LambdaClient,
  name: string,
  version?: string,
): Promise<FunctionConfiguration> {
  const which = { FunctionName: name, ...(version && { Qualifier: version }) };
  for (let poll = 0; poll < mostPolls; poll++) {
    const configuration = await client.send(new GetFunctionConfigurationCommand(which));
    const { State, LastUpdateStatus } = configuration;
    // `Inactive` only means that it has not been called for weeks.
    if (LastUpdateStatus !== 'InProgress' && State !== 'Pending') return configuration;
    await sleep(pollMilliseconds);
  }
  throw new Error(
    `${name} is still being changed after ${(mostPolls * pollMilliseconds) / 1000} s: expected it to be done`,
  );
}

export function refuseFailed(name: string, configuration: FunctionConfiguration): void {
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = configuration;
  if (LastUpdateStatus === 'Failed' || State === 'Failed') {
    throw new Error(`${name} could not be changed: ${LastUpdateStatusReason ?? StateReason}`);
  }
}
