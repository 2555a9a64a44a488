import type { CachePolicy } from './cache-policy.ts';

/** Facts about CloudFront on which its documentation and older recordings disagree. */
export interface CloudFrontSwitches {
  /**
   * `documented`: a 307 or 308 without Cache-Control is not cached (today's page on 3xx).
   * `legacy`: it is cached for DefaultTTL like any other answer, as users saw from 2017 to 2020.
   */
  readonly redirectCaching: 'documented' | 'legacy';
  /** Which URI a viewer-response function sees after a viewer-request function changed it. */
  readonly responseUri: 'rewritten' | 'asked';
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * For how many seconds an answer below 400 is fresh ("Manage how long content stays in the cache (expiration)").
 * `undefined`: it is not stored. 0: it is stored, and revalidated with every request.
 */
export function successSeconds(
  answer: Answer,
  { minTtl, defaultTtl, maxTtl }: CachePolicy,
  switches: CloudFrontSwitches,
  now: number,
): number | undefined {
  const control = readCacheControl(answer.headers['cache-control']);
  const bareRedirect = control.size === 0 && (answer.status === 307 || answer.status === 308);
  if (answer.status === 304 || (bareRedirect && switches.redirectCaching === 'documented')) return undefined;
  if (maxTtl === 0 || (minTtl === 0 && answer.headers.vary?.trim() === '*')) return undefined;
  if (forbidsCaching(control)) return minTtl > 0 ? minTtl : undefined;
  const stated = statedSeconds(control, answer.headers.expires, now);
  return stated === undefined ? Math.max(minTtl, defaultTtl) : Math.min(Math.max(stated, minTtl), maxTtl);
}

const alwaysCached = new Set([404, 410, 414, 500, 501, 502, 503, 504]);
/** Of those, the ones that `no-store`, `no-cache` and `private` keep out of the cache. */
const uncachedOnRequest = new Set([404, 410, 414, 501]);
const cachedWithMaxAge = new Set([400, 403, 405, 412, 415]);

/**
 * For how many seconds an error is cached: at least `minimum`, the ErrorCachingMinTTL of its code ("How CloudFront
 * processes HTTP 4xx and 5xx status codes from your origin"). `no-store` prevents it for some codes, and is ignored for the
 * others ("Control how long CloudFront caches errors").
 */
export function errorSeconds(answer: Answer, policy: CachePolicy, minimum: number, now: number): number {
  const control = readCacheControl(answer.headers['cache-control']);
  if (forbidsCaching(control) && uncachedOnRequest.has(answer.status)) return 0;
  const maxAge = control.seconds('s-maxage') ?? control.seconds('max-age');
  const stated = maxAge ?? statedSeconds(control, answer.headers.expires, now);
  const isCached = alwaysCached.has(answer.status) || (cachedWithMaxAge.has(answer.status) && maxAge !== undefined);
  return isCached ? Math.min(Math.max(minimum, stated ?? 0), policy.maxTtl) : 0;
}

/** Whether viewers who waited for the same answer may share it ("Simultaneous requests for the same object"). */
export function mayBeShared(answer: Answer, policy: CachePolicy): boolean {
  if (policy.minTtl > 0) return true;
  const control = readCacheControl(answer.headers['cache-control']);
  return !(forbidsCaching(control) || control.seconds('max-age') === 0 || control.seconds('s-maxage') === 0);
}

interface CacheControl {
  readonly size: number;
  has(directive: string): boolean;
  seconds(directive: string): number | undefined;
}

function readCacheControl(header = ''): CacheControl {
  const directives = new Map(
    header
      .split(',')
      .map((directive) => directive.trim().toLowerCase().split('=', 2))
      .filter(([name]) => name)
      .map(([name = '', value = '']) => [name, value.replace(/^"(.*)"$/, '$1')]),
  );
  const unknown = ['stale-while-revalidate', 'stale-if-error'].find((directive) => directives.has(directive));
  if (unknown) throw new Error(`Cache-Control: ${header}: the directive ${unknown} is not emulated`);
  return {
    size: directives.size,
    has: (directive) => directives.has(directive),
    seconds(directive) {
      const value = directives.get(directive) ?? '';
      return /^\d+$/.test(value) ? Number(value) : undefined;
    },
  };
}

function forbidsCaching(control: CacheControl): boolean {
  return control.has('no-store') || control.has('no-cache') || control.has('private');
}

/** `s-maxage` before `max-age` before `Expires`. An unreadable `Expires` counts as past. */
function statedSeconds(control: CacheControl, expires: string | undefined, now: number): number | undefined {
  const stated = control.seconds('s-maxage') ?? control.seconds('max-age');
  if (stated !== undefined || expires === undefined) return stated;
  const time = Date.parse(expires);
  return Number.isNaN(time) ? 0 : Math.max(0, Math.floor((time - now) / 1000));
}
