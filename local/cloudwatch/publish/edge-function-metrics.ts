import type { Publisher, Put } from './publisher.ts';

/**
 * `AWS/CloudFront` of a CloudFront Function. `FunctionComputeUtilization` is left out, since nothing here takes as long
 * as it does at an edge; nothing is throttled here.
 */
export function publishEdgeFunctions(put: Put): Publisher {
  return {
    hear(event) {
      if (event.kind !== 'edge-function') return;
      const dimensions = { FunctionName: event.functionName, Region: 'Global' };
      const values = {
        FunctionInvocations: 1,
        FunctionExecutionErrors: event.outcome === 'execution-error' ? 1 : 0,
        FunctionValidationErrors: event.outcome === 'validation-error' ? 1 : 0,
        FunctionThrottles: 0,
      };
      for (const [name, value] of Object.entries(values)) {
        put('cloudFront', { namespace: 'AWS/CloudFront', name, dimensions, atSeconds: event.at / 1000, value });
      }
    },
  };
}
