import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChainParts } from './chain-parts.ts';
import type { Invoke } from './doors.ts';
import { type Lambda, startLambda } from './emulators/lambda/lambda.ts';
import type { Storage } from './storage.ts';
import type { World } from './world.ts';

export interface LambdaChoice {
  /** Run the Lambda from a copy of its code, so that a build does not pull it away. */
  readonly copyCode?: boolean;
  /** Processes of a Lambda at most; further events wait. */
  readonly maxProcesses?: number;
}

const defaultProcesses = 4;

/** Every function of the template, each with what its role may do. */
export function startLambdas(
  { functions, template }: ChainParts,
  { clock, hosts, log, onStop }: World,
  storage: Storage,
  { maxProcesses = defaultProcesses, copyCode = false }: LambdaChoice,
): readonly Lambda[] {
  return functions.map((fn) => {
    const codeDirectory = copyCode ? mkdtempSync(join(tmpdir(), `${fn.logicalId}-`)) : fn.codeDirectory;
    if (copyCode) {
      onStop(() => rmSync(codeDirectory, { recursive: true, force: true }));
      cpSync(fn.codeDirectory, codeDirectory, { recursive: true });
    }
    const lambda = startLambda(
      { ...fn, codeDirectory },
      {
        region: template.account.region,
        credentials: storage.credentialsOf(fn.roleArn),
        s3Endpoint: storage.endpoint,
        maxProcesses,
        clock,
        addresses: hosts.all,
        log,
      },
    );
    onStop(lambda.stop);
    return lambda;
  });
}

/** Finds the function that an integration names, by any of its ARNs. */
export function invokeAny(lambdas: readonly Lambda[]): Invoke {
  return async (functionArn, event, traceId) => {
    const lambda = lambdas.find(({ function: { arns } }) => arns.includes(functionArn));
    if (lambda) return lambda.invoke(functionArn, event, traceId);
    const errorMessage = `Function not found: ${functionArn}`;
    return { outcome: 'refused', error: { errorType: 'ResourceNotFoundException', errorMessage } };
  };
}
