import type { Addresses } from '../http/hosts.ts';

/** Messages between the chain and the process that runs a function. */

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export interface InvokeMessage {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  readonly invokedFunctionArn: string;
  readonly traceId: string;
  /** The chain's clock minus the machine's. */
  readonly clockOffsetMilliseconds: number;
  /** The local addresses of the chain's hosts. */
  readonly addresses?: Addresses;
}

export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'returned'; readonly payload: string; readonly peakBytes: number }
  /** `ends`: the process ends itself after this. */
  | { readonly type: 'failed'; readonly error: FunctionError; readonly peakBytes: number; readonly ends: boolean };

/** Written to both outputs after an event, so that all its log lines are read before its report is written. */
export const endOfEvent = '\u0000end';
