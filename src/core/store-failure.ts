import { ServiceError } from './service-error.ts';

/** What the store's client threw, as far as it is read. */
interface Thrown {
  readonly name?: string;
  /** Of Node. */
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const view = (thrown: unknown): Thrown => (typeof thrown === 'object' && thrown !== null ? thrown : {});
const statusOf = (thrown: unknown) => view(thrown).$metadata?.httpStatusCode;

/** The object does not exist. A missing bucket is another matter. */
export function isAbsent(thrown: unknown): boolean {
  const { name } = view(thrown);
  // InvalidObjectState: archived, so it cannot be read within a request.
  if (name === 'NoSuchKey' || name === 'InvalidObjectState') return true;
  return statusOf(thrown) === 404 && name !== 'NoSuchBucket';
}

/** If-Match or If-None-Match failed: another object is stored there. */
export function isReplaced(thrown: unknown): boolean {
  return statusOf(thrown) === 412;
}

/**
 * A conditional put was refused. 412: another object is stored there; 409: another put is in progress; 404: the object
 * to be replaced is gone (S3 user guide, "How to prevent object overwrites with conditional writes").
 */
export function isOvertaken(thrown: unknown): boolean {
  return isReplaced(thrown) || statusOf(thrown) === 409 || isAbsent(thrown);
}

/** Names the failure of a call: missing rights or a wrong setting, a store that is slow, or one that fails. */
export function storeFailure(thrown: unknown, doing: string, signal: AbortSignal): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  const cause = { cause: thrown };
  if (signal.aborted || isTimeout(view(thrown))) return new ServiceError('store-slow', { doing }, cause);
  const status = statusOf(thrown);
  // 403: no right; 404 for a bucket, 400 and 301 (another region): a wrong setting. None of them passes by itself.
  const settled = status !== undefined && status >= 300 && status < 500 && ![408, 409, 412, 429].includes(status);
  return new ServiceError(settled ? 'store-refused' : 'store-unavailable', { doing }, cause);
}

/** The SDK gives this name also to a connection that was closed. */
function isTimeout({ name, code }: Thrown): boolean {
  return name === 'TimeoutError' && code !== 'ECONNRESET' && code !== 'EPIPE';
}
