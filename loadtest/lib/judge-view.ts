import { type Hop, isHit, isRedirect } from '../../src/core/view.ts';
import { readAddress } from './address.ts';
import { byBlame, type Defect, type DefectCode } from './defects.ts';
import type { ExpectedView } from './expected-views.ts';
import { faultOf } from './fault-of.ts';
import type { View } from './follow-redirects.ts';
import { imageDefects } from './judge-image.ts';

/** The addresses of the chain, as a view meets them. */
export interface ChainAddresses {
  /** Without a slash at its end. */
  readonly imageUrl: string;
  readonly apiUrl: string;
}

/**
 * The ways that a view may take. `cold`: nobody has asked before. `warm`: the edge or S3 has it. `either`: whichever it
 * is, two first viewers included. `direct`: the API was asked without a redirect.
 */
const ways = {
  cold: ['307 → 301 → 200'],
  warm: ['200'],
  either: ['200', '307 → 200', '307 → 301 → 200', '307 → 301 → 307 → 200'],
  direct: ['200', '301 → 200'],
} as const satisfies Record<string, readonly string[]>;

export type Expectation = keyof typeof ways;

/** The most hops of a healthy view: 307, 301, 200. */
const healthyHops = 3;

/** Seconds: nobody waits longer for somebody else's fetch of a redirect. */
const oldestShared = 5;

/** All that is wrong with a view, the cause first; an empty list means the contract was kept. */
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
  // A view that went wrong on the way has no way to be judged by.
  return byBlame(found.length > 0 ? found : wayDefects(view, expected));
}

const defect = (code: DefectCode, seen: string): Defect => ({ code, seen });

/** `307 → 301 → 200`. */
export function statuses({ hops }: View): string {
  return hops.map(({ status }) => status).join(' → ');
}

export function isEdge(url: string, { imageUrl }: ChainAddresses): boolean {
  return readAddress(url)?.host === readAddress(imageUrl)?.host;
}

function endDefects(view: View, expected: Expectation): Defect[] {
  const last = view.hops.at(-1);
  const where = `${last?.status} from ${last?.url}`;
  if (view.end === 'silent') return [defect('no-answer', `${last?.url}: ${view.answer.error ?? 'no reason given'}`)];
  if (view.end === 'nowhere') return [defect('redirect-elsewhere', `${where} has no Location`)];
  const isLoop = view.end === 'endless' || view.hops.length > healthyHops + turnsMore(view, expected);
  return isLoop ? [defect('redirect-loop', statuses(view))] : [];
}

function redirectDefects(hop: Hop, expectedView: ExpectedView, expected: Expectation, chain: ChainAddresses): Defect[] {
  if (!isRedirect(hop.status)) return [];
  const { headers, status, url } = hop;
  const location = headers.location ?? '';
  const control = headers['cache-control'];
  if (isEdge(url, chain)) {
    return [
      ...(isKept(hop, expected)
        ? [defect('redirect-cached', `${status} with X-Cache "${headers['x-cache']}" from ${url}`)]
        : []),
      ...(status === 307 ? [] : [defect('redirect-status', `${status} from ${url}`)]),
      ...(control === undefined
        ? []
        : [defect('redirect-keepable', `Cache-Control "${control}" on ${status} from ${url}`)]),
      ...(location === '' || location.startsWith(`${chain.apiUrl}?key=`)
        ? []
        : [defect('redirect-elsewhere', `${location}, expected ${chain.apiUrl}?key=…`)]),
    ];
  }
  return [
    ...(status === 301 ? [] : [defect('return-status', `${status} from ${url}`)]),
    ...(/\bno-store\b/.test(control ?? '') ? [] : [defect('return-keepable', `Cache-Control "${control ?? ''}"`)]),
    ...(location === expectedView.url
      ? []
      : [defect('return-astray', `to ${location}, asked for was ${expectedView.url}`)]),
  ];
}

/**
 * Viewers who ask for the same at the same moment share one fetch, and all but the first are told "Hit", also of a
 * redirect that is not kept ("Request and response behavior for custom origins"). Alone, a hit is a kept one; among
 * others only its age tells.
 */
function isKept(hop: Hop, expected: Expectation): boolean {
  const mayShare = expected === 'either';
  return isHit(hop) && (!mayShare || Number(hop.headers.age ?? 0) >= oldestShared);
}

/**
 * Who comes back while another viewer's question to S3, asked before the image was stored, is still open gets its
 * answer, too: the 307 once more. The API then has the image.
 */
function turnsMore({ hops }: View, expected: Expectation): 0 | 1 {
  const third = hops[2];
  return expected === 'either' && third?.status === 307 && isHit(third) && !isKept(third, expected) ? 1 : 0;
}

/** CloudFront names what it did on every answer. */
function edgeDefects({ hops }: View, chain: ChainAddresses): Defect[] {
  const unnamed = hops.find(
    ({ url, status, headers }) => status > 0 && isEdge(url, chain) && headers['x-cache'] === undefined,
  );
  return unnamed ? [defect('edge-unnamed', `${unnamed.status} from ${unnamed.url}`)] : [];
}

function answerDefects(view: View, expectedView: ExpectedView, chain: ChainAddresses): Defect[] {
  const { answer, hops } = view;
  const url = hops.at(-1)?.url ?? view.asked;
  if (answer.status === 200) {
    // What the API sends itself ends a race or a loop; the copy to keep is the edge's.
    const cacheControl = isEdge(url, chain) ? expectedView.cacheControl : 'no-store';
    return imageDefects(answer, expectedView.image, cacheControl);
  }
  return [defect(faultOf(answer, isEdge(url, chain)), `${statuses(view)} from ${url}: ${text(answer.body)}`)];
}

function wayDefects(view: View, expected: Expectation): Defect[] {
  const allowed: readonly string[] = ways[expected];
  const way = statuses(view);
  const last = view.hops.at(-1);
  const seen = `${way}, X-Cache "${last?.headers['x-cache'] ?? ''}", for ${view.asked}`;
  if (expected === 'cold' && (way === '200' || way === '307 → 200' || (last && isHit(last)))) {
    return [defect('cold-was-warm', seen)];
  }
  if (allowed.includes(way)) return [];
  return [defect(expected === 'warm' ? 'warm-was-cold' : 'hops-wrong', seen)];
}

/** The beginning of a body, as far as it is text. */
export function text(body: Uint8Array): string {
  const start = String.fromCharCode(...body.subarray(0, 160));
  return start.replace(/[^ -~]+/g, ' ').trim();
}
