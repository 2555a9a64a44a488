import { readChain } from './chain.ts';
import { computeRows } from './compute-rows.ts';
import { edgeRows } from './edge-rows.ts';
import { routeRows } from './route-rows.ts';
import type { Row } from './row.ts';
import { websiteRows } from './website-rows.ts';

export interface Finding {
  /** The row of the catalogue. */
  readonly row: string;
  /** Logical id of what to change. */
  readonly resource: string;
  /** What is wrong and which loop or dead end it makes. */
  readonly sentence: string;
}

/** Every mechanism that a template can show, each once. */
export const rows: readonly Row[] = [...websiteRows, ...routeRows, ...edgeRows, ...computeRows];

/**
 * Looks for everything in a template that is known to send viewers of a resize-on-miss chain round in circles or into
 * a dead end. Works on any template with an S3 website that redirects to an API. Refuses one that has none.
 */
export function lintChain(template: unknown): readonly Finding[] {
  const chain = readChain(template);
  if (chain.websites.length === 0) {
    throw new Error('The template has no AWS::S3::Bucket with a WebsiteConfiguration: there is no chain to look at');
  }
  return rows.flatMap(({ id, check }) => check(chain).map((finding) => ({ row: id, ...finding })));
}
