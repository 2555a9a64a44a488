import { describe, expect, it } from 'vitest';
import { createClock } from '../../../local/aws/clock.ts';
import { createEventBus, readPatternRules, readQueuePolicies } from '../../../local/aws/eventbridge/event-bus.ts';
import type { BucketEvent } from '../../../local/aws/s3/bucket-events.ts';
import { createQueues, readQueues } from '../../../local/aws/sqs/queue.ts';
import type { Json, JsonObject } from '../../../local/aws/template/template.ts';
import { advanceTo, createTimers } from '../../../local/aws/timers.ts';
import { account, resolved } from '../a-resource.ts';

const queueArn = { 'Fn::GetAtt': ['Queue', 'Arn'] };
const ruleArn = { 'Fn::GetAtt': ['Rule', 'Arn'] };
const mayEvents: JsonObject = {
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Principal: { Service: 'events.amazonaws.com' },
  Resource: queueArn,
  Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
};
const event = (key: string, type: BucketEvent['detail-type'] = 'Object Created') =>
  ({
    source: 'aws.s3',
    'detail-type': type,
    detail: { bucket: { name: 'originals' }, object: { key } },
  }) as BucketEvent;

/** A rule before a queue, and the keys that reach the queue. */
function aBus(EventPattern: Json, statement = mayEvents, delays: readonly number[] = [1000]) {
  const template = resolved({
    Queue: { Type: 'AWS::SQS::Queue' },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Statement: [statement] } },
    },
    Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern, Targets: [{ Id: 'T', Arn: queueArn }] } },
  });
  const clock = createClock(0);
  const timers = createTimers(clock);
  const queues = createQueues(readQueues(template), clock);
  const publish = createEventBus({
    rules: readPatternRules(template),
    queues,
    queuePolicies: readQueuePolicies(template),
    account,
    clock,
    timers,
    delays: () => delays,
  });
  return async (...events: readonly BucketEvent[]) => {
    for (const one of events) publish(one);
    await advanceTo(10_000, clock, timers);
    const received = queues[0]?.receive(100) ?? [];
    return received.map(({ body, attributes }) => [
      JSON.parse(body).detail.object.key,
      Number(attributes.SentTimestamp),
    ]);
  };
}

const pattern = {
  source: ['aws.s3'],
  'detail-type': ['Object Created', 'Object Deleted'],
  detail: { bucket: { name: ['originals'] }, object: { key: [{ 'anything-but': { prefix: 'loadtest/seed/' } }] } },
};

describe('a rule with an event pattern', () => {
  it('sends what matches to its queue, after the delay', async () => {
    const deliver = aBus(pattern);
    const events = [event('a.jpg'), event('loadtest/seed/b.jpg'), event('c.jpg', 'Object Deleted')];
    expect(await deliver(...events)).toEqual([
      ['a.jpg', 1000],
      ['c.jpg', 1000],
    ]);
  });

  it.each([
    [{ source: ['aws.ec2'] }, []],
    [{ detail: { object: { key: [{ prefix: 'a' }, 'b.jpg'] } } }, ['a.jpg', 'b.jpg']],
    [{ detail: { object: { key: [{ 'anything-but': { prefix: ['a', 'c'] } }] } } }, ['b.jpg']],
    [{ detail: { object: { size: [{ prefix: '1' }] } } }, []],
    [{ detail: { reason: [{ 'anything-but': { prefix: 'x' } }] } }, []],
  ])('of %j', async (given, keys) => {
    const deliver = aBus(given);
    const delivered = await deliver(event('a.jpg'), event('b.jpg'), event('c.jpg'));
    expect(delivered.map(([key]) => key)).toEqual(keys);
  });

  it('delivers twice, late or never, as the delays say', async () => {
    const many = aBus(pattern, mayEvents, [3000, 500]);
    expect(await many(event('a.jpg'))).toEqual([
      ['a.jpg', 500],
      ['a.jpg', 3000],
    ]);
    expect(await aBus(pattern, mayEvents, [])(event('a.jpg'))).toEqual([]);
  });

  it.each([
    ['another service', { Principal: { Service: 'sns.amazonaws.com' } }],
    ['another rule', { Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:us-east-1:1:rule/other' } } }],
    ['nobody', { Effect: 'Deny' }],
  ])('delivers nothing to a queue that lets in %s', async (_, change) => {
    expect(await aBus(pattern, { ...mayEvents, ...change })(event('a.jpg'))).toEqual([]);
  });

  it.each([
    [{ detail: { object: { key: [{ suffix: '.jpg' }] } } }, 'EventPattern.detail.object.key.0'],
    [{ detail: { object: { key: [{ 'anything-but': ['a'] }] } } }, 'EventPattern.detail.object.key.0'],
    [{ detail: { object: { size: [{ numeric: ['>', 1] }] } } }, 'EventPattern.detail.object.size.0'],
    [{ source: 'aws.s3' }, 'EventPattern.source'],
  ])('is refused by name with %j', (given, path) => {
    expect(() => aBus(given)).toThrow(path);
  });
});
