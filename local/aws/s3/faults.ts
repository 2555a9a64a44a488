import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Caller } from '../iam/caller.ts';
import { wildcards } from '../iam/policy.ts';

/** What happens instead of the right answer. */
export type FaultEffect =
  /** S3 answers with this error and does nothing. */
  | { readonly error: { readonly status: number; readonly code: string } }
  | { readonly delayMilliseconds: number }
  /** Nothing reaches S3 until this resolves. An `S3Error` that it throws is S3's answer. */
  | { readonly until: (call: FaultyCall & { readonly caller: Caller }) => Promise<void> }
  /** `request`: nothing reaches S3. `answer`: S3 does its work, and its answer is lost. Else the body ends early. */
  | { readonly cut: 'request' | 'answer' | { readonly afterBytes: number } }
  /** `request`: there is never an answer. Else the headers and so many bytes arrive, and then nothing. */
  | { readonly stall: 'request' | { readonly afterBytes: number } };

export interface FaultyCall {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
}

/** The calls of Lambdas that meet an effect. An absent field matches every call. */
export interface Fault {
  readonly operation?: string;
  readonly bucket?: string;
  /** With `*` and `?`. */
  readonly key?: string;
  /** The first matching call that is hit, counted from 1. Default: 1. */
  readonly nth?: number;
  /** How many are hit from then on. Default: all. */
  readonly times?: number;
  /** One in so many of these is hit. Default: each. */
  readonly every?: number;
  readonly effect: FaultEffect;
}

export interface Faults {
  /** Returns a function that removes the fault. */
  add(fault: Fault): () => void;
  clear(): void;
  list(): readonly Fault[];
  /** Counts the call and returns its effect, if any. */
  next(call: FaultyCall): FaultEffect | undefined;
}

export function createFaults(): Faults {
  const active = new Map<Fault, { calls: number }>();
  return {
    add(fault) {
      active.set(fault, { calls: 0 });
      return () => active.delete(fault);
    },
    clear: () => active.clear(),
    list: () => [...active.keys()],
    next(call) {
      let effect: FaultEffect | undefined;
      for (const [fault, count] of active) {
        if (!hits(fault, call)) continue;
        count.calls += 1;
        const { nth = 1, times = Number.POSITIVE_INFINITY, every = 1 } = fault;
        const hit = (count.calls - nth) / every;
        if (hit >= 0 && hit < times && Number.isInteger(hit)) effect ??= fault.effect;
      }
      return effect;
    },
  };
}

function hits({ operation, bucket, key }: Fault, call: FaultyCall): boolean {
  if (operation !== undefined && operation !== call.operation) return false;
  if (bucket !== undefined && bucket !== call.bucket) return false;
  return key === undefined || wildcards([key]).test(call.key);
}

/** Passes the first bytes of a body. Then it ends the connection, or sends nothing more until the client hangs up. */
export function breakOff(
  fault: Extract<FaultEffect, { readonly cut: unknown } | { readonly stall: unknown }>,
  response: ServerResponse,
) {
  const place = 'cut' in fault ? fault.cut : fault.stall;
  const bytes = typeof place === 'object' ? place.afterBytes : 0;
  return async function* (body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let left = bytes;
    for await (const chunk of body) {
      if (left > 0) yield chunk.subarray(0, left);
      left -= chunk.length;
      if (left >= 0) continue;
      // Inside the loop: leaving it would end the body, and with it the connection.
      if ('stall' in fault) await once(response, 'close');
      throw new Error('The body ends here because a fault was asked for');
    }
  };
}
