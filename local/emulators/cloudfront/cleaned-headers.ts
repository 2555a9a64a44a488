import type { HttpResponse } from '../../http.ts';
import type { Behaviour } from './behaviour.ts';
import { forwardsCookies } from './origin-request.ts';

/**
 * Hop-by-hop headers, and S3's two ids, which recorded answers through CloudFront do not have ("HTTP response headers
 * that CloudFront removes or replaces").
 */
const removed =
  /^(?:age|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|via|x-amz-id-2|x-amz-request-id|x-amz-cf-.*|x-cache|x-edge-.*)$/;

/** What of an origin's answer goes into the cache and on to viewers: cookies only where viewers' cookies reach the origin. */
export function cleaned(
  response: HttpResponse,
  behaviour: Behaviour,
): HttpResponse & { headers: Record<string, string> } {
  const { cookies, ...rest } = response;
  const headers = cleanedHeaders(response.headers, behaviour);
  return { ...rest, headers, ...(cookies !== undefined && forwardsCookies(behaviour) && { cookies }) };
}

export function cleanedHeaders(
  headers: Readonly<Record<string, string>>,
  behaviour: Behaviour,
): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !removed.test(name));
  const remaining = Object.fromEntries(kept);
  if (remaining.vary !== undefined) {
    const vary = reducedVary(remaining.vary, behaviour);
    if (vary === '') delete remaining.vary;
    else remaining.vary = vary;
  }
  return remaining;
}

/** Only what can make answers differ behind this edge stays: the headers in the key, Accept-Encoding and Cookie. */
function reducedVary(vary: string, behaviour: Behaviour): string {
  const { headers } = behaviour.cachePolicy;
  return vary
    .split(',')
    .map((name) => name.trim())
    .filter((name) => ['accept-encoding', 'cookie', ...headers].includes(name.toLowerCase()))
    .join(', ');
}
