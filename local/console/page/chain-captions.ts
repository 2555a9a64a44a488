import { isHit, isRedirect } from '../../../src/core/view.ts';
import type { Hop, State, Step, View } from '../contract.ts';
import { time } from './format.ts';

/** What a part of the chain did in a view, in as few words as fit into its box, and whether it was involved at all. */
export interface Caption {
  readonly lines: readonly string[];
  readonly isTouched: boolean;
}

export type Part = 'viewer' | 'edge' | 'website' | 'api' | 'lambda' | 's3';

/** The links between the parts. CloudFront leads to the API where both are on one host, else the viewer requests it. */
export const linksOf = (apiOn: State['apiOn']): readonly (readonly [Part, Part])[] => [
  ['viewer', 'edge'],
  [apiOn === 'image-host' ? 'edge' : 'viewer', 'api'],
  ['edge', 'website'],
  ['api', 'lambda'],
  ['website', 's3'],
  ['lambda', 's3'],
];

export function captionsOf(view: View): Readonly<Record<Part, Caption>> {
  const requests = view.hops.filter(({ from }) => from === 'network');
  const edge = requests.filter(({ endpoint }) => endpoint === 'edge');
  const api = requests.filter(({ endpoint }) => endpoint === 'api');
  const steps = requests.flatMap((hop) => hop.steps);
  return {
    viewer: { lines: [viewerLine(view)], isTouched: true },
    edge: { lines: edgeLines(edge), isTouched: edge.length > 0 },
    website: websiteCaption(steps),
    api: apiCaption(api.length, view),
    lambda: lambdaCaption(steps, api.length),
    s3: s3Caption(steps),
  };
}

const times = (many: number) => (many === 1 ? 'once' : `${many} times`);

function viewerLine({ kind, hops }: View): string {
  if (kind === 'loop') return 'gets no image';
  const status = hops.at(-1)?.status;
  return status === 200 ? 'gets the image' : `gets an error ${status}`;
}

function edgeLines(hops: readonly Hop[]): string[] {
  if (hops.length === 0) return ['not called'];
  const results = hops.map(({ headers }) =>
    (headers['x-cache'] ?? 'no X-Cache').replace(/ from cloudfront$/i, '').toLowerCase(),
  );
  const runs: { word: string; many: number }[] = [];
  for (const word of results) {
    const last = runs.at(-1);
    if (last?.word === word) last.many += 1;
    else runs.push({ word, many: 1 });
  }
  const line = runs.map(({ word, many }) => (many === 1 ? word : `${word} × ${many}`)).join(', then ');
  return hops.some((hop) => isRedirect(hop.status) && isHit(hop)) ? [line, 'cached the redirect'] : [line];
}

function websiteCaption(steps: readonly Step[]): Caption {
  const statuses = steps.flatMap((step) => (step.part === 'website' ? [step.status] : []));
  if (statuses.length === 0) return { lines: ['not called'], isTouched: false };
  if (statuses.length > 3) return { lines: [`${statuses.at(-1)}, ${times(statuses.length)}`], isTouched: true };
  const words = statuses.map((status) => (isRedirect(status) ? `missing: ${status}` : status));
  return { lines: [words.join(', then ')], isTouched: true };
}

function apiCaption(calls: number, { hops }: View): Caption {
  if (calls > 0) return { lines: [`called ${times(calls)}`], isTouched: true };
  const isCached = hops.some(({ endpoint, from }) => endpoint === 'api' && from === 'browser');
  return { lines: isCached ? ['not called:', 'the browser cached it'] : ['not called'], isTouched: false };
}

function lambdaCaption(steps: readonly Step[], calls: number): Caption {
  const [first, ...others] = steps.flatMap((step) => (step.part === 'lambda' ? [step] : []));
  if (!first) return { lines: [calls > 0 ? 'gave no answer' : 'not called'], isTouched: false };
  if (others.length > 0) return { lines: [`ran ${times(others.length + 1)}`], isTouched: true };
  const start = first.initMilliseconds === undefined ? [] : [`and ${time(first.initMilliseconds)} to start`];
  return { lines: [`ran ${time(first.milliseconds)}`, ...start], isTouched: true };
}

function s3Caption(steps: readonly Step[]): Caption {
  const calls = steps.flatMap((step) => ('operation' in step ? [step] : []));
  const website = steps.filter((step) => step.part === 'website');
  const isTouched = calls.length > 0 || website.length > 0;
  const originals = calls.filter(({ part }) => part === 'originals');
  const puts = calls.filter(({ operation }) => operation === 'PutObject');
  const failed = calls.find(
    ({ status, part }) => status === 0 || status >= 500 || (part === 'originals' && status >= 400),
  );
  const lines: string[] = [];
  if (originals.some(({ status }) => status === 404)) lines.push('no original');
  else if (failed) lines.push(failed.status === 0 ? 'no answer' : `answers ${failed.status}`);
  if (originals.some((call) => call.operation === 'GetObject' && call.status === 200)) lines.push('original read');
  if (puts.length > 0) lines.push(puts.some(({ status }) => status === 200) ? 'derivative stored' : 'nothing stored');
  else if (website.some(({ status }) => status === 200)) lines.push('derivative read');
  if (lines.length === 0) lines.push(isTouched ? 'no such object' : 'not called');
  return { lines: lines.slice(0, 2), isTouched };
}
