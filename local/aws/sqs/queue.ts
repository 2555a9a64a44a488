import { createHash, randomUUID } from 'node:crypto';
import { emulated, label, type SupportTable, without } from '../template/check-support.ts';
import { Properties } from '../template/properties.ts';
import type { ResourceIndex } from '../template/template.ts';

export interface QueueSettings {
  readonly arn: string;
  readonly name: string;
  readonly visibilitySeconds: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  readonly redrive?: { readonly queueArn: string; readonly maxReceiveCount: number };
}

/** What a receiver gets, in the names of Lambda's SQS event. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, never>>;
  readonly md5OfBody: string;
}

export interface QueueCounts {
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  /** Of the oldest message. Absent in an empty queue. */
  readonly oldestSeconds?: number;
}

/** A standard queue. Messages are received in the order of their arrival, which AWS does not promise. */
export interface Queue extends QueueSettings {
  send(body: string): void;
  /** Receives at most so many messages. What was received too often moves to the dead-letter queue instead. */
  receive(most: number): readonly ReceivedMessage[];
  delete(receiptHandle: string): void;
  /** When the next message becomes visible, which may be in the past. */
  nextVisibleAt(): number | undefined;
  counts(at: number): QueueCounts;
  /** Calls back when a message has arrived. */
  onArrival(listener: () => void): void;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  /** Later than it was sent where it came from another queue. */
  readonly arrivedAt: number;
  visibleAt: number;
  receives: number;
  firstReceivedAt: number;
  handle: string;
}

/** What happened to messages of a queue, for the metrics. */
export type QueueActivity = 'sent' | 'received' | 'deleted';

export function createQueues(
  settings: readonly QueueSettings[],
  clock: { now(): number },
  onActivity: (queueName: string, activity: QueueActivity, messages: number) => void = () => {},
): readonly Queue[] {
  const accepts = new Map<string, (message: Message) => void>();

  function create(of: QueueSettings): Queue {
    const { visibilitySeconds, delaySeconds, retentionSeconds, redrive } = of;
    /** Oldest arrival first. */
    const messages = new Map<string, Message>();
    const byHandle = new Map<string, string>();
    const listeners: (() => void)[] = [];

    function accept(message: Message): void {
      messages.set(message.id, message);
      for (const listener of listeners) listener();
    }
    accepts.set(of.arn, accept);

    function forget({ id, handle }: Message): void {
      messages.delete(id);
      byHandle.delete(handle);
    }

    /** Messages that were never received become visible in the order of their arrival: the rest is later. */
    function* inOrder(): Generator<Message> {
      for (const message of messages.values()) {
        yield message;
        if (message.receives === 0 && message.visibleAt > clock.now()) return;
      }
    }

    function received(message: Message): ReceivedMessage {
      const now = clock.now();
      byHandle.delete(message.handle);
      message.receives += 1;
      message.firstReceivedAt ||= now;
      message.visibleAt = now + visibilitySeconds * 1000;
      message.handle = randomUUID();
      byHandle.set(message.handle, message.id);
      return {
        messageId: message.id,
        receiptHandle: message.handle,
        body: message.body,
        attributes: {
          ApproximateReceiveCount: String(message.receives),
          SentTimestamp: String(message.sentAt),
          SenderId: 'AIDAIENQZJOLO23YVJ4VO',
          ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
        },
        messageAttributes: {},
        md5OfBody: createHash('md5').update(message.body).digest('hex'),
      };
    }

    return {
      ...of,
      send(body) {
        const now = clock.now();
        const visibleAt = now + delaySeconds * 1000;
        const fresh = { visibleAt, receives: 0, firstReceivedAt: 0, handle: '' };
        onActivity(of.name, 'sent', 1);
        accept({ id: randomUUID(), body, sentAt: now, arrivedAt: now, ...fresh });
      },
      receive(most) {
        const now = clock.now();
        const batch: ReceivedMessage[] = [];
        for (const message of inOrder()) {
          if (batch.length === most) break;
          // A move to another queue does not renew the retention ("Amazon SQS dead-letter queues").
          if (message.sentAt + retentionSeconds * 1000 <= now) forget(message);
          else if (message.visibleAt > now) continue;
          else if (redrive && message.receives >= redrive.maxReceiveCount) {
            forget(message);
            accepts.get(redrive.queueArn)?.({ ...message, arrivedAt: now, visibleAt: now, receives: 0, handle: '' });
          } else batch.push(received(message));
        }
        if (batch.length > 0) onActivity(of.name, 'received', batch.length);
        return batch;
      },
      delete(receiptHandle) {
        const message = messages.get(byHandle.get(receiptHandle) ?? '');
        if (!message) return;
        forget(message);
        onActivity(of.name, 'deleted', 1);
      },
      nextVisibleAt() {
        let next: number | undefined;
        for (const { visibleAt } of inOrder()) {
          if (visibleAt <= clock.now()) return visibleAt;
          next = Math.min(next ?? visibleAt, visibleAt);
        }
        return next;
      },
      counts(at) {
        const all = [...messages.values()];
        const waiting = all.filter(({ visibleAt }) => visibleAt > at);
        const delayed = waiting.filter(({ receives }) => receives === 0).length;
        // "Available CloudWatch metrics for Amazon SQS": what was received three times no longer counts for the age.
        const oldest = all.filter(({ receives }) => receives < 3).map(({ arrivedAt }) => arrivedAt);
        return {
          visible: all.length - waiting.length,
          notVisible: waiting.length - delayed,
          delayed,
          ...(oldest[0] !== undefined && { oldestSeconds: Math.max(0, (at - oldest[0]) / 1000) }),
        };
      },
      onArrival: (listener) => void listeners.push(listener),
    };
  }

  return settings.map(create);
}

const day = 24 * 60 * 60;

export function readQueues(template: ResourceIndex): readonly QueueSettings[] {
  const resources = template.ofType('AWS::SQS::Queue');
  return resources.map((resource) => {
    const queue = Properties.of(resource);
    const arn = resource.attributes.Arn ?? '';
    const redrive = queue.child('RedrivePolicy');
    const queueArn = redrive?.text('deadLetterTargetArn');
    if (queueArn !== undefined && !resources.some(({ attributes }) => attributes.Arn === queueArn)) {
      throw (redrive ?? queue).refusal('deadLetterTargetArn', 'the ARN of a queue of the template');
    }
    return {
      arn,
      name: arn.slice(arn.lastIndexOf(':') + 1),
      visibilitySeconds: queue.number('VisibilityTimeout', 30),
      delaySeconds: queue.number('DelaySeconds', 0),
      retentionSeconds: queue.number('MessageRetentionPeriod', 4 * day),
      ...(redrive &&
        queueArn !== undefined && { redrive: { queueArn, maxReceiveCount: redrive.number('maxReceiveCount') } }),
    };
  });
}

/** Everything that is not listed is refused by name, such as FIFO queues. */
export const supportedProperties: SupportTable = {
  'AWS::SQS::Queue': {
    properties: {
      QueueName: emulated,
      DelaySeconds: emulated,
      MessageRetentionPeriod: emulated,
      VisibilityTimeout: emulated,
      'RedrivePolicy.deadLetterTargetArn': emulated,
      'RedrivePolicy.maxReceiveCount': emulated,
      'RedriveAllowPolicy.**': without('messages move to a dead-letter queue only as RedrivePolicy says'),
      ReceiveMessageWaitTimeSeconds: without('event source mappings poll as they do'),
      SqsManagedSseEnabled: without('messages are kept in memory'),
      KmsMasterKeyId: without('messages are kept in memory'),
      'Tags.**': label,
    },
  },
  'AWS::SQS::QueuePolicy': { properties: { 'Queues.*': emulated, 'PolicyDocument.**': emulated } },
};
