import type { Hop, ViewKind } from './contract.ts';
import { maxRedirects } from './redirect.ts';

export interface Words {
  readonly title: string;
  readonly sentence: string;
}

const words: Readonly<Record<Exclude<ViewKind, 'loop'>, Words>> = {
  cold: {
    title: 'Cold: made for this view',
    sentence:
      'Nobody had asked for this size before. The viewer went round once by the API, where the Lambda made it; the next viewer gets it at once.',
  },
  warm: {
    title: 'Warm: straight from CloudFront',
    sentence: 'One request, one answer. Nothing behind the edge was asked.',
  },
  refetched: {
    title: 'Refetched: made before, and fetched from S3',
    sentence: 'The derivative was there; this edge did not have it. No Lambda ran.',
  },
  shortcut: {
    title: 'Shortcut: the API sent the picture itself',
    sentence:
      'The viewer was sent to the API although the derivative exists. A Lambda that only redirects would now send them back, and round; this one sends the bytes, and it ends here.',
  },
  refused: { title: 'Refused', sentence: 'The chain says no, and says why.' },
  fault: { title: 'Fault', sentence: 'Something in the chain broke. Nothing half-made was stored.' },
};

export function viewWords(kind: ViewKind, hops: readonly Hop[]): Words {
  if (kind !== 'loop') return words[kind];
  if (hops.length <= maxRedirects) {
    return {
      title: 'Lost: sent out of the chain',
      sentence: 'The last redirect leads to an address that is no part of this chain.',
    };
  }
  const asked = hops.filter(({ from }) => from === 'network').length;
  return {
    title: `Loop: sent round until the browser gave up`,
    sentence: `After ${maxRedirects} redirects a browser shows ERR_TOO_MANY_REDIRECTS and no picture. ${asked} of the ${hops.length} hops reached a server.`,
  };
}
