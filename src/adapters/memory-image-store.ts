import { createHash } from 'node:crypto';
import { identityText, readFocalPoint } from '../core/focal-point.ts';
import { headBytes } from '../core/image-type.ts';
import type { DerivativeStore, NewDerivative, OriginalStore } from '../ports.ts';

interface Held<T> {
  readonly value: T;
  readonly etag: string;
  readonly modified: Date;
  readonly replacedOlder?: boolean;
}

interface Original {
  readonly bytes: Uint8Array;
  readonly focal: string | undefined;
}

const hash = (algorithm: string, data: Uint8Array | string) => createHash(algorithm).update(data).digest('hex');
const etagOf = (bytes: Uint8Array) => `"${hash('md5', bytes)}"`;
const identify = ({ etag, value: { focal } }: Held<Original>) => {
  const point = readFocalPoint(focal);
  return { id: hash('sha256', identityText(etag, point)), ...(point && { focal: point }) };
};

/** Both stores in memory, for the tests of the use case and for the bench, where S3 would hide the service's own cost. */
export function memoryImageStore(now: () => Date = () => new Date()) {
  const originals = new Map<string, Held<Original>>();
  const derivatives = new Map<string, Held<NewDerivative>>();

  const originalStore: OriginalStore = {
    async open(key, signal) {
      signal.throwIfAborted();
      const held = originals.get(key);
      if (!held) return undefined;
      return {
        ...identify(held),
        bytes: held.value.bytes.length,
        async read(inspect) {
          inspect(held.value.bytes.subarray(0, headBytes));
          return held.value.bytes;
        },
        release() {},
        close() {},
      };
    },
    async currentId(key, signal) {
      signal.throwIfAborted();
      const held = originals.get(key);
      return held && identify(held).id;
    },
  };

  const derivativeStore: DerivativeStore = {
    async describe(key, signal) {
      signal.throwIfAborted();
      const held = derivatives.get(key);
      if (!held) return undefined;
      const { etag, modified, value, replacedOlder = false } = held;
      return { etag, modified, bytes: value.bytes.length, originalId: value.originalId, replacedOlder };
    },
    async read(key, etag, signal) {
      signal.throwIfAborted();
      const held = derivatives.get(key);
      return held?.etag === etag ? held.value : undefined;
    },
    async put(key, derivative, replaces, signal) {
      signal.throwIfAborted();
      if (derivatives.get(key)?.etag !== replaces) return false;
      const replacedOlder = replaces !== undefined;
      derivatives.set(key, { value: derivative, etag: etagOf(derivative.bytes), modified: now(), replacedOlder });
      return true;
    },
  };

  return {
    originals: originalStore,
    derivatives: derivativeStore,
    /** What an upload would do. `focal` is its metadata of that name. */
    putOriginal(key: string, bytes: Uint8Array, focal?: string) {
      originals.set(key, { value: { bytes, focal }, etag: etagOf(bytes), modified: now() });
    },
    deleteOriginal: (key: string) => originals.delete(key),
    deleteDerivative: (key: string) => derivatives.delete(key),
    derivativeKeys: () => [...derivatives.keys()],
  };
}
