import { describe, expect, test } from 'vitest';
import type { Invocation } from '../../../local/aws/chain-events.ts';
import { createClock } from '../../../local/aws/clock.ts';
import type { Invoke, InvokeResult } from '../../../local/aws/lambda/lambda.ts';
import { createContext } from '../../../local/chain/context.ts';
import { createInvocationReport } from '../../../local/chain/lambdas.ts';

const arn = 'arn:aws:lambda:us-east-1:123456789012:function:resize';
const report = { requestId: 'r', durationMilliseconds: 40, peakMegabytes: 90, status: 'success' } as const;
const returned: InvokeResult = { outcome: 'returned', requestId: 'r', payload: '1', report };
const refusal = (errorType: string): InvokeResult => ({ outcome: 'refused', error: { errorType, errorMessage: '' } });

function watched(invoke: Invoke) {
  const clock = createClock(1_700_000_000_000);
  const context = createContext(clock);
  const seen: Invocation[] = [];
  context.events.listen((event) => {
    if (event.kind === 'invocation') seen.push(event.invocation);
  });
  return { seen, clock, call: createInvocationReport(context)(invoke) };
}

describe('createInvocationReport()', () => {
  test('reports a call by function and alias, with Lambda’s duration and the chain’s time', async () => {
    const { seen, clock, call } = watched(async () => {
      clock.advance(5000);
      return returned;
    });
    expect(await call(`${arn}:live`, '{}', '')).toBe(returned);
    expect(seen).toEqual([
      {
        functionName: 'resize',
        resource: 'resize:live',
        outcome: 'returned',
        startedAt: 1_700_000_000_000,
        milliseconds: 40,
        report,
        concurrent: 1,
      },
    ]);
  });

  test('counts calls of one function that run at the same time, by any of its names', async () => {
    let end = (): void => {};
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { seen, call } = watched(async () => held.then(() => returned));
    const calls = [call(arn, '', ''), call(`${arn}:live`, '', ''), call(`${arn}-canary`, '', '')];
    end();
    await Promise.all(calls);
    await call(arn, '', '');
    expect(seen.map(({ resource, concurrent }) => `${resource} ${concurrent}`)).toEqual([
      'resize 1',
      'resize:live 2',
      'resize-canary 1',
      'resize 1',
    ]);
  });

  test('reports a refusal for lack of concurrency as throttled, and no other refusal', async () => {
    const answers = [refusal('TooManyRequestsException'), refusal('RequestTooLargeException')];
    const { seen, call } = watched(async () => answers.shift() ?? returned);
    for (let calls = 0; calls < 2; calls += 1) await call(arn, '', '');
    expect(seen.map(({ outcome }) => outcome)).toEqual(['throttled']);
  });

  test('keeps its count when the call throws', async () => {
    let isBroken = true;
    const { seen, call } = watched(async () => {
      if (isBroken) throw new Error('broken');
      return returned;
    });
    await expect(call(arn, '', '')).rejects.toThrow('broken');
    isBroken = false;
    await call(arn, '', '');
    expect(seen.map(({ concurrent }) => concurrent)).toEqual([1]);
  });
});
