import type { CachePolicy } from './cache-policy.ts';

/** Facts about CloudFront that its page and older recordings tell differently. Each setting is tested. */
export interface CloudFrontSwitches {
  /**
   * `documented`: a 307 or 308 without Cache-Control is not kept (today's page on 3xx).
   * `legacy`: it is kept for DefaultTTL like any other answer, as users saw from 2017 to 2020.
   */
  readonly redirectCaching: 'documented' | 'legacy';
}

export interface Lifetime {
  /** How long it is fresh at the edge. */
  readonly seconds: number;
  /** Kept even with 0 seconds, to be asked about with If-None-Match. False: not kept at all. */
  readonly stored: boolean;
  readonly staleWhileRevalidate: number;
  /** Absent: a stale copy stands in for errors for as long as it is there. */
  readonly staleIfError?: number;
}

const notStored: Lifetime = { seconds: 0, stored: false, staleWhileRevalidate: 0 };

type Answer = { readonly status: number; readonly headers: Readonly<Record<string, string>> };

/** How long an answer below 400 is kept ("Manage how long content stays in the cache (expiration)"). */
export function successLifetime(
  answer: Answer,
  policy: CachePolicy,
  switches: CloudFrontSwitches,
  now: number,
): Lifetime {
  const { minTtl, defaultTtl, maxTtl } = policy;
  const control = readCacheControl(answer.headers['cache-control']);
  const bareRedirect = control.size === 0 && (answer.status === 307 || answer.status === 308);
  if (answer.status === 304 || (bareRedirect && switches.redirectCaching === 'documented')) return notStored;
  if (maxTtl === 0 || (minTtl === 0 && answer.headers.vary?.trim() === '*')) return notStored;

  const within = (seconds: number) => Math.min(Math.max(seconds, minTtl), maxTtl);
  const life = (seconds: number): Lifetime => {
    const staleIfError = control.seconds('stale-if-error');
    return {
      seconds,
      stored: true,
      staleWhileRevalidate: Math.min(control.seconds('stale-while-revalidate') ?? 0, maxTtl),
      ...(staleIfError !== undefined && { staleIfError: Math.min(staleIfError, maxTtl) }),
    };
  };
  if (forbidsCaching(control)) return minTtl > 0 ? life(minTtl) : notStored;
  const stated = statedSeconds(control, answer.headers.expires, now);
  return life(stated === undefined ? Math.max(minTtl, defaultTtl) : within(stated));
}

const alwaysKept = new Set([404, 414, 500, 501, 502, 503, 504]);
const keptOnRequest = new Set([400, 403, 405, 412, 415]);

/**
 * How long an error is kept, in seconds: at least `minimum`, the behaviour's ErrorCachingMinTTL ("How CloudFront
 * processes HTTP 4xx and 5xx status codes from your origin"). `no-store` does not shorten it.
 */
export function errorSeconds(answer: Answer, policy: CachePolicy, minimum: number, now: number): number {
  const control = readCacheControl(answer.headers['cache-control']);
  const aged = control.seconds('s-maxage') ?? control.seconds('max-age');
  const stated = aged ?? statedSeconds(control, answer.headers.expires, now);
  const isKept = alwaysKept.has(answer.status) || (keptOnRequest.has(answer.status) && aged !== undefined);
  return isKept ? Math.min(Math.max(minimum, stated ?? 0), policy.maxTtl) : 0;
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

function readCacheControl(header: string | undefined): CacheControl {
  const directives = new Map(
    (header ?? '')
      .split(',')
      .map((directive) => directive.trim().toLowerCase().split('=', 2))
      .filter(([name]) => name)
      .map(([name = '', value = '']) => [name, value.replace(/^"(.*)"$/, '$1')]),
  );
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

/** `s-maxage` before `max-age` before `Expires`; a broken `Expires` counts as past. */
function statedSeconds(control: CacheControl, expires: string | undefined, now: number): number | undefined {
  const stated = control.seconds('s-maxage') ?? control.seconds('max-age');
  if (stated !== undefined || expires === undefined) return stated;
  const time = Date.parse(expires);
  return Number.isNaN(time) ? 0 : Math.max(0, Math.floor((time - now) / 1000));
}
