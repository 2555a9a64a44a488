import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Invocation } from '../aws/chain-events.ts';
import { type Invoke, type InvokeResult, type Lambda, startLambda } from '../aws/lambda/lambda.ts';
import type { ChainContext } from './context.ts';
import type { ChainParts } from './read-parts.ts';
import type { Storage } from './storage.ts';

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
  { clock, hosts, log, onStop }: ChainContext,
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

/** Tells of every call of a Lambda, whoever makes it and whatever stands in between. */
export function createInvocationWatch({ clock, events }: ChainContext): (invoke: Invoke) => Invoke {
  const running = new Map<string, number>();

  return (invoke) => async (functionArn, event, traceId) => {
    const resource = functionArn.replace(/^arn:.*:function:/, '');
    const [functionName = ''] = resource.split(':');
    const concurrent = (running.get(functionName) ?? 0) + 1;
    running.set(functionName, concurrent);
    const startedAt = clock.now();
    const begin = performance.now();
    try {
      const result = await invoke(functionArn, event, traceId);
      const outcome = outcomeOf(result);
      if (outcome !== undefined) {
        const milliseconds = ownMilliseconds(result) ?? performance.now() - begin;
        const invocation = { functionName, resource, outcome, startedAt, milliseconds, concurrent };
        events.emit({ kind: 'invocation', invocation });
      }
      return result;
    } finally {
      running.set(functionName, (running.get(functionName) ?? 1) - 1);
    }
  };
}

/** `undefined`: Lambda refused the call for a reason that is no lack of concurrency, and counts it nowhere. */
function outcomeOf(result: InvokeResult): Invocation['outcome'] | undefined {
  if (result.outcome !== 'refused') return result.outcome;
  return result.error.errorType === 'TooManyRequestsException' ? 'throttled' : undefined;
}

function ownMilliseconds(result: InvokeResult): number | undefined {
  return result.outcome === 'refused' ? undefined : result.milliseconds;
}
