import { describe, expect, test } from 'vitest';
import type { Invocation } from '../../../local/aws/chain-events.ts';
import { createClock } from '../../../local/aws/clock.ts';
import type { Invoke, InvokeResult } from '../../../local/aws/lambda/lambda.ts';
import { createLogGroups } from '../../../local/aws/logs.ts';
import { addressOf } from '../../../local/chain/buckets.ts';
import { createContext } from '../../../local/chain/context.ts';
import { createInvocationReport } from '../../../local/chain/lambdas.ts';
import { bucketsOf } from '../../../local/chain/read-parts.ts';
import { bucket, resolved, role } from '../a-resource.ts';

describe('createClock()', () => {
  test('stands still at a given moment until it is advanced', async () => {
    const clock = createClock(1000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(clock.now()).toBe(1000);
    clock.advance(500);
    expect(clock.now()).toBe(1500);
    clock.reset();
    expect(clock.now()).toBe(1000);
  });

  test('never runs backwards', () => {
    expect(() => createClock({ speed: 0 })).toThrow('The speed of a clock is 0');
    expect(() => createClock().advance(-1)).toThrow('is advanced by -1 ms');
  });
});

describe('createLogGroups()', () => {
  test('keeps the newest lines of each group', () => {
    const logs = createLogGroups({ now: () => 1000 });
    for (let i = 0; i < 12_000; i++) logs.write('a', `line ${i}`);
    logs.write('b', 'other');
    expect(logs.groups()).toEqual(['a', 'b']);
    expect(logs.lines('a').at(-1)).toBe('line 11999');
    expect(logs.lines('a').length).toBeLessThanOrEqual(11_000);
    expect(logs.lines('none')).toEqual([]);
  });
});

test.each([
  ['a b+c.jpg', '/200x200/a%20b%2Bc.jpg'],
  ["o'hara (1)!*.jpg", '/200x200/o%27hara%20%281%29%21%2A.jpg'],
  ['profil/ä%20.jpg', '/200x200/profil/%C3%A4%2520.jpg'],
])('addressOf() encodes %s so that S3 reads exactly that key', (key, path) => {
  expect(addressOf('http://e', '200x200', key)).toBe(`http://e${path}`);
});

const website = { WebsiteConfiguration: { IndexDocument: 'i' } };
const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });

describe('bucketsOf()', () => {
  test('tells originals from derivatives by the website', () => {
    const buckets = bucketsOf(
      resolved({
        Logs: bucket('logs'),
        Derivatives: bucket('derivatives', website),
        Originals: bucket('originals'),
        Role: role(
          allow('s3:GetObject', 'arn:aws:s3:::originals/*'),
          allow('s3:PutObject', 'arn:aws:s3:::derivatives/*'),
        ),
      }),
    );
    expect(buckets).toEqual({
      all: ['logs', 'derivatives', 'originals'],
      originals: 'originals',
      derivatives: 'derivatives',
    });
  });

  test('finds an existing bucket of originals by the role that names it', () => {
    const buckets = bucketsOf(
      resolved({
        Derivatives: bucket('derivatives', website),
        Role: role(allow('s3:GetObject', 'arn:aws:s3:::uploads/*')),
      }),
    );
    expect(buckets).toEqual({ all: ['derivatives', 'uploads'], originals: 'uploads', derivatives: 'derivatives' });
  });

  test('uses one bucket for both if there is no other', () => {
    expect(bucketsOf(resolved({ Only: bucket('only', website) }))).toMatchObject({
      originals: 'only',
      derivatives: 'only',
    });
  });

  test('refuses a template without a website', () => {
    expect(() => bucketsOf(resolved({ Only: bucket('only') }))).toThrow('no bucket with a WebsiteConfiguration');
  });
});

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
});
