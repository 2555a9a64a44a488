import type { Hop, ViewKind } from './contract.ts';
import { isRedirect } from './redirect.ts';

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
