/**
 * Everything that can be wrong with one view. Each code is one k6 check ("no redirect-loop"). The order is that of
 * cause and effect: where one view has several defects, the first one is the cause.
 */
import type { ErrorCode } from '../../src/core/service-error.ts';
import type { Answer } from './follow-redirects.ts';

/** Defects that share a row in the report's table of checks. */
export const groups = {
  loop: { check: 'redirect loops', stopsRun: true },
  cached: { check: 'redirects served from the edge cache', stopsRun: true },
  image: { check: 'wrong images', stopsRun: true },
  stale: { check: 'replaced images that were shown for too long', stopsRun: false },
  fault: { check: '5xx answers, and requests without an answer', stopsRun: false },
  throttled: { check: '429 answers below the capacity', stopsRun: false },
  contract: { check: 'other breaches of the contract', stopsRun: false },
  script: { check: 'errors of the script', stopsRun: true },
} as const satisfies Record<string, { readonly check: string; readonly stopsRun: boolean }>;

export type Group = keyof typeof groups;

interface Row {
  readonly group: Group;
  readonly says: string;
}

export const defects = {
  'script-error': { group: 'script', says: 'the script threw an error' },
  unanswered: { group: 'fault', says: 'a request got no answer' },
  'edge-fault': { group: 'fault', says: 'the edge answered 5xx' },
  'redirect-cached': { group: 'cached', says: 'the edge answered a redirect from its cache' },
  'redirect-cacheable': { group: 'contract', says: 'the 307 has Cache-Control, so the edge may cache it' },
  'redirect-status': { group: 'contract', says: 'the edge redirected with another status than 307' },
  'redirect-target': { group: 'contract', says: 'a redirect of the edge does not lead to the API of this chain' },
  'unlisted-redirected': { group: 'contract', says: 'a request that no preset allows was redirected to the API' },
  'return-cacheable': { group: 'contract', says: 'the 301 has no no-store, so a browser may keep it forever' },
  'return-target': {
    group: 'contract',
    says: 'the 301 does not lead to the image that was asked for, with the version of its original',
  },
  'return-status': { group: 'contract', says: 'the API redirected with another status than 301' },
  'redirect-loop': { group: 'loop', says: 'a viewer was redirected again for a derivative that exists' },
  'store-slow': { group: 'fault', says: 'S3 took longer than the service waits (504 store-slow)' },
  'store-unavailable': { group: 'fault', says: 'S3 failed (503 store-unavailable)' },
  'store-refused': { group: 'fault', says: 'S3 refused a call of the Lambda (500 store-refused)' },
  'service-fault': { group: 'fault', says: 'the Lambda failed (500 internal-error)' },
  'lambda-down': {
    group: 'fault',
    says: 'API Gateway answered in place of the Lambda: it crashed, timed out or has no concurrency left',
  },
  throttled: { group: 'throttled', says: 'the API answered 429 below its capacity' },
  refused: { group: 'contract', says: 'a view that must succeed was refused' },
  'image-invalid': { group: 'image', says: 'a 200 has no image as its body' },
  'image-cut-short': { group: 'image', says: 'an image is incomplete' },
  'image-type': { group: 'image', says: 'an image has another type than expected' },
  'image-size': { group: 'image', says: 'an image has another size than its preset and original give' },
  'image-bytes': { group: 'image', says: 'an image has more bytes than its size can need' },
  'image-stale': { group: 'stale', says: 'a replaced image was still shown after the purge should have removed it' },
  'image-headers': { group: 'contract', says: 'an image has wrong headers' },
  'cold-was-warm': { group: 'contract', says: 'a derivative existed before its first view' },
  'warm-was-cold': { group: 'contract', says: 'a derivative that the edge had served twice was generated again' },
  'hops-wrong': { group: 'contract', says: 'a view took other hops than 307, 301, 200' },
  'x-cache-missing': { group: 'contract', says: 'an answer of the edge has no X-Cache: is CloudFront in between?' },
  'wrong-answer': { group: 'contract', says: 'an invalid request got another answer than specified' },
} as const satisfies Record<string, Row>;

export type DefectCode = keyof typeof defects;

export interface Defect {
  readonly code: DefectCode;
  /** What was seen; the report shows the first examples. */
  readonly seen: string;
}

export const defectCodes = Object.keys(defects) as DefectCode[];

/** The name of the k6 check, which k6 also sets as the tag `check`. */
export const checkName = (code: DefectCode) => `no ${code}`;

/** Causes first. */
export function byCause(list: readonly Defect[]): Defect[] {
  return [...list].sort((a, b) => defectCodes.indexOf(a.code) - defectCodes.indexOf(b.code));
}

const serviceFaults: Partial<Record<ErrorCode, DefectCode>> = {
  'store-slow': 'store-slow',
  'store-unavailable': 'store-unavailable',
  'store-refused': 'store-refused',
  'internal-error': 'service-fault',
};

/** The defect that an answer of 4xx or 5xx is. A 5xx of the API without a code of ours is API Gateway's own. */
export function faultOf({ status, body }: Pick<Answer, 'status' | 'body'>, isFromEdge: boolean): DefectCode {
  if (status === 429) return 'throttled';
  if (status < 500) return 'refused';
  if (isFromEdge) return 'edge-fault';
  return serviceFaults[codeIn(body) as ErrorCode] ?? 'lambda-down';
}

/** The `code` of a JSON reply, or `undefined`. */
export function codeIn(body: Uint8Array): string | undefined {
  // Our error replies are short ASCII.
  if (body.length > 4096 || body[0] !== 0x7b) return undefined;
  return /"code"\s*:\s*"([a-z-]+)"/.exec(String.fromCharCode(...body))?.[1];
}
