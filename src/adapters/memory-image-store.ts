import { createHash } from 'node:crypto';
import { headBytes } from '../core/image-type.ts';
import type { DerivativeStore, OriginalStore, StoredDerivative } from '../ports.ts';

interface Held<T> {
  readonly value: T;
  readonly etag: string;
  readonly modified: Date;
}

const etagOf = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;

/** Both stores in memory: for the tests of the use case, and for the bench, where S3 would hide what we cost. */
export function memoryImageStore(now: () => Date = () => new Date()) {
  const originals = new Map<string, Held<Uint8Array>>();
  const derivatives = new Map<string, Held<StoredDerivative>>();

  const originalStore: OriginalStore = {
    async open(key, signal) {
      signal.throwIfAborted();
      const held = originals.get(key);
      if (!held) return undefined;
      return {
        etag: held.etag,
        bytes: held.value.length,
        async read(inspect) {
          inspect(held.value.subarray(0, headBytes));
          return held.value;
        },
        close() {},
      };
    },
  };

  const derivativeStore: DerivativeStore = {
    async describe(key, signal) {
      signal.throwIfAborted();
      const held = derivatives.get(key);
      if (!held) return undefined;
      const { etag, modified, value } = held;
      return { etag, modified, bytes: value.bytes.length, originalEtag: value.originalEtag };
    },
    async read(key, etag, signal) {
      signal.throwIfAborted();
      const held = derivatives.get(key);
      return held?.etag === etag ? held.value : undefined;
    },
    async put(key, derivative, signal) {
      signal.throwIfAborted();
      derivatives.set(key, { value: derivative, etag: etagOf(derivative.bytes), modified: now() });
    },
  };

  return {
    originals: originalStore,
    derivatives: derivativeStore,
    /** What an upload would do. */
    putOriginal(key: string, bytes: Uint8Array) {
      originals.set(key, { value: bytes, etag: etagOf(bytes), modified: now() });
    },
    deleteOriginal: (key: string) => originals.delete(key),
    deleteDerivative: (key: string) => derivatives.delete(key),
    derivativeKeys: () => [...derivatives.keys()],
  };
}
