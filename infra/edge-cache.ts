import type { ServiceConfig } from '../src/config.ts';

/**
 * CloudFront does not cache an answer without Cache-Control. The 307 of the website has none, and a cached one would be
 * a redirect loop for as long as it is cached. Derivatives have their own Cache-Control.
 */
export const edgeTtlSeconds = { minimum: 0, default: 0, maximum: 365 * 24 * 60 * 60 } as const;

export interface ErrorTtl {
  readonly status: number;
  readonly seconds: number;
}

/** CloudFront caches these errors whatever the origin says, by default for 10 seconds. */
export function errorTtls({ notFoundSeconds }: ServiceConfig['cache']): readonly ErrorTtl[] {
  return [
    // A wrong secret or policy: viewers recover soon after it is corrected. Cached only if S3 asks for it, which it does not.
    { status: 403, seconds: 10 },
    // An unlisted size. A missing derivative of a listed size is a 307.
    { status: 404, seconds: notFoundSeconds },
    ...[414, 500, 501, 502, 503, 504].map((status) => ({ status, seconds: 5 })),
  ];
}
