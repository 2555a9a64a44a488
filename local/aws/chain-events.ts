import type { EdgeRecord } from './cloudfront/edge-answer.ts';
import type { EdgeFunctionOutcome } from './cloudfront/edge-function.ts';
import type { InvalidationChange } from './cloudfront/invalidations.ts';
import type { Transition } from './cloudwatch/alarms/alarms.ts';
import type { AccessRecord } from './http-api/access-log.ts';
import type { LambdaReport } from './lambda/execution-environment.ts';
import type { BucketEvent } from './s3/bucket-events.ts';
import type { S3Call } from './s3/server.ts';
import type { Batch } from './sqs/event-source-mapping.ts';
import type { QueueActivity } from './sqs/queue.ts';

/** One request at one endpoint of the chain. */
export interface EndpointHop {
  readonly endpoint: 'edge' | 'website' | 'api';
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly status: number;
  /** With the host names of AWS. */
  readonly location?: string;
  /** Bytes of the answer's body. */
  readonly bytes: number;
  /** In real time. */
  readonly milliseconds: number;
  /** At the edge. */
  readonly edge?: EdgeRecord;
  /** At the API. */
  readonly access?: AccessRecord;
}

/** One call of a Lambda, with its result. */
export interface Invocation {
  readonly functionName: string;
  /** The function, with the version or alias that was called: `name:live`. */
  readonly resource: string;
  readonly outcome: 'returned' | 'failed' | 'throttled';
  /** By the chain's clock. */
  readonly startedAt: number;
  /** In real time, without the way to the function. */
  readonly milliseconds: number;
  /** Calls of the function that ran when this one began, including it. */
  readonly concurrent: number;
  /** What Lambda reports of the run. Absent where the function did not run. */
  readonly report?: LambdaReport;
}

/** What happens in the chain: one event for each. */
export type ChainEvent = { readonly at: number } & (
  | { readonly kind: 'hop'; readonly hop: EndpointHop }
  | { readonly kind: 'edge-function'; readonly functionName: string; readonly outcome: EdgeFunctionOutcome }
  | { readonly kind: 'invocation'; readonly invocation: Invocation }
  | { readonly kind: 's3'; readonly call: S3Call }
  | { readonly kind: 'log'; readonly group: string; readonly line: string }
  | { readonly kind: 'expired'; readonly bucket: string; readonly keys: readonly string[] }
  | { readonly kind: 'bucket-event'; readonly event: BucketEvent }
  | {
      readonly kind: 'queue';
      readonly queueName: string;
      readonly activity: QueueActivity;
      readonly messages: number;
    }
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'invalidation'; readonly change: InvalidationChange }
  | { readonly kind: 'alarm'; readonly transition: Transition }
  | { readonly kind: 'switch'; readonly name: string; readonly value: string }
);

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

export interface Bus {
  emit(event: WithoutTime<ChainEvent>): void;
  /** Returns a function that stops listening. */
  listen(listener: (event: ChainEvent) => void): () => void;
}

export function createBus(clock: { now(): number }): Bus {
  const listeners = new Set<(event: ChainEvent) => void>();
  return {
    emit(event) {
      if (listeners.size === 0) return;
      const stamped = { ...event, at: clock.now() } as ChainEvent;
      for (const listener of listeners) listener(stamped);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
