import type { ServiceConfig } from '../src/config.ts';

/**
 * How long CloudFront keeps an answer that says nothing itself: not at all. The 307 of the website says nothing, and a
 * kept one would send every viewer round for its whole life. Derivatives carry their own Cache-Control.
 */
export const edgeTtlSeconds = { minimum: 0, default: 0, maximum: 365 * 24 * 60 * 60 } as const;

export interface ErrorTtl {
  readonly status: number;
  readonly seconds: number;
}

/** What CloudFront keeps whatever the origin says has its time stated here, and is not left to a default of 10 seconds. */
export function errorTtls({ notFoundSeconds }: ServiceConfig['cache']): readonly ErrorTtl[] {
  return [
    // A wrong secret or policy: heals as soon as it is put right. Kept only if S3 asks for it, which it does not today.
    { status: 403, seconds: 10 },
    // An unlisted size. A listed size that is missing never is a 404 here, it is a 307.
    { status: 404, seconds: notFoundSeconds },
    ...[414, 500, 501, 502, 503, 504].map((status) => ({ status, seconds: 5 })),
  ];
}
