import type { ServiceConfig } from '../config.ts';
import { allowedPresets } from './presets.ts';
import { fallbackCacheControl } from './reply.ts';
import { cacheControlOf } from './resize-plan.ts';

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
 * What a view was, judged by its hops alone: `cold` made by the API for this view; `refetched` existed, but not at this
 * edge; `warm` a hit; `shortcut` answered by the API with the image itself (a race, or a loop that ended so); `fallback`
 * redirected to another original, since the asked one does not exist; `refused` and `fault` end with 4xx and 5xx; `loop`
 * does not end.
 */
export type ViewKind = 'warm' | 'refetched' | 'cold' | 'shortcut' | 'fallback' | 'refused' | 'fault' | 'loop';

export function viewKind(hops: readonly Hop[]): ViewKind {
  const last = hops.at(-1);
  if (!last || isRedirect(last.status)) return 'loop';
  if (last.status >= 500) return 'fault';
  if (last.status >= 400) return 'refused';
  if (hops.some(isFallbackHop)) return 'fallback';
  if (isApiHop(last)) return 'shortcut';
  if (hops.some(isApiHop)) return 'cold';
  return isHit(last) ? 'warm' : 'refetched';
}

/** Whether the API answered. Its path is `/resize` on its own host and on the image host; an image has a preset before its key. */
export const isApiHop = ({ url }: Pick<Hop, 'url'>) => /^https?:\/\/[^/?]+\/resize\?/.test(url);

/** Whether it redirects to a fallback: the API answers, or the edge, which keeps that redirect for a minute. */
export const isFallbackHop = ({ url, status, headers }: Pick<Hop, 'url' | 'status' | 'headers'>) =>
  status === 302 && isApiHop({ url }) && headers['cache-control'] === fallbackCacheControl;

/** A breach of the contract by one hop. The load test counts by the code. */
export interface HopFault {
  readonly code: 'redirect-cached' | 'redirect-cacheable' | 'return-cacheable' | 'image-headers';
  readonly says: string;
}

/** The 307 of the edge comes from S3 each time, and nothing may cache it. */
export function redirectFaults(hop: Hop): HopFault[] {
  const control = hop.headers['cache-control'];
  return [
    ...(isHit(hop)
      ? [
          {
            code: 'redirect-cached' as const,
            says: `The ${hop.status} has X-Cache "${hop.headers['x-cache']}", expected a miss each time`,
          },
        ]
      : []),
    ...(control === undefined
      ? []
      : [
          {
            code: 'redirect-cacheable' as const,
            says: `The ${hop.status} has Cache-Control "${control}", expected none: CloudFront would cache it`,
          },
        ]),
  ];
}

/** A browser keeps a 301 without `no-store` for ever, also when its derivative is gone. */
export function returnFaults({ status, headers }: Hop): HopFault[] {
  const control = headers['cache-control'] ?? '';
  if (control === 'no-store') return [];
  const says = `The ${status} has Cache-Control "${control}", expected "no-store": a browser would keep it`;
  return [{ code: 'return-cacheable', says }];
}

/** The headers of a derivative; `type` is a prefix of the Content-Type. */
export function imageFaults(
  { headers }: Hop,
  expected: { readonly type: string; readonly control: string },
): HopFault[] {
  const { 'content-type': type = '', 'cache-control': control = '', 'x-content-type-options': sniff = '' } = headers;
  const leaked = Object.keys(headers).filter((name) => name.startsWith('x-amz-meta-'));
  return [
    ...(type.startsWith(expected.type) ? [] : [`Content-Type "${type}", expected ${expected.type}`]),
    ...(control === expected.control ? [] : [`Cache-Control "${control}", expected "${expected.control}"`]),
    ...(sniff === 'nosniff' ? [] : [`X-Content-Type-Options "${sniff}", expected nosniff`]),
    ...leaked.map((name) => `${name}, expected to be removed at the edge`),
  ].map((says) => ({ code: 'image-headers', says: `The image has ${says}` }));
}

/** The digits of the `original-id` that a 301 carries as `?v=`. */
const versionDigits = 8;

/**
 * Returns the URL that a 301 leads to. Without the version, a browser that holds an older image under the URL of
 * the image would be redirected into its own cache.
 */
export function returnUrl(image: string, originalId: string): string {
  return `${image}?v=${originalId.slice(0, versionDigits)}`;
}

/**
 * Returns how the URL that a 301 leads to differs from the one that it must be for the asked URL; `undefined` when it is
 * right. The asked URL's own query is lost on the way to the API.
 */
export function returnUrlFault(seen: string, asked: string): string | undefined {
  const version = /\?v=[0-9a-f]{8}$/.exec(seen);
  const image = version ? seen.slice(0, version.index) : seen;
  if (version && returnImages(asked).includes(image)) return undefined;
  return `The 301 leads to ${seen}, expected ${returnImages(asked).join(' or ')}?v=<${versionDigits} hex digits>`;
}

/** The images that a 301 may lead to for the asked URL: the edge may have added a format to a preset without one. */
function returnImages(asked: string): readonly string[] {
  const image = asked.replace(/\?.*$/s, '');
  const [, preset, key] = /^(https?:\/\/[^/]+\/\d+x\d*)(\/.*)$/s.exec(image) ?? [];
  return preset ? [image, `${preset}.auto${key}`, `${preset}.webp${key}`] : [image];
}

type Settings = Pick<ServiceConfig, 'cache' | 'presets'>;

/** What a derivative must have in its headers, by the preset in its URL. */
function expectedImage({ url }: Hop, { cache, presets }: Settings) {
  const [, name = ''] = /^https?:\/\/[^/]+\/([^/]+)\//.exec(url) ?? [];
  return { type: 'image/', control: cacheControlOf(cache, allowedPresets(presets).get(name)?.preset) };
}

/** Returns how a cold view differs from 307, 301, 200, a sentence for each fault; an empty list when it is healthy. */
export function coldViewFaults(hops: readonly Hop[], settings: Settings): string[] {
  const [toApi, back, image] = hops;
  const statuses = hops.map(({ status }) => status).join(', ');
  if (statuses !== '307, 301, 200' || !toApi || !back || !image) {
    return [`The hops were ${statuses || 'none'}, expected 307, 301, 200`];
  }
  const wrongReturn = returnUrlFault(image.url, toApi.url);
  return [
    ...sentences(redirectFaults(toApi)),
    ...sentences(returnFaults(back)),
    ...(wrongReturn ? [wrongReturn] : []),
    ...sentences(imageFaults(image, expectedImage(image, settings))),
  ];
}

/** Returns how a warm view differs from one answer of the edge's cache. */
export function warmViewFaults(hops: readonly Hop[], settings: Settings): string[] {
  const [image] = hops;
  if (hops.length !== 1 || !image || image.status !== 200) {
    return [`The hops were ${hops.map(({ status }) => status).join(', ') || 'none'}, expected one 200`];
  }
  return [
    ...(isHit(image) ? [] : [`X-Cache is "${image.headers['x-cache'] ?? ''}", expected a hit`]),
    ...sentences(imageFaults(image, expectedImage(image, settings))),
  ];
}

const sentences = (faults: readonly HopFault[]) => faults.map(({ says }) => says);

/** `RefreshHit` counts too: the edge revalidated its copy. */
export const isHit = ({ headers }: Pick<Hop, 'headers'>) => /^(?:Refresh)?Hit\b/i.test(headers['x-cache'] ?? '');
export const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status);
