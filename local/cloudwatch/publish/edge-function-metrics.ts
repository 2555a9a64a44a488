import type { EdgeFunctionOutcome } from '../../emulators/cloudfront/edge-function.ts';
import type { Publisher, Put } from './publisher.ts';
import { createTallies } from './tallies.ts';

/**
 * `AWS/CloudFront` of CloudFront Functions. `FunctionComputeUtilization` is left out, since nothing here takes as long as
 * it does at an edge; nothing is throttled here.
 */
export function publishEdgeFunctions(put: Put): Publisher {
  const minutes = createTallies(() => new Map<string, Record<EdgeFunctionOutcome, number>>());

  function publish(atSeconds: number, functionName: string, runs: Record<EdgeFunctionOutcome, number>): void {
    const dimensions = { FunctionName: functionName, Region: 'Global' };
    const values = {
      FunctionInvocations: runs.ran + runs['execution-error'] + runs['validation-error'],
      FunctionExecutionErrors: runs['execution-error'],
      FunctionValidationErrors: runs['validation-error'],
      FunctionThrottles: 0,
    };
    for (const [name, value] of Object.entries(values)) {
      put('cloudFront', { namespace: 'AWS/CloudFront', name, dimensions, atSeconds, value });
    }
  }

  return {
    hear(event) {
      if (event.kind !== 'edge-function') return;
      const functions = minutes.of(event.at / 1000);
      const runs = functions.get(event.functionName) ?? { ran: 0, 'execution-error': 0, 'validation-error': 0 };
      functions.set(event.functionName, runs);
      runs[event.outcome] += 1;
    },
    publishUntil(seconds) {
      for (const { atSeconds, tally } of minutes.takeUntil(seconds)) {
        for (const [functionName, runs] of tally) publish(atSeconds, functionName, runs);
      }
    },
  };
}
