import { describe, expect, it } from 'vitest';
import { createClock } from '../../../local/aws/clock.ts';
import { createQueues, readQueues } from '../../../local/aws/sqs/queue.ts';
import type { JsonObject } from '../../../local/aws/template/template.ts';
import { resolved } from '../a-resource.ts';

function queues(properties: JsonObject = {}) {
  const template = resolved({
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work', ...properties } },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
  });
  const clock = createClock(1_000_000);
  const [queue, dead] = createQueues(readQueues(template), clock);
  if (!queue || !dead) throw new Error('expected two queues');
  return { queue, dead, seconds: (n: number) => clock.advance(n * 1000), now: clock.now };
}

const bodies = (received: readonly { readonly body: string }[]) => received.map(({ body }) => body);

describe('a queue', () => {
  it('hides a received message until its visibility timeout has passed, and counts the receipts', () => {
    const { queue, seconds } = queues({ VisibilityTimeout: 60 });
    queue.send('a');
    const [first] = queue.receive(10);
    expect(first?.attributes.ApproximateReceiveCount).toBe('1');
    seconds(59);
    expect(queue.receive(10)).toEqual([]);
    seconds(1);
    const [second] = queue.receive(10);
    expect(second).toMatchObject({ messageId: first?.messageId, attributes: { ApproximateReceiveCount: '2' } });
    // The handle of the first receipt is of no use any more.
    queue.delete(first?.receiptHandle ?? '');
    seconds(60);
    queue.delete(queue.receive(10)[0]?.receiptHandle ?? '');
    seconds(60);
    expect(queue.receive(10)).toEqual([]);
  });

  it('delays each message', () => {
    const { queue, seconds, now } = queues({ DelaySeconds: 65 });
    queue.send('a');
    seconds(5);
    queue.send('b');
    expect(queue.nextVisibleAt()).toBe(now() + 60_000);
    expect(queue.counts(now())).toMatchObject({ visible: 0, delayed: 2, notVisible: 0 });
    seconds(60);
    expect(bodies(queue.receive(10))).toEqual(['a']);
  });

  it('forgets a message after its retention period', () => {
    const { queue, seconds } = queues({ MessageRetentionPeriod: 600 });
    queue.send('a');
    seconds(600);
    expect(queue.receive(10)).toEqual([]);
    expect(queue.nextVisibleAt()).toBeUndefined();
  });

  it('moves what was received too often to its dead-letter queue', () => {
    const { queue, dead, seconds, now } = queues({
      VisibilityTimeout: 10,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
    });
    queue.send('poison');
    for (const _ of [1, 2]) {
      expect(bodies(queue.receive(10))).toEqual(['poison']);
      seconds(10);
    }
    expect(queue.receive(10)).toEqual([]);
    expect(queue.counts(now())).toEqual({ visible: 0, notVisible: 0, delayed: 0 });
    expect(dead.counts(now() + 5000)).toEqual({ visible: 1, notVisible: 0, delayed: 0, oldestSeconds: 5 });
  });

  it('gives the age of the oldest message that was not received three times', () => {
    const { queue, seconds, now } = queues({ VisibilityTimeout: 10 });
    queue.send('poison');
    for (const _ of [1, 2, 3]) {
      queue.receive(1);
      seconds(10);
    }
    expect(queue.counts(now()).oldestSeconds).toBeUndefined();
    queue.send('fresh');
    seconds(7);
    expect(queue.counts(now()).oldestSeconds).toBe(7);
  });

  it('refuses a dead-letter queue that the template does not have', () => {
    const RedrivePolicy = { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:1:other', maxReceiveCount: 1 };
    expect(() => queues({ RedrivePolicy })).toThrow('RedrivePolicy.deadLetterTargetArn');
  });
});
