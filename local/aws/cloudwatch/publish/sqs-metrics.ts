import type { Queue, QueueActivity } from '../../sqs/queue.ts';
import { createTallies, type Publisher, type Put } from './publisher.ts';

const names: Readonly<Record<QueueActivity, string>> = {
  sent: 'NumberOfMessagesSent',
  received: 'NumberOfMessagesReceived',
  deleted: 'NumberOfMessagesDeleted',
};
/** After a gap, as after a jump of the clock, the queues are not described for each minute of it. */
const mostMinutes = 10;

/** `AWS/SQS` ("Available CloudWatch metrics for Amazon SQS"), by queue. An empty queue has no age of a message. */
export function publishQueues(queues: readonly Queue[], put: Put): Publisher {
  const minutes = createTallies(() => new Map<string, number>());
  let described: number | undefined;

  function add(QueueName: string, name: string, atSeconds: number, value: number): void {
    put('sqs', { namespace: 'AWS/SQS', name, dimensions: { QueueName }, atSeconds, value });
  }

  function describe({ name, counts }: Queue, atSeconds: number): void {
    const { visible, notVisible, delayed, oldestSeconds } = counts((atSeconds + 60) * 1000);
    add(name, 'ApproximateNumberOfMessagesVisible', atSeconds, visible);
    add(name, 'ApproximateNumberOfMessagesNotVisible', atSeconds, notVisible);
    add(name, 'ApproximateNumberOfMessagesDelayed', atSeconds, delayed);
    if (oldestSeconds !== undefined) add(name, 'ApproximateAgeOfOldestMessage', atSeconds, Math.round(oldestSeconds));
  }

  return {
    onEvent(event) {
      if (event.kind !== 'queue') return;
      const key = `${names[event.activity]} ${event.queueName}`;
      const tally = minutes.of(event.at / 1000);
      tally.set(key, (tally.get(key) ?? 0) + event.messages);
    },
    publishUntil(seconds) {
      for (const { atSeconds, tally } of minutes.takeUntil(seconds)) {
        for (const [key, messages] of tally) {
          const [name = '', queueName = ''] = key.split(' ');
          add(queueName, name, atSeconds, messages);
        }
      }
      const from = Math.max(described ?? seconds - 60, seconds - mostMinutes * 60);
      for (let at = from; at < seconds; at += 60) for (const queue of queues) describe(queue, at);
      described = seconds;
    },
  };
}
