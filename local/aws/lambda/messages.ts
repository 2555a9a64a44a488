import type { Addresses } from '../http/hosts.ts';

/** What passes between the chain and the process that runs the function. */

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
  /** How far the chain's clock is ahead of the machine's. */
  readonly clockOffsetMilliseconds: number;
  /** Where the hosts of the chain are on this machine. */
  readonly addresses?: Addresses;
}

export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'returned'; readonly payload: string; readonly peakBytes: number }
  /** `ends`: the process ends itself after this. */
  | { readonly type: 'failed'; readonly error: FunctionError; readonly peakBytes: number; readonly ends: boolean };

/** Written to both outputs when an event is done, so that the log lines of one event never slip behind its END. */
export const endOfEvent = '\u0000end';
