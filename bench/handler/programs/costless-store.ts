/**
 * Stands in for `s3-image-store.ts`: stores that only hold what they are given. With a hash of each derivative, as S3 has
 * it, theirs would be the cost. One for the whole process.
 */
import { headBytes } from '../../../src/core/image-type.ts';
import type { NewDerivative } from '../../../src/ports.ts';

type Real = typeof import('../../../src/adapters/s3-image-store.ts');

export const images = new Map<string, Uint8Array>();
export const held = new Map<string, NewDerivative>();
const modified = new Date(0);

export const s3Originals: Real['s3Originals'] = () => ({
  async open(key) {
    const bytes = images.get(key);
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
    const derivative = held.get(key);
    if (!derivative) return undefined;
    const { bytes, originalId } = derivative;
    return { etag: key, bytes: bytes.length, modified, originalId };
  },
  read: async (key) => held.get(key),
  async put(key, derivative) {
    held.set(key, derivative);
    return true;
  },
});
