import {
  type Hop,
  type HopFault,
  imageFaults,
  isHit,
  isRedirect,
  redirectFaults,
  returnFaults,
  returnUrlFault,
} from '../../src/core/view.ts';
import { byCause, type Defect, type DefectCode, faultOf } from './defects.ts';
import type { ExpectedImage, ExpectedView } from './expected-views.ts';
import { type Answer, resolveLocation, type View } from './follow-redirects.ts';
import { readImage, type Size } from './image.ts';

/** The URLs of a chain, as its target file has them. */
export interface ChainAddresses {
  readonly imageUrl: string;
  readonly apiUrl: string;
}

/**
 * The hops that a view may have. `cold`: the first view of a derivative. `warm`: the edge or S3 has the derivative.
 * `either`: other viewers ask for it at the same moment. `replaced`: it was purged, or is about to be.
 */
const allowedHops = {
  cold: ['307 → 301 → 200'],
  warm: ['200'],
  either: ['200', '307 → 200', '307 → 301 → 200', '307 → 301 → 307 → 200'],
  replaced: ['200', '307 → 301 → 200'],
} as const satisfies Record<string, readonly string[]>;

export type Expectation = keyof typeof allowedHops;

/** 307, 301, 200. */
const healthyHops = 3;

/** Seconds. A request that joins another viewer's fetch gets an answer that is younger. */
const oldestShared = 5;

/** Returns all that is wrong with a view, causes first; an empty list when it keeps the contract. */
export function judgeView(
  view: View,
  expectedView: ExpectedView,
  expected: Expectation,
  chain: ChainAddresses,
): Defect[] {
  const found = [
    ...endDefects(view, expected),
    ...view.hops.flatMap((hop) => redirectDefects(hop, expectedView, expected, chain)),
    ...edgeDefects(view, chain),
    ...(view.end === 'answered' ? answerDefects(view, expectedView, chain) : []),
  ];
  // The sequence of hops of a view that failed on its way says nothing more.
  return byCause(found.length > 0 ? found : sequenceDefects(view, expected));
}

const defect = (code: DefectCode, seen: string): Defect => ({ code, seen });

/** `307 → 301 → 200`. */
export function statuses({ hops }: View): string {
  return hops.map(({ status }) => status).join(' → ');
}

/** Not the API, which may have the same host. */
export function isEdge(url: string, { apiUrl }: ChainAddresses): boolean {
  return url !== apiUrl && !url.startsWith(`${apiUrl}?`);
}

/** Both are reached by CloudFront. */
export const isOnImageHost = ({ imageUrl, apiUrl }: ChainAddresses) => apiUrl.startsWith(`${imageUrl}/`);

function endDefects(view: View, expected: Expectation): Defect[] {
  const last = view.hops.at(-1);
  if (view.end === 'no-answer')
    return [defect('unanswered', `${last?.url}: ${view.answer.error ?? 'no reason given'}`)];
  if (view.end === 'no-location')
    return [defect('redirect-target', `${last?.status} from ${last?.url} has no Location`)];
  const isLoop = view.end === 'too-many-hops' || view.hops.length > healthyHops + sharedTurns(view, expected);
  return isLoop ? [defect('redirect-loop', statuses(view))] : [];
}

function redirectDefects(hop: Hop, { url: asked }: ExpectedView, expected: Expectation, chain: ChainAddresses) {
  if (!isRedirect(hop.status)) return [];
  const { headers, status, url } = hop;
  const location = headers.location && resolveLocation(headers.location, url);
  const from = `${status} from ${url}`;
  if (isEdge(url, chain)) {
    const target = `${chain.apiUrl}?key=`;
    return [
      ...defectsOf(redirectFaults(hop)).filter(({ code }) => code !== 'redirect-cached' || isCached(hop, expected)),
      ...(status === 307 ? [] : [defect('redirect-status', from)]),
      ...(!location || location.startsWith(target)
        ? []
        : [defect('redirect-target', `${location}, expected ${target}…`)]),
    ];
  }
  const wrongReturn = returnUrlFault(location ?? 'nowhere', asked);
  return [
    ...defectsOf(returnFaults(hop)),
    ...(status === 301 ? [] : [defect('return-status', from)]),
    ...(wrongReturn ? [defect('return-target', wrongReturn)] : []),
  ];
}

const defectsOf = (faults: readonly HopFault[]): Defect[] => faults.map(({ code, says }) => defect(code, says));

/**
 * Requests for one object at the same moment share one fetch, and all but the first get "Hit" in X-Cache, also for a
 * redirect that is not cached (CloudFront developer guide, "Request and response behavior for custom origins"). A view
 * that nobody else asks for cannot share; where others do, only the age tells a cached redirect.
 */
function isCached(hop: Hop, expected: Expectation): boolean {
  return isHit(hop) && (expected !== 'either' || Number(hop.headers.age ?? 0) >= oldestShared);
}

/**
 * A viewer may come back while another one's request to S3, sent before the derivative was stored, is still open. Both
 * get its 307, and the API then answers with the image. That is one redirect more, and no loop.
 */
function sharedTurns({ hops }: View, expected: Expectation): 0 | 1 {
  const third = hops[2];
  return expected === 'either' && third?.status === 307 && isHit(third) && !isCached(third, expected) ? 1 : 0;
}

/** CloudFront sets X-Cache on every answer. */
function edgeDefects({ hops }: View, chain: ChainAddresses): Defect[] {
  const isFromCloudFront = (url: string) => isEdge(url, chain) || isOnImageHost(chain);
  const without = hops.find(
    ({ url, status, headers }) => status > 0 && isFromCloudFront(url) && headers['x-cache'] === undefined,
  );
  return without ? [defect('x-cache-missing', `${without.status} from ${without.url}`)] : [];
}

function answerDefects(view: View, { image, cacheControl }: ExpectedView, chain: ChainAddresses): Defect[] {
  const { answer, hops } = view;
  const url = hops.at(-1)?.url ?? view.asked;
  if (answer.status !== 200) {
    return [defect(faultOf(answer, isEdge(url, chain)), `${statuses(view)} from ${url}: ${text(answer.body)}`)];
  }
  // An image that the API itself answers ends a race or a loop, and must not be cached.
  const control = isEdge(url, chain) ? cacheControl : 'no-store';
  const seen = readImage(answer.body);
  const type = image.type !== 'auto' ? image.type : typeof seen === 'string' || seen.type !== 'webp' ? 'avif' : 'webp';
  const faults = imageFaults({ url, ...answer }, { type: `image/${type}`, control });
  return [...bodyDefects(answer, { ...image, type }), ...defectsOf(faults)];
}

/** Pixels. A side that follows the other one may be rounded either way. */
const rounding = 1;
/** No format of ours needs more than four bytes a pixel; the headers come on top. */
const mostBytesFor = ({ width, height }: Size) => 4096 + width * height * 4;
const sizeOf = ({ width, height }: Size) => `${width} × ${height}`;

function bodyDefects({ body, headers }: Answer, expected: ExpectedImage): Defect[] {
  const stated = headers['content-length'];
  if (stated !== undefined && Number(stated) !== body.length) {
    return [defect('image-cut-short', `${body.length} of ${stated} bytes`)];
  }
  const seen = readImage(body);
  if (seen === 'no-image') {
    return [defect('image-invalid', `${body.length} bytes of "${headers['content-type'] ?? ''}": ${text(body)}`)];
  }
  if (seen === 'cut-short') return [defect('image-cut-short', `${body.length} bytes that do not reach their end`)];
  const isNear = (a: number, b: number) => Math.abs(a - b) <= rounding;
  const mostBytes = mostBytesFor(expected);
  return [
    ...(seen.type === expected.type ? [] : [defect('image-type', `${seen.type}, expected ${expected.type}`)]),
    ...(isNear(seen.width, expected.width) && isNear(seen.height, expected.height)
      ? []
      : [defect('image-size', `${sizeOf(seen)}, expected ${sizeOf(expected)}`)]),
    ...(body.length <= mostBytes
      ? []
      : [defect('image-bytes', `${body.length} bytes for ${sizeOf(expected)}, expected at most ${mostBytes}`)]),
  ];
}

function sequenceDefects(view: View, expected: Expectation): Defect[] {
  const allowed: readonly string[] = allowedHops[expected];
  const sequence = statuses(view);
  const last = view.hops.at(-1);
  const seen = `${sequence}, X-Cache "${last?.headers['x-cache'] ?? ''}", for ${view.asked}`;
  if (expected === 'cold' && (sequence === '200' || sequence === '307 → 200' || (last && isHit(last)))) {
    return [defect('cold-was-warm', seen)];
  }
  if (allowed.includes(sequence)) return [];
  return [defect(expected === 'warm' ? 'warm-was-cold' : 'hops-wrong', seen)];
}

/** The beginning of a body, as printable ASCII. */
export function text(body: Uint8Array): string {
  const start = String.fromCharCode(...body.subarray(0, 160));
  return start.replace(/[^ -~]+/g, ' ').trim();
}
