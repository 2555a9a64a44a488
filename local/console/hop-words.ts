import { isRedirect, maxRedirects } from '../faults/browser-cache.ts';
import type { Hop, ViewKind } from './contract.ts';

/** One sentence on what happened at this hop and why, for somebody who has never seen the chain. */
export function hopWords(hop: Omit<Hop, 'says'>): string {
  if (hop.from === 'browser') return `The browser takes this ${hop.status} from its own cache: nobody is asked.`;
  if (hop.place === 'api') return apiWords(hop);
  if (hop.place === 'website') return `The website endpoint itself answers ${hop.status}: viewers should not get here.`;
  return edgeWords(hop);
}

function edgeWords(hop: Omit<Hop, 'says'>): string {
  const { status, headers } = hop;
  const website = hop.steps.find((step) => step.part === 'website');
  if (isRedirect(status)) {
    if (isHit(hop)) {
      return `CloudFront answers with the redirect that it kept ${ago(headers)}. S3 is not asked whether the derivative exists now.`;
    }
    const kept = headers['cache-control'];
    const keeping =
      kept === undefined ? 'It carries no Cache-Control.' : `It carries Cache-Control ${kept}, so a browser keeps it.`;
    return `CloudFront has nothing, and S3 no such derivative: the website’s rule for this size sends the viewer to the API. ${keeping}`;
  }
  if (status === 200) {
    if (isHit(hop)) {
      return website
        ? 'CloudFront’s copy was too old, so it asked S3, which says that it is still right.'
        : `CloudFront has it: fetched ${ago(headers)}. Nobody behind it is asked.`;
    }
    return `CloudFront does not have it, S3 does. ${keptWords(headers)}`;
  }
  if (status === 404) return 'S3 has no such object and no rule for this size. It ends here, without any compute.';
  if (status === 403) return 'S3 refuses the edge: it may not read this object.';
  return `CloudFront answers ${status}.`;
}

function apiWords({ status, headers, steps }: Omit<Hop, 'says'>): string {
  const lambda = steps.some(({ part }) => part === 'lambda');
  const put = steps.find((step) => 'operation' in step && step.operation === 'PutObject');
  if (isRedirect(status)) {
    const noStore = /no-store/.test(headers['cache-control'] ?? '');
    const keeping = noStore
      ? 'no-store: nobody may keep this redirect.'
      : 'Without Cache-Control a browser keeps this 301 for ever.';
    if (put && 'status' in put && put.status === 200) {
      return `The Lambda reads the original, makes the derivative, stores it and sends the viewer back. ${keeping}`;
    }
    return `The Lambda stores nothing and sends the viewer back all the same. ${keeping}`;
  }
  if (status === 200) return 'The derivative exists already, so the Lambda sends the image itself: nobody goes round.';
  if (!lambda && status >= 500) return `API Gateway answers ${status} itself: the Lambda gave no answer.`;
  return `The Lambda answers ${status}, and nothing is stored.`;
}

function ago({ age = '0' }: Hop['headers']): string {
  return Number(age) < 1 ? 'a moment ago' : `${duration(Number(age))} ago`;
}

function keptWords(headers: Hop['headers']): string {
  const [, seconds] = /\bmax-age=(\d+)/.exec(headers['cache-control'] ?? '') ?? [];
  return seconds === undefined
    ? 'It says nothing about keeping.'
    : `From now on it is kept for ${duration(Number(seconds))}.`;
}

function duration(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  const [size, name] = units.find(([unit]) => seconds >= unit) ?? [1, 'second'];
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** What a view was, by its hops alone. */
export function viewKind(hops: readonly Hop[]): ViewKind {
  const last = hops.at(-1);
  if (!last || isRedirect(last.status)) return 'loop';
  if (last.status >= 500) return 'fault';
  if (last.status >= 400) return 'refused';
  if (last.place === 'api') return 'shortcut';
  if (hops.length === 1) return isHit(last) ? 'warm' : 'refetched';
  return hops.some(({ place }) => place === 'api') ? 'cold' : 'refetched';
}

/** `RefreshHit` too: the edge asked whether its copy is still right, and it was. */
export function isHit({ headers }: Pick<Hop, 'headers'>): boolean {
  return /^(?:Refresh)?Hit\b/i.test(headers['x-cache'] ?? '');
}

interface Words {
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
    title: 'Shortcut: the API sent the image itself',
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
    sentence: `After ${maxRedirects} redirects a browser shows ERR_TOO_MANY_REDIRECTS and no image. ${asked} of the ${hops.length} hops reached a server.`,
  };
}
