import type { EdgeRecord } from './cloudfront/edge-answer.ts';
import type { EdgeFunctionOutcome } from './cloudfront/edge-function.ts';
import type { Transition } from './cloudwatch/alarms/alarms.ts';
import type { AccessRecord } from './http-api/access-log.ts';
import type { S3Call } from './s3/server.ts';

/** One request at one place of the chain. */
export interface Hop {
  readonly endpoint: 'edge' | 'website' | 'api';
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly status: number;
  /** With the names of AWS in it, as it was before it left through a endpoint. */
  readonly location?: string;
  /** `X-Cache`, at the edge. */
  readonly cache?: string;
  readonly bytes: number;
  readonly milliseconds: number;
}

/** One call of a Lambda, and what came of it. */
export interface Invocation {
  readonly functionName: string;
  /** The function, with the version or alias that was called: `name:live`. */
  readonly resource: string;
  readonly outcome: 'returned' | 'failed' | 'throttled';
  /** By the chain's clock. */
  readonly startedAt: number;
  /** Of the function's own time, in real milliseconds. */
  readonly milliseconds: number;
  /** Calls of the function that ran at its beginning, itself among them. */
  readonly concurrent: number;
}

/** What happens in the chain, for whoever watches: a console, a test. */
export type ChainEvent = { readonly at: number } & (
  | { readonly kind: 'hop'; readonly hop: Hop }
  | { readonly kind: 'edge'; readonly record: EdgeRecord }
  | { readonly kind: 'edge-function'; readonly functionName: string; readonly outcome: EdgeFunctionOutcome }
  | { readonly kind: 'access'; readonly record: AccessRecord }
  | { readonly kind: 'invocation'; readonly invocation: Invocation }
  | { readonly kind: 's3'; readonly call: S3Call }
  | { readonly kind: 'log'; readonly group: string; readonly line: string }
  | { readonly kind: 'expired'; readonly bucket: string; readonly keys: readonly string[] }
  | { readonly kind: 'alarm'; readonly transition: Transition }
  | { readonly kind: 'switch'; readonly name: string; readonly value: string }
);

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

export interface Bus {
  emit(event: WithoutTime<ChainEvent>): void;
  /** Gives back the way to stop listening. */
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
