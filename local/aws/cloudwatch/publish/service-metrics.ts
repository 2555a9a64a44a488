import type { Invocation } from '../../chain-events.ts';
import type { Publisher, Put } from './publisher.ts';

/**
 * `AWS/ApiGateway` of an HTTP API ("Working with metrics for HTTP APIs"): by API, and by API and stage. Count includes
 * throttled requests, which AWS may leave out.
 */
export function publishApi(put: Put): Publisher {
  return {
    onEvent(event) {
      if (event.kind !== 'hop' || !event.hop.access) return;
      const { apiId, stage, status, responseLatency, integrationLatency, dataProcessed } = event.hop.access;
      const values = {
        Count: 1,
        '4xx': status >= 400 && status < 500 ? 1 : 0,
        '5xx': status >= 500 ? 1 : 0,
        Latency: responseLatency,
        DataProcessed: dataProcessed,
        ...(typeof integrationLatency === 'number' && { IntegrationLatency: integrationLatency }),
      };
      for (const dimensions of [{ ApiId: apiId }, { ApiId: apiId, Stage: stage }]) {
        for (const [name, value] of Object.entries(values)) {
          put('apiGateway', { namespace: 'AWS/ApiGateway', name, dimensions, atSeconds: event.at / 1000, value });
        }
      }
    },
  };
}

/**
 * `AWS/Lambda` ("Types of metrics for Lambda functions"): by function, and by function and the version or alias that was
 * called. A throttled call is neither an invocation nor an error. The timestamp is the beginning of the call.
 */
export function publishLambda(put: Put): Publisher {
  return {
    onEvent(event) {
      if (event.kind !== 'invocation') return;
      const { functionName, resource, startedAt } = event.invocation;
      for (const dimensions of [{ FunctionName: functionName }, { FunctionName: functionName, Resource: resource }]) {
        for (const [name, value] of Object.entries(lambdaValues(event.invocation))) {
          const sample = { namespace: 'AWS/Lambda', name, dimensions, atSeconds: startedAt / 1000, value };
          put('lambda', sample, event.at / 1000);
        }
      }
    },
  };
}

function lambdaValues({ outcome, milliseconds, concurrent }: Invocation): Readonly<Record<string, number>> {
  if (outcome === 'throttled') return { Throttles: 1 };
  return {
    Invocations: 1,
    Errors: outcome === 'failed' ? 1 : 0,
    Throttles: 0,
    Duration: milliseconds,
    ConcurrentExecutions: concurrent,
  };
}
