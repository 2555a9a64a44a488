import { type Row, readChain } from './chain.ts';
import { computeRows } from './compute-rows.ts';
import { edgeRows } from './edge-rows.ts';
import { imageHostRows } from './image-host-rows.ts';
import { routeRows, websiteRows } from './website-rows.ts';

export interface Finding {
  /** The row of the catalogue. */
  readonly row: string;
  /** Logical id of the resource to change. */
  readonly resource: string;
  /** What is wrong, and which loop or dead end follows. */
  readonly sentence: string;
}

/** Every mechanism that a template can show. */
export const rows: readonly Row[] = [...websiteRows, ...routeRows, ...edgeRows, ...imageHostRows, ...computeRows];

/**
 * Looks for every known cause of redirect loops and dead ends in a template. Works for any template with an S3 website
 * that redirects to an API. Throws when it has none.
 */
export function lintChain(template: unknown): readonly Finding[] {
  const chain = readChain(template);
  if (chain.websites.length === 0) {
    throw new Error('The template has no AWS::S3::Bucket with a WebsiteConfiguration: there is no chain to check');
  }
  return rows.flatMap(({ id, check }) => check(chain).map((finding) => ({ row: id, ...finding })));
}
