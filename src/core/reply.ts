import type { ServiceConfig } from '../config.ts';
import type { ServiceError } from './service-error.ts';

/** What the viewer gets from the API, whatever the transport. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

const safe = { 'X-Content-Type-Options': 'nosniff' };

/**
 * A derivative was made: back to CloudFront. A browser keeps a bare 301 for ever, and would go round without any
 * server seeing it once the derivative has expired: hence `no-store`.
 */
export function replyRedirect(location: string): Reply {
  return { status: 301, headers: { ...safe, Location: location, 'Cache-Control': 'no-store' } };
}

/** The derivative itself. `no-store`: the copy to keep is CloudFront's. */
export function replyDerivative({ bytes, contentType }: { bytes: Uint8Array; contentType: string }): Reply {
  return { status: 200, headers: { ...safe, 'Content-Type': contentType, 'Cache-Control': 'no-store' }, body: bytes };
}

/** A refusal may be kept for a minute, so that a broken page does not ask on; a fault is over when it is over. */
export function replyError(error: ServiceError, requestId: string, { cache }: Pick<ServiceConfig, 'cache'>): Reply {
  return {
    status: error.status,
    headers: {
      ...safe,
      'Content-Type': 'application/json',
      'Cache-Control': error.isFault ? 'no-store' : `max-age=${cache.refusalSeconds}`,
      ...(error.code === 'method-not-allowed' && { Allow: 'GET, HEAD' }),
      ...(error.retryAfterSeconds && { 'Retry-After': String(error.retryAfterSeconds) }),
    },
    body: JSON.stringify({ code: error.code, message: error.message, requestId }),
  };
}

/** Adds what each phase took, for the browser's network panel and for the load test. */
export function withServerTiming(reply: Reply, milliseconds: Readonly<Record<string, number>>): Reply {
  const entries = Object.entries(milliseconds).map(([phase, ms]) => `${phase};dur=${ms.toFixed(1)}`);
  return { ...reply, headers: { ...reply.headers, 'Server-Timing': entries.join(', ') } };
}
