/**
 * Everything that can be wrong with one view, each with the k6 rate that it raises and the sentence of the verdict.
 * The order is that of the blame: where several are seen, the first is the cause and the others follow from it.
 */

/** `redirect_loop`, `poisoned_redirect` and `bad_image` stop the run: going on would only harm more. */
export type AlarmMetric = 'redirect_loop' | 'poisoned_redirect' | 'bad_image' | 'contract_broken';

interface Row {
  readonly metric: AlarmMetric;
  readonly says: string;
}

export const defects = {
  'no-answer': { metric: 'contract_broken', says: 'a request got no answer' },
  'edge-fault': { metric: 'contract_broken', says: 'the edge answered 5xx' },
  'redirect-cached': { metric: 'poisoned_redirect', says: 'the edge answered a redirect from its cache' },
  'redirect-keepable': {
    metric: 'contract_broken',
    says: 'the 307 carried Cache-Control, by which the edge would keep it',
  },
  'redirect-status': { metric: 'contract_broken', says: 'the edge redirected with another status than 307' },
  'redirect-elsewhere': {
    metric: 'contract_broken',
    says: 'a redirect led to another place than the API of this chain',
  },
  'unlisted-redirected': {
    metric: 'contract_broken',
    says: 'a size that is not on the list was redirected to compute',
  },
  'return-keepable': {
    metric: 'contract_broken',
    says: 'the 301 came without no-store, so a browser would keep it for ever',
  },
  'return-astray': {
    metric: 'contract_broken',
    says: 'the 301 led to another address than the one that was asked for',
  },
  'return-status': { metric: 'contract_broken', says: 'the API redirected with another status than 301' },
  'redirect-loop': { metric: 'redirect_loop', says: 'viewers were sent round again' },
  'store-slow': { metric: 'contract_broken', says: 'S3 took longer than the deadline of the service (504 store-slow)' },
  'store-unavailable': { metric: 'contract_broken', says: 'S3 did not do its work (503 store-unavailable)' },
  'store-refused': { metric: 'contract_broken', says: 'the Lambda may not do its work (500 store-refused)' },
  'service-fault': { metric: 'contract_broken', says: 'the Lambda broke (500 internal-error)' },
  'lambda-down': {
    metric: 'contract_broken',
    says: 'the API had to answer in place of the Lambda: it is down, out of concurrency or over its time',
  },
  throttled: { metric: 'contract_broken', says: 'the API answered 429 under its capacity' },
  refused: { metric: 'contract_broken', says: 'a view that must succeed was refused' },
  'not-a-image': { metric: 'bad_image', says: 'a 200 did not carry an image' },
  'image-cut-short': { metric: 'bad_image', says: 'an image was cut short' },
  'image-type': { metric: 'bad_image', says: 'an image had another type than expected' },
  'image-size': { metric: 'bad_image', says: 'an image had another size than its preset and original give' },
  'image-bytes': { metric: 'bad_image', says: 'an image had a number of bytes that cannot be right' },
  'image-headers': { metric: 'contract_broken', says: 'an image came with wrong headers' },
  'cold-was-warm': { metric: 'contract_broken', says: 'an image that nobody had asked for was there already' },
  'warm-was-cold': { metric: 'contract_broken', says: 'an image that had been asked for twice was made again' },
  'hops-wrong': { metric: 'contract_broken', says: 'a view took another way than 307, 301, 200' },
  'edge-unnamed': {
    metric: 'contract_broken',
    says: 'an answer of the edge had no X-Cache: is CloudFront in between?',
  },
  'hostile-answer': { metric: 'contract_broken', says: 'a hostile request got another answer than it should' },
} as const satisfies Record<string, Row>;

export type DefectCode = keyof typeof defects;

export interface Defect {
  readonly code: DefectCode;
  /** What was seen, for the first examples of the report. */
  readonly seen: string;
}

export const defectCodes = Object.keys(defects) as DefectCode[];

/** The defects by blame: the cause first. */
export function byBlame(list: readonly Defect[]): Defect[] {
  return [...list].sort((a, b) => defectCodes.indexOf(a.code) - defectCodes.indexOf(b.code));
}
