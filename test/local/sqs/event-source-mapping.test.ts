import { describe, expect, it } from 'vitest';
import { createClock } from '../../../local/aws/clock.ts';
import { rolePolicies } from '../../../local/aws/iam/policy.ts';
import type { InvokeResult } from '../../../local/aws/lambda/lambda.ts';
import type { LambdaFunction } from '../../../local/aws/lambda/lambda-function.ts';
import {
  type Batch,
  readEventSourceMappings,
  startEventSourceMapping,
} from '../../../local/aws/sqs/event-source-mapping.ts';
import { createQueues, readQueues } from '../../../local/aws/sqs/queue.ts';
import type { JsonObject } from '../../../local/aws/template/template.ts';
import { advanceTo, createTimers } from '../../../local/aws/timers.ts';
import { account, resolved, role } from '../a-resource.ts';

const queueArn = { 'Fn::GetAtt': ['Queue', 'Arn'] };
const fn = { logicalId: 'Fn', name: 'fn', arns: ['arn:fn'], roleArn: 'arn:aws:iam::1:role/r', timeoutSeconds: 60 };
const mayRead = {
  Effect: 'Allow',
  Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  Resource: queueArn,
};

function read(mapping: JsonObject = {}, queue: JsonObject = {}, statement: JsonObject = mayRead) {
  const template = resolved({
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work', VisibilityTimeout: 360, ...queue } },
    Role: role(statement),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        BatchSize: 3,
        EventSourceArn: queueArn,
        FunctionName: 'fn',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumBatchingWindowInSeconds: 2,
        ScalingConfig: { MaximumConcurrency: 2 },
        ...mapping,
      },
    },
  });
  const queues = readQueues(template);
  const functions = [fn] as unknown as readonly LambdaFunction[];
  const mappings = readEventSourceMappings(template, { functions, queues, rolePolicies: rolePolicies(template) });
  return { queues, mappings };
}

interface Call {
  readonly at: number;
  readonly bodies: readonly string[];
  readonly ids: readonly string[];
}
type Answer = (call: Call) => InvokeResult | Promise<InvokeResult>;
const returned = (payload: unknown): InvokeResult => ({
  outcome: 'returned',
  payload: JSON.stringify(payload),
  requestId: '',
});

function aMapping(answer: Answer = () => returned(null), mapping: JsonObject = {}, queueProperties: JsonObject = {}) {
  const { queues, mappings } = read(mapping, queueProperties);
  const clock = createClock(0);
  const timers = createTimers(clock);
  const [queue] = createQueues(queues, clock);
  const [found] = mappings;
  if (!queue || !found) throw new Error('expected a queue and a mapping');
  const calls: Call[] = [];
  const batches: Batch[] = [];
  startEventSourceMapping({
    mapping: found,
    queue,
    region: account.region,
    clock,
    timers,
    pollMilliseconds: () => 200,
    onBatch: (batch) => batches.push(batch),
    async invoke(functionArn, event) {
      expect(functionArn).toBe('arn:fn');
      const { Records } = JSON.parse(event);
      expect(Records[0]).toMatchObject({ eventSource: 'aws:sqs', eventSourceARN: queue.arn, awsRegion: 'us-east-1' });
      const of = (field: string) => Records.map((record: Record<string, string>) => record[field]);
      const call = { at: clock.now(), bodies: of('body'), ids: of('messageId') };
      calls.push(call);
      return answer(call);
    },
  });
  return { queue, calls, batches, clock, timers, until: (seconds: number) => advanceTo(seconds * 1000, clock, timers) };
}

describe('an event source mapping', () => {
  it('calls the function when the window of a batch has passed, or when the batch is full', async () => {
    const { queue, calls, until } = aMapping();
    queue.send('a');
    await until(1);
    queue.send('b');
    await until(10);
    for (const body of ['c', 'd', 'e', 'f']) queue.send(body);
    await until(20);
    expect(calls.map(({ at, bodies }) => [at, ...bodies])).toEqual([
      [2200, 'a', 'b'],
      [10_200, 'c', 'd', 'e'],
      [12_200, 'f'],
    ]);
    expect(queue.counts(20_000)).toEqual({ visible: 0, notVisible: 0, delayed: 0 });
  });

  it('calls it at once without a window', async () => {
    const { queue, calls, until } = aMapping(undefined, { MaximumBatchingWindowInSeconds: 0 });
    queue.send('a');
    await until(1);
    expect(calls.map(({ at }) => at)).toEqual([200]);
  });

  it('waits for the delay of the queue', async () => {
    const { queue, calls, until } = aMapping(undefined, { MaximumBatchingWindowInSeconds: 0 }, { DelaySeconds: 65 });
    queue.send('a');
    await until(100);
    expect(calls.map(({ at }) => at)).toEqual([65_200]);
  });

  it('never runs more batches at once than its maximum concurrency', async () => {
    const waiting: (() => void)[] = [];
    const { queue, calls, clock, timers } = aMapping(
      () => new Promise((resolve) => waiting.push(() => resolve(returned(null)))),
      { BatchSize: 1, MaximumBatchingWindowInSeconds: 0 },
    );
    for (const body of ['a', 'b', 'c', 'd']) queue.send(body);
    clock.advance(200);
    const running = timers.run();
    await Promise.resolve();
    expect(calls).toHaveLength(2);
    waiting.shift()?.();
    await expect.poll(() => timers.next()).toBeDefined();
    clock.advance(200);
    await expect
      .poll(() => {
        void timers.run();
        return calls.length;
      })
      .toBe(3);
    for (let left = 10; left > 0; left -= 1) {
      for (const end of waiting.splice(0)) end();
      clock.advance(200);
      void timers.run();
      await new Promise(setImmediate);
    }
    await running;
    expect(calls.flatMap(({ bodies }) => bodies)).toEqual(['a', 'b', 'c', 'd']);
  });

  const failing = { batchItemFailures: [{ itemIdentifier: '' }] };
  it.each<[string, Answer, number]>([
    [
      'what it reports',
      ({ ids, bodies }) => returned({ batchItemFailures: [{ itemIdentifier: ids[bodies.indexOf('b')] }] }),
      1,
    ],
    ['nothing after an empty report', () => returned({ batchItemFailures: [] }), 0],
    ['everything after a malformed report', () => returned(failing), 2],
    ['everything after an unknown message', () => returned({ batchItemFailures: [{ itemIdentifier: 'x' }] }), 2],
    [
      'everything after an error',
      () => ({ outcome: 'failed', error: { errorType: 'E', errorMessage: '' }, requestId: '' }),
      2,
    ],
    [
      'everything after a throttle',
      () => ({ outcome: 'refused', error: { errorType: 'TooManyRequestsException', errorMessage: '' } }),
      2,
    ],
  ])('receives again %s, after the visibility timeout', async (_, answer, again) => {
    let isFirst = true;
    const { queue, calls, batches, until } = aMapping((call) => {
      const result = isFirst ? answer(call) : returned(null);
      isFirst = false;
      return result;
    });
    for (const body of ['a', 'b']) queue.send(body);
    await until(300);
    expect(batches).toEqual([{ queueName: 'work', messages: 2, failures: again }]);
    await until(400);
    expect(calls[1]?.bodies ?? []).toEqual(again === 1 ? ['b'] : again === 2 ? ['a', 'b'] : []);
  });

  it.each<[string, JsonObject, JsonObject, JsonObject?]>([
    ['visibility timeout', {}, { VisibilityTimeout: 59 }],
    ['sqs:DeleteMessage', {}, {}, { ...mayRead, Action: 'sqs:ReceiveMessage' }],
    ['MaximumBatchingWindowInSeconds', { BatchSize: 100, MaximumBatchingWindowInSeconds: 0 }, {}],
    ['ScalingConfig', { ScalingConfig: null }, {}],
    ['FunctionName', { FunctionName: 'other' }, {}],
    ['EventSourceArn', { EventSourceArn: 'arn:aws:sqs:us-east-1:1:other' }, {}],
  ])('is refused for its %s', (named, mapping, queue, statement) => {
    expect(() => read(mapping, queue, statement)).toThrow(named);
  });
});
