import type { EndpointHop as Passed } from '../../../local/aws/chain-events.ts';
import type { Seen, Visit } from './visit.ts';

/** One way in which a chain goes wrong: L is a loop, W a wrong answer, E a dead end, R a right that is missing. */
export interface Row {
  readonly id: string;
  readonly mechanism: string;
  /** What of this, and of nothing else, the visit shows. Empty where the chain is sound. */
  readonly check: (visit: Visit) => readonly string[];
}

/** The sentence where it is so, and nothing otherwise. */
export const when = (isSo: boolean, sentence: () => string): readonly string[] => (isSo ? [sentence()] : []);

export const isRedirect = (status: number | undefined) => [301, 302, 303, 307, 308].includes(status ?? 0);

/** Views of one image each, made for the first time. */
export const firstViews = ({ cold, webp, head, query, odd, pair, byAccept }: Visit): readonly Seen[] => [
  cold,
  webp,
  head,
  query,
  ...odd.map(({ seen }) => seen),
  ...Object.values(pair),
  byAccept.modern,
];

/** What the edge answered, and what the website had answered it just before, if it was asked. */
export function edgeHops({ passed }: Pick<Seen, 'passed'>): { readonly edge: Passed; readonly website?: Passed }[] {
  return passed.flatMap((edge, index) => {
    if (edge.endpoint !== 'edge') return [];
    const before = passed[index - 1];
    return [before?.endpoint === 'website' ? { edge, website: before } : { edge }];
  });
}

export const apiHops = ({ passed }: Pick<Seen, 'passed'>): readonly Passed[] =>
  passed.filter(({ endpoint }) => endpoint === 'api');

export const path = (target: string): string => target.replace(/\?.*$/s, '');
