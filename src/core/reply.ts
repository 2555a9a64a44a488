import type { ServiceConfig } from '../config.ts';
import type { ServiceError } from './service-error.ts';

/** An answer of the API, independent of its transport. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

const safe = { 'X-Content-Type-Options': 'nosniff' };

/**
 * Redirects to the derivative that was just stored. Without `no-store` a browser keeps a 301 for ever, and loops once
 * the derivative has expired.
 */
export function replyRedirect(location: string): Reply {
  return { status: 301, headers: { ...safe, Location: location, 'Cache-Control': 'no-store' } };
}

/** Sends the image itself. `no-store`, since CloudFront caches the one in S3. */
export function replyDerivative({ bytes, contentType }: { bytes: Uint8Array; contentType: string }): Reply {
  return { status: 200, headers: { ...safe, 'Content-Type': contentType, 'Cache-Control': 'no-store' }, body: bytes };
}

/** The longest `Retry-After`, in seconds. */
const longestWait = 4;

export interface ErrorContext {
  readonly requestId: string;
  readonly cache: ServiceConfig['cache'];
  /** From 0 to 1. Spreads the `Retry-After` of many viewers who fail at the same moment. */
  readonly random: number;
}

/** A refusal may be cached for a while, so that a broken page does not ask again at once; a fault may not. */
export function replyError(error: ServiceError, { requestId, cache, random }: ErrorContext): Reply {
  return {
    status: error.status,
    headers: {
      ...safe,
      'Content-Type': 'application/json',
      'Cache-Control': error.isFault ? 'no-store' : `max-age=${cache.refusalSeconds}`,
      ...(error.status === 405 && { Allow: 'GET, HEAD' }),
      ...(error.status === 503 && { 'Retry-After': String(1 + Math.floor(random * longestWait)) }),
    },
    body: JSON.stringify({ code: error.code, message: error.message, requestId }),
  };
}

/** Adds how long each phase took, for the network panel of browsers and for the load test. */
export function withServerTiming(reply: Reply, milliseconds: Readonly<Record<string, number>>): Reply {
  const entries = Object.entries(milliseconds).map(([phase, ms]) => `${phase};dur=${ms.toFixed(1)}`);
  return { ...reply, headers: { ...reply.headers, 'Server-Timing': entries.join(', ') } };
}
