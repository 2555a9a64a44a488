import type { ServiceConfig } from '../src/config.ts';
import { fallbackSeconds } from '../src/core/reply.ts';

/**
 * CloudFront does not cache an answer without Cache-Control. The 307 of the website has none, and a cached one would be
 * a redirect loop for as long as it is cached. Derivatives have their own Cache-Control.
 */
export const edgeTtlSeconds = { minimum: 0, default: 0, maximum: 365 * 24 * 60 * 60 } as const;

/**
 * For /resize: what the Lambda answers is `no-store`, but for the redirect to a fallback. Its maximum is not 0, since then the query,
 * which names the image, could not be in the cache key (API reference, CachePolicyConfig).
 */
export const resizeTtlSeconds = { minimum: 0, default: 0, maximum: fallbackSeconds } as const;

export interface ErrorTtl {
  readonly status: number;
  readonly seconds: number;
}

/**
 * CloudFront caches these errors, by default for 10 seconds: 404, 410, 414 and 501 unless they are `no-store`, the others
 * whatever the origin says ("Control how long CloudFront caches errors"). The times are for every behaviour.
 */
export function errorTtls({ notFoundSeconds }: ServiceConfig['cache']): readonly ErrorTtl[] {
  return [
    // A wrong secret or policy: viewers recover soon after it is corrected. Cached only if the origin asks for it, which none does.
    { status: 403, seconds: 10 },
    // An unlisted size. A missing derivative of a listed size is a 307, and the API's 404 is `no-store`.
    { status: 404, seconds: notFoundSeconds },
    // Not longer than the API's Retry-After, since its errors are kept, too.
    ...[414, 500, 501, 502, 503, 504].map((status) => ({ status, seconds: 1 })),
  ];
}
