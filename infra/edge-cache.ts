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

/** CloudFront keeps these errors whatever the origin says, so each one's time is stated and none is left to a default. */
export function errorTtls({ notFoundSeconds }: ServiceConfig['cache']): readonly ErrorTtl[] {
  return [
    // A wrong secret or policy: heals as soon as it is put right.
    { status: 403, seconds: 10 },
    // An unlisted size. A listed size that is missing never is a 404 here, it is a 307.
    { status: 404, seconds: notFoundSeconds },
    ...[500, 502, 503, 504].map((status) => ({ status, seconds: 5 })),
  ];
}
