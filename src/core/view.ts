import type { ServiceConfig } from '../config.ts';

/** One request of a view, and its answer. */
export interface Hop {
  readonly url: string;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly milliseconds: number;
  /** Of the last hop only. */
  readonly body?: Uint8Array;
}

/** A browser follows this many redirects (Fetch standard). */
export const maxRedirects = 20;

/**
 * What a view was, by its hops alone: `cold`: the derivative was made for it; `refetched`: it existed, but not at this
 * edge; `warm`: a hit; `shortcut`: the API sent the image itself (a race, or a loop that ended); `refused` and `fault`:
 * it ended with a 4xx or 5xx; `loop`: it did not end.
 */
export type ViewKind = 'warm' | 'refetched' | 'cold' | 'shortcut' | 'refused' | 'fault' | 'loop';

export function viewKind(hops: readonly Hop[]): ViewKind {
  const last = hops.at(-1);
  if (!last || isRedirect(last.status)) return 'loop';
  if (last.status >= 500) return 'fault';
  if (last.status >= 400) return 'refused';
  if (hops.length === 1) return isHit(last) ? 'warm' : 'refetched';
  return hops.at(-2)?.status === 301 ? 'cold' : 'shortcut';
}

/** Checks a cold view, which must be 307, 301, 200. Each fault is a sentence; none means healthy. */
export function coldViewFaults(hops: readonly Hop[], { cache }: Pick<ServiceConfig, 'cache'>): string[] {
  const [toApi, back, image] = hops;
  const statuses = hops.map(({ status }) => status).join(', ');
  if (statuses !== '307, 301, 200' || !toApi || !back || !image) {
    return [`The hops were ${statuses || 'none'}, expected 307, 301, 200`];
  }
  return [
    ...(toApi.headers['cache-control'] === undefined
      ? []
      : [
          `The 307 carries Cache-Control "${toApi.headers['cache-control']}", expected none: CloudFront would cache it`,
        ]),
    ...(isHit(toApi) ? ["The 307 came from CloudFront's cache, expected from S3"] : []),
    ...(back.headers['cache-control'] === 'no-store'
      ? []
      : [
          `The 301 carries Cache-Control "${back.headers['cache-control'] ?? ''}", expected "no-store": a browser would cache it`,
        ]),
    ...(image.url === toApi.url ? [] : [`The 301 leads to ${image.url}, expected ${toApi.url}`]),
    ...imageFaults(image, cache),
  ];
}

/** Checks a warm view, which must be one hit. */
export function warmViewFaults(hops: readonly Hop[], { cache }: Pick<ServiceConfig, 'cache'>): string[] {
  const [image] = hops;
  if (hops.length !== 1 || !image || image.status !== 200) {
    return [`The hops were ${hops.map(({ status }) => status).join(', ') || 'none'}, expected one 200`];
  }
  return [
    ...(isHit(image) ? [] : [`X-Cache is "${image.headers['x-cache'] ?? ''}", expected a hit`]),
    ...imageFaults(image, cache),
  ];
}

export const isHit = ({ headers }: Hop) => /^(?:Refresh)?Hit\b/i.test(headers['x-cache'] ?? '');
export const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status);

function imageFaults({ headers }: Hop, cache: ServiceConfig['cache']): string[] {
  const type = headers['content-type'] ?? '';
  const control = headers['cache-control'] ?? '';
  const leaked = Object.keys(headers).filter((name) => name.startsWith('x-amz-meta-'));
  return [
    ...(type.startsWith('image/') ? [] : [`The image has Content-Type "${type}", expected an image`]),
    ...(control.includes(`max-age=${cache.browserSeconds}`)
      ? []
      : [`The image has Cache-Control "${control}", expected max-age=${cache.browserSeconds}`]),
    ...(headers['x-content-type-options'] === 'nosniff'
      ? []
      : ['The image has no X-Content-Type-Options, expected nosniff']),
    ...leaked.map((name) => `The image shows ${name}, expected CloudFront to remove it`),
  ];
}
