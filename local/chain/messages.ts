import { createEventBus } from '../aws/eventbridge/event-bus.ts';
import type { Invoke } from '../aws/lambda/lambda.ts';
import type { BucketEvent } from '../aws/s3/bucket-events.ts';
import { startEventSourceMapping } from '../aws/sqs/event-source-mapping.ts';
import { createQueues, type Queue } from '../aws/sqs/queue.ts';
import type { ChainContext } from './context.ts';
import type { ChainParts } from './read-parts.ts';

/** The way of an event from a bucket to a Lambda: rules, queues, and the mappings that read them. */
export interface Messages {
  readonly queues: readonly Queue[];
  publish(event: BucketEvent): void;
  /** From now on the functions get the messages of their queues. */
  connect(invoke: Invoke): void;
}

export function createMessages(parts: ChainParts, { clock, timers, delays, events }: ChainContext): Messages {
  const { template, patternRules: rules, queuePolicies, eventSourceMappings } = parts;
  const { account } = template;
  const queues = createQueues(parts.queues, clock, (queueName, activity, messages) =>
    events.emit({ kind: 'queue', queueName, activity, messages }),
  );
  const deliver = createEventBus({
    rules,
    queues,
    queuePolicies,
    account,
    clock,
    timers,
    delays: (event, queueArn) => delays.delivery(event, queueArn),
  });

  return {
    queues,
    publish(event) {
      events.emit({ kind: 'bucket-event', event });
      deliver(event);
    },
    connect(invoke) {
      for (const mapping of eventSourceMappings) {
        const queue = queues.find(({ arn }) => arn === mapping.queueArn);
        if (!queue) continue;
        startEventSourceMapping({
          mapping,
          queue,
          region: account.region,
          clock,
          timers,
          invoke,
          pollMilliseconds: () => delays.poll(),
          onBatch: (batch) => events.emit({ kind: 'batch', batch }),
        });
      }
    },
  };
}
