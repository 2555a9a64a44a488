/** Replaces `s3-image-store.ts`: stores in memory that do no work of their own, so they compute no ETag either. */
import { headBytes } from '../../../src/core/image-type.ts';
import type { NewDerivative } from '../../../src/ports.ts';

type Real = typeof import('../../../src/adapters/s3-image-store.ts');

export const originals = new Map<string, Uint8Array>();
export const derivatives = new Map<string, NewDerivative>();
const modified = new Date(0);

export const s3Originals: Real['s3Originals'] = () => ({
  async open(key) {
    const bytes = originals.get(key);
    if (!bytes) return undefined;
    return {
      id: key,
      bytes: bytes.length,
      async read(inspect) {
        inspect(bytes.subarray(0, headBytes));
        return bytes;
      },
      close() {},
    };
  },
  currentId: async (key) => key,
});

export const s3Derivatives: Real['s3Derivatives'] = () => ({
  async describe(key) {
    const derivative = derivatives.get(key);
    if (!derivative) return undefined;
    const { bytes, originalId } = derivative;
    return { etag: key, bytes: bytes.length, modified, originalId };
  },
  read: async (key) => derivatives.get(key),
  async put(key, derivative) {
    derivatives.set(key, derivative);
    return true;
  },
});
