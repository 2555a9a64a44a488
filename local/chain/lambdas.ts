import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Invocation } from '../aws/chain-events.ts';
import { type Invoke, type InvokeResult, type Lambda, startLambda } from '../aws/lambda/lambda.ts';
import type { LambdaFunction } from '../aws/lambda/lambda-function.ts';
import { TemplateError } from '../aws/template/template.ts';
import type { ChainContext } from './context.ts';
import type { ChainParts } from './read-parts.ts';
import type { Storage } from './storage.ts';

export interface LambdaChoice {
  /** Runs each Lambda from a copy of its code, so that a build does not remove it. */
  readonly copyCode?: boolean;
  /** Processes of a Lambda at most. Further events wait. */
  readonly maxProcesses?: number;
}

export interface Lambdas {
  /** The one that the API calls. */
  readonly lambda: Lambda;
  readonly lambdas: readonly Lambda[];
  /** Calls a function by any of its ARNs, and reports the call. */
  readonly invoke: Invoke;
  /** The same, each through its interceptor. */
  readonly invokeFromApi: Invoke;
  readonly invokeFromQueue: Invoke;
}

const defaultProcesses = 4;

/** Starts every function of the template, with the credentials of its role. */
export function startLambdas(
  { functions, template }: ChainParts,
  context: ChainContext,
  storage: Storage,
  { maxProcesses = defaultProcesses, copyCode = false }: LambdaChoice,
): Lambdas {
  const { clock, hosts, interceptors, log, onStop } = context;
  const lambdas = functions.map((fn) => {
    const codeDirectory = copyCode ? copyOfCode(fn, context) : fn.codeDirectory;
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
  const [lambda] = lambdas;
  if (!lambda) throw new TemplateError('The template has no AWS::Lambda::Function: expected one');

  const invoke: Invoke = async (functionArn, event, traceId) => {
    const called = lambdas.find(({ function: { arns } }) => arns.includes(functionArn));
    if (called) return called.invoke(functionArn, event, traceId);
    const errorMessage = `Function not found: ${functionArn}`;
    return { outcome: 'refused', error: { errorType: 'ResourceNotFoundException', errorMessage } };
  };
  const report = createInvocationReport(context);
  return {
    lambda,
    lambdas,
    invoke: report(invoke),
    invokeFromApi: report((...call) => interceptors.invoke?.(call, invoke) ?? invoke(...call)),
    invokeFromQueue: report((...call) => interceptors.consume?.(call, invoke) ?? invoke(...call)),
  };
}

function copyOfCode(fn: LambdaFunction, { onStop }: ChainContext): string {
  const directory = mkdtempSync(join(tmpdir(), `${fn.logicalId}-`));
  onStop(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(fn.codeDirectory, directory, { recursive: true });
  return directory;
}

/** Wraps functions that call Lambda, so that each call becomes an event. */
export function createInvocationReport({
  clock,
  events,
}: Pick<ChainContext, 'clock' | 'events'>): (invoke: Invoke) => Invoke {
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
        const report = result.outcome === 'refused' ? undefined : result.report;
        const milliseconds = report?.durationMilliseconds ?? performance.now() - begin;
        const invocation = { functionName, resource, outcome, startedAt, milliseconds, concurrent };
        events.emit({ kind: 'invocation', invocation: { ...invocation, ...(report && { report }) } });
      }
      return result;
    } finally {
      running.set(functionName, (running.get(functionName) ?? 1) - 1);
    }
  };
}

/** `undefined` for a call that Lambda refused for another reason than concurrency. No metric counts those. */
function outcomeOf(result: InvokeResult): Invocation['outcome'] | undefined {
  if (result.outcome !== 'refused') return result.outcome;
  return result.error.errorType === 'TooManyRequestsException' ? 'throttled' : undefined;
}
