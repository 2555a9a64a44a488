import type { Invocation } from '../../chain-events.ts';
import type { Publisher, Put } from './publisher.ts';

/**
 * `AWS/Lambda` ("Types of metrics for Lambda functions"): by function, and by function and the version or alias that was
 * called. A throttled call is no invocation and no error. The time is that of the call's beginning.
 */
export function publishLambda(put: Put): Publisher {
  return {
    hear(event) {
      if (event.kind !== 'invocation') return;
      const { functionName, resource, startedAt } = event.invocation;
      for (const dimensions of [{ FunctionName: functionName }, { FunctionName: functionName, Resource: resource }]) {
        for (const [name, value] of Object.entries(valuesOf(event.invocation))) {
          const sample = { namespace: 'AWS/Lambda', name, dimensions, atSeconds: startedAt / 1000, value };
          put('lambda', sample, event.at / 1000);
        }
      }
    },
  };
}

function valuesOf({ outcome, milliseconds, concurrent }: Invocation): Readonly<Record<string, number>> {
  if (outcome === 'throttled') return { Throttles: 1 };
  return {
    Invocations: 1,
    Errors: outcome === 'failed' ? 1 : 0,
    Throttles: 0,
    Duration: milliseconds,
    ConcurrentExecutions: concurrent,
  };
}
