import { cacheTagHeader } from './derivative-metadata.ts';
import type { ServiceError } from './service-error.ts';

/** An answer of the API, independent of its transport. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/**
 * On every answer, also where the request has no `Origin`: a browser may keep an answer and use it later for a `fetch`, a
 * canvas or a page with COEP. Without the last one such a page sees no timing of the hop.
 */
export const crossOriginHeaders = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Timing-Allow-Origin': '*',
} as const;

const everyReply = { 'X-Content-Type-Options': 'nosniff', ...crossOriginHeaders };

/**
 * Redirects to the derivative that was just stored. Without `no-store` a browser keeps a 301 for ever, and loops once
 * the derivative has expired.
 */
export function replyRedirect(location: string): Reply {
  return { status: 301, headers: { ...everyReply, Location: location, 'Cache-Control': 'no-store' } };
}

/** How long the edge keeps a redirect to a fallback: an upload shows that much later at most. */
export const fallbackSeconds = 60;

/**
 * Redirects to the fallback of an original that does not exist. The edge takes the load, and no browser keeps it. The tag
 * is that of the missing original, so its purge ends the redirect.
 */
export function replyFallback(location: string, cacheTag: string): Reply {
  return {
    status: 302,
    headers: { ...everyReply, Location: location, 'Cache-Control': fallbackCacheControl, [cacheTagHeader]: cacheTag },
  };
}

export const fallbackCacheControl = `max-age=0, s-maxage=${fallbackSeconds}`;

/** Sends the image itself. `no-store`, since CloudFront caches the one in S3. */
export function replyDerivative({ bytes, contentType }: { bytes: Uint8Array; contentType: string }): Reply {
  return {
    status: 200,
    headers: { ...everyReply, 'Content-Type': contentType, 'Cache-Control': 'no-store' },
    body: bytes,
  };
}

/** Answers `OPTIONS`: any page may ask with any headers. Firefox keeps the answer for a day, Chrome for two hours. */
export function replyPreflight(): Reply {
  return {
    status: 204,
    headers: {
      ...everyReply,
      'Access-Control-Allow-Methods': 'GET, HEAD',
      'Access-Control-Allow-Headers': '*',
      'Access-Control-Max-Age': '86400',
      'Cache-Control': 'max-age=86400',
    },
  };
}

/** The longest `Retry-After`, in seconds. */
const longestWait = 4;

export interface ErrorContext {
  readonly requestId: string;
  /** How long browsers may keep a refusal, so that a broken page does not ask again at once. A fault is never kept. */
  readonly refusalSeconds: number;
  /** From 0 to 1. Spreads the `Retry-After` of many viewers who fail at the same moment. */
  readonly random: number;
}

export function replyError(error: ServiceError, { requestId, refusalSeconds, random }: ErrorContext): Reply {
  const isKept = !error.isFault && refusalSeconds > 0;
  return {
    status: error.status,
    headers: {
      ...everyReply,
      'Content-Type': 'application/json',
      'Cache-Control': isKept ? `max-age=${refusalSeconds}` : 'no-store',
      ...(error.status === 405 && { Allow: 'GET, HEAD, OPTIONS' }),
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
