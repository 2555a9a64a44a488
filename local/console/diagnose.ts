import { isRedirect } from '../faults/browser-cache.ts';
import type { Hop, Step } from './contract.ts';
import { isHit, viewKind } from './hop-words.ts';
import type { MechanismId, Settings } from './mechanisms.ts';

type Call = Extract<Step, { operation: string }>;

/**
 * Why these hops go round, or would with a Lambda that only redirects. Told by what is seen in them, as somebody on call
 * would: which fault was switched on plays no part. `undefined`: nothing is wrong, or nothing of what is known.
 */
export function diagnose(hops: readonly Hop[], key: string, settings: Settings): MechanismId | undefined {
  const kind = viewKind(hops);
  if (kind !== 'loop' && kind !== 'shortcut') return undefined;
  const away = hops.findLast((hop) => hop.place === 'edge' && isRedirect(hop.status));
  const back = hops.findLast((hop) => hop.place === 'api' && isRedirect(hop.status));

  // Kept on the way: nothing behind was asked.
  if (away?.from === 'browser') return 'L3';
  if (back?.from === 'browser') return 'L4';
  if (away && isHit(away)) return settings.minTtl > 0 ? 'L2' : 'L1';
  if (away && settings.ruleErrors.includes('403')) return 'L9';

  // Asked each time, and each time in vain.
  if (!back) return undefined;
  if (hops.at(-1) === back && hops.length <= 2) return 'L8';
  const calls = back.steps.filter((step): step is Call => 'operation' in step);
  if (
    calls.some(({ part, operation, status }) => part === 'originals' && /^(Get|Head)/.test(operation) && status === 404)
  ) {
    return 'L13';
  }
  const puts = calls.filter(({ operation }) => operation === 'PutObject');
  if (puts.length > 0 && !puts.some(isStored)) return 'L12';
  return puts.some((put) => isStored(put) && put.key !== key) ? 'L6' : undefined;
}

function isStored({ status }: Call): boolean {
  return status === 200;
}

/** The key that the Lambda wrote last, for the words of a diagnosis. */
export function writtenKey(hops: readonly Hop[]): string {
  const calls = hops.flatMap(({ steps }) => steps).filter((step): step is Call => 'operation' in step);
  return calls.findLast(({ operation }) => operation === 'PutObject')?.key ?? '';
}
