import type { Invoke } from './doors.ts';
import type { InvokeResult } from './emulators/lambda/lambda.ts';
import type { Invocation } from './events.ts';
import type { World } from './world.ts';

/** Tells of every call of a Lambda, whoever makes it and whatever stands in between. */
export function createInvocationWatch({ clock, events }: World): (invoke: Invoke) => Invoke {
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
