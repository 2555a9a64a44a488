import { headBytes } from '../../../src/core/image-type.ts';
import type { DerivativeStore, OriginalStore, StoredDerivative } from '../../../src/ports.ts';

/** Stores that only hold what they are given: with a hash of each derivative, as S3 has it, theirs would be the cost. */
export function costlessStore() {
  const held = new Map<string, StoredDerivative>();
  const pictures = new Map<string, Uint8Array>();
  const modified = new Date(0);

  const originals: OriginalStore = {
    async open(key) {
      const bytes = pictures.get(key);
      if (!bytes) return undefined;
      return {
        etag: key,
        bytes: bytes.length,
        async read(inspect) {
          inspect(bytes.subarray(0, headBytes));
          return bytes;
        },
        close() {},
      };
    },
  };
  const derivatives: DerivativeStore = {
    async describe(key) {
      const derivative = held.get(key);
      if (!derivative) return undefined;
      const { bytes, originalEtag } = derivative;
      return { etag: key, bytes: bytes.length, modified, originalEtag };
    },
    read: async (key) => held.get(key),
    async put(key, derivative) {
      held.set(key, derivative);
    },
  };
  return { originals, derivatives, pictures, held };
}
