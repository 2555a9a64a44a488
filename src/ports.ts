/** What the use case needs from outside. Types only. */

import type { FocalPoint } from './core/focal-point.ts';
import type { ImageType } from './core/image-type.ts';
import type { Derivative, ResizePlan } from './core/resize-plan.ts';
import type { Counter, Measure } from './metrics.ts';

/** An original of which no byte has been read yet. The caller of `open` closes it. */
export interface OpenedOriginal {
  /** Identifies what a derivative is made from: sha256 of the original's ETag and its focal point, in hex. */
  readonly id: string;
  /** From the original's metadata. */
  readonly focal?: FocalPoint | 'malformed';
  /** Size as the store states it. */
  readonly bytes: number;
  /**
   * Reads the whole image into one buffer. `inspect` gets the first bytes as soon as they arrive; if it throws, the
   * download stops and `read` rejects with that error. After `close()` the original is opened once more. Rejects with
   * `original-missing` or `original-replaced` if it was deleted or replaced since it was opened.
   */
  read(inspect: (head: Uint8Array) => unknown): Promise<Uint8Array>;
  /** Gives the memory of what was read back at once. Nobody may read those bytes any more, a decoder included. */
  release(): void;
  close(): void;
}

export interface OriginalStore {
  /** `undefined` if there is no such original. */
  open(key: string, signal: AbortSignal): Promise<OpenedOriginal | undefined>;
  /** The `id` that the original has now, or that a version of it has; `undefined` if there is none. */
  currentId(key: string, signal: AbortSignal, versionId?: string): Promise<string | undefined>;
}

/** A derivative as it is put. */
export interface NewDerivative {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly originalKey: string;
  readonly originalId: string;
}

export interface DerivativeFacts {
  readonly etag: string;
  readonly bytes: number;
  readonly modified: Date;
  /** Absent on an object that something else has put there. */
  readonly originalId?: string;
  /** It was put in place of a derivative of an older original. */
  readonly replacedOlder: boolean;
}

export interface DerivativeStore {
  describe(key: string, signal: AbortSignal): Promise<DerivativeFacts | undefined>;
  /** The derivative with this ETag, or `undefined` if it is gone or was replaced. */
  read(
    key: string,
    etag: string,
    signal: AbortSignal,
  ): Promise<Pick<NewDerivative, 'bytes' | 'contentType'> | undefined>;
  /**
   * Stores the derivative whole or not at all, and only in place of the one with the ETag `replaces`, or of none if
   * `replaces` is absent. Returns false if something else is stored there.
   */
  put(key: string, derivative: NewDerivative, replaces: string | undefined, signal: AbortSignal): Promise<boolean>;
}

/** One entry of the history of an original: a version, or the mark of its deletion. */
export interface OriginalVersion {
  readonly id: string;
  /** Absent on a mark. */
  readonly etag?: string;
}

/** What only the purge asks of the buckets. */
export interface PurgeStore {
  /** The newest two entries of the key's history, or fewer. */
  newestVersions(key: string, signal: AbortSignal): Promise<readonly OriginalVersion[]>;
  /** Deletes each derivative, unless it has been replaced since it was seen. */
  remove(derivatives: ReadonlyMap<string, DerivativeFacts>, signal: AbortSignal): Promise<void>;
  /** Items that were invalidated on the day. */
  invalidated(day: string, signal: AbortSignal): Promise<number>;
  countInvalidated(day: string, items: number, signal: AbortSignal): Promise<void>;
}

/** CloudFront, as far as the purge needs it. */
export interface EdgeCache {
  /** Removes what the items name from every edge. The same reference with the same items is one invalidation. */
  invalidate(items: readonly string[], reference: string, signal: AbortSignal): Promise<void>;
}

/** What one batch of the purge came to. */
export interface PurgeReport {
  /** Originals whose derivatives were checked: not those whose events changed nothing. */
  readonly purged: number;
  readonly deleted: number;
  readonly invalidated: number;
  readonly heldBack: { readonly keys: readonly string[]; readonly items: number };
  /** Of each message whose original was invalidated: seconds since its event. */
  readonly lagSeconds: readonly number[];
  /** Messages to be received again, with the reason. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/** Throws a refusal for an image that is broken or over a limit. */
export type Transform = (original: Uint8Array, type: ImageType, plan: ResizePlan) => Promise<Derivative>;

/** Metrics and log of one request. */
export interface Telemetry {
  count(counter: Counter): void;
  measure(name: Measure, value: number): void;
  /** Runs the work and measures its milliseconds, also if it fails. */
  time<T>(name: Measure, work: () => Promise<T>): Promise<T>;
  /** Facts for the log line of this request. */
  note(facts: Readonly<Record<string, string | number | boolean>>): void;
  countPreset(name: string): void;
}
