import { ServiceError } from './service-error.ts';

/** What the store's client threw, as far as we look at it. */
interface Thrown {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const view = (thrown: unknown): Thrown => (typeof thrown === 'object' && thrown !== null ? thrown : {});
const statusOf = (thrown: unknown) => view(thrown).$metadata?.httpStatusCode;

/** The object is not there, or what is there is not what was asked for. A missing bucket is another matter. */
export function isAbsent(thrown: unknown): boolean {
  const { name } = view(thrown);
  // InvalidObjectState: in an archive, from which nobody gets it in time.
  if (name === 'NoSuchKey' || name === 'InvalidObjectState') return true;
  return statusOf(thrown) === 404 && name !== 'NoSuchBucket';
}

/** If-Match failed: another object has taken its place. */
export function isReplaced(thrown: unknown): boolean {
  return statusOf(thrown) === 412;
}

/** Names the failure of a call for the viewer and for on-call: our rights, the store's trouble, or its slowness. */
export function storeFailure(thrown: unknown, doing: string, signal: AbortSignal): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  const cause = { cause: thrown };
  if (signal.aborted) return new ServiceError('store-slow', { doing }, cause);
  const status = statusOf(thrown);
  // 403: no right; 404 for a bucket, 400 and 301 (another region): a wrong setting. None of them passes by itself.
  const settled = status !== undefined && status >= 300 && status < 500 && ![408, 409, 412, 429].includes(status);
  return new ServiceError(settled ? 'store-refused' : 'store-unavailable', { doing }, cause);
}
