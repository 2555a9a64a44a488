/** What the use case needs of the outside, in its own words. Types only. */

import type { ImageType } from './core/image-type.ts';
import type { Derivative, ResizePlan } from './core/resize-plan.ts';
import type { Counter, Measure } from './metrics.ts';

/** An original whose first byte has not been read yet. Whoever opened it reads it to the end or closes it. */
export interface OpenedOriginal {
  readonly etag: string;
  /** Size as the store states it, before a byte is read. */
  readonly bytes: number;
  /**
   * The whole image in one buffer. `inspect` gets the first bytes as soon as they are here; when it throws, the
   * download stops and its error comes back. Closed before, it is opened once more.
   */
  read(inspect: (head: Uint8Array) => unknown): Promise<Uint8Array>;
  close(): void;
}

export interface OriginalStore {
  /** `undefined` when there is no such original. */
  open(key: string, signal: AbortSignal): Promise<OpenedOriginal | undefined>;
}

/** A derivative as it lies in the store, with where it came from. */
export interface StoredDerivative {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
  /** ETag of the original that it was made of. */
  readonly originalEtag: string;
}

export interface DerivativeFacts {
  readonly etag: string;
  readonly bytes: number;
  readonly modified: Date;
  /** Absent on an object that something else has put there. */
  readonly originalEtag?: string;
}

export interface DerivativeStore {
  describe(key: string, signal: AbortSignal): Promise<DerivativeFacts | undefined>;
  /** The derivative with this very ETag, or `undefined` when it is gone or another one has taken its place. */
  read(key: string, etag: string, signal: AbortSignal): Promise<StoredDerivative | undefined>;
  /** Whole or not at all. */
  put(key: string, derivative: StoredDerivative, signal: AbortSignal): Promise<void>;
}

/** Throws a refusal for an image that is broken or over a limit. */
export type Transform = (original: Uint8Array, type: ImageType, plan: ResizePlan) => Promise<Derivative>;

export interface Telemetry {
  count(counter: Counter): void;
  measure(name: Measure, value: number): void;
  /** Runs the work and measures its milliseconds, also when it fails. */
  time<T>(name: Measure, work: () => Promise<T>): Promise<T>;
  /** Facts for the log line of this request. */
  note(facts: Readonly<Record<string, string | number | boolean>>): void;
  countPreset(name: string): void;
}
