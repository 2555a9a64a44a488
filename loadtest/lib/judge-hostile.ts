import type { ServiceConfig } from '../../src/config.ts';
import { isRedirect } from '../../src/core/view.ts';
import { byBlame, type Defect } from './defects.ts';
import { codeIn, faultOf } from './fault-of.ts';
import type { View } from './follow-redirects.ts';
import type { HostileRequest } from './hostile.ts';
import { type ChainAddresses, isEdge, statuses, text } from './judge-view.ts';

/** Whether what must come to nothing did so, in the way and with the words that it should. */
export function judgeHostile(
  view: View,
  { name, entryPoint, method, expects }: HostileRequest,
  chain: ChainAddresses,
  { cache }: Pick<ServiceConfig, 'cache'>,
): Defect[] {
  const { answer, hops } = view;
  const way = statuses(view);
  if (view.end === 'silent') return [{ code: 'no-answer', seen: `${name}: ${answer.error ?? 'no reason given'}` }];
  if (entryPoint === 'edge' && expects.hops === 1 && hops.some(({ status }) => isRedirect(status))) {
    return [{ code: 'unlisted-redirected', seen: `${name}: ${way}, expected one ${expects.status}` }];
  }
  if (answer.status >= 500 || answer.status === 429) {
    const isFromEdge = isEdge(hops.at(-1)?.url ?? '', chain);
    return byBlame([{ code: faultOf(answer, isFromEdge), seen: `${name}: ${way}: ${text(answer.body)}` }]);
  }
  return [
    ...differences({ status: expects.status, hops: expects.hops }, { status: answer.status, hops: hops.length }),
    ...(expects.code === undefined ? [] : serviceDifferences(view, expects.code, method, cache)),
  ].map((seen) => ({ code: 'hostile-answer', seen: `${name}: ${way}: ${seen}` }));
}

/** A refusal of the service says why in JSON, may be kept for a while, and is never taken for something else. */
function serviceDifferences(
  { answer }: View,
  code: string,
  method: HostileRequest['method'],
  cache: ServiceConfig['cache'],
): string[] {
  const { headers } = answer;
  return differences(
    {
      ...(method === 'HEAD' ? {} : { code }),
      type: 'application/json',
      'cache-control': `max-age=${cache.refusalSeconds}`,
      'x-content-type-options': 'nosniff',
      ...(code === 'method-not-allowed' && { allow: 'GET, HEAD' }),
    },
    {
      code: codeIn(answer.body),
      type: headers['content-type'],
      'cache-control': headers['cache-control'],
      'x-content-type-options': headers['x-content-type-options'],
      allow: headers.allow,
    },
  );
}

function differences(expected: Record<string, unknown>, seen: Record<string, unknown>): string[] {
  return Object.entries(expected)
    .filter(([name, value]) => seen[name] !== value)
    .map(([name, value]) => `${name} ${JSON.stringify(seen[name])}, expected ${JSON.stringify(value)}`);
}
