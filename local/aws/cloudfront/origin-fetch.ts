import type { HttpHandler, HttpRequest, HttpResponse } from '../http/http.ts';
import type { Origin, OriginGroup } from './origin.ts';

/** Where an origin is asked for. */
export interface OriginAddress {
  readonly domainName: string;
  readonly protocol: 'http' | 'https';
  readonly port: number;
}

/** Returns the handler at an address, or `undefined` where nothing listens. */
export type Connect = (address: OriginAddress) => HttpHandler | undefined;

/** An answer, or why there is none: 502 when the connection fails, 504 when the answer takes too long. */
export type OriginOutcome =
  /** `age`: seconds in Origin Shield, where the answer came from there. */
  | { readonly response: HttpResponse; readonly age?: number }
  | { readonly unreachable: 502 | 504; readonly because: string };

/** Asks one origin, or the second of a group when the first fails. A redirect never fails over. */
export async function fetchFrom(
  target: Origin | OriginGroup,
  connect: Connect,
  requestTo: (origin: Origin) => HttpRequest,
): Promise<OriginOutcome> {
  if (!('members' in target)) return fetchFromOrigin(target, connect, requestTo(target));
  const [first, second] = target.members;
  const request = requestTo(first);
  const outcome = await fetchFromOrigin(first, connect, request);
  const failed = !('response' in outcome) || target.failoverOn.has(outcome.response.status);
  const mayFailOver = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  return failed && mayFailOver ? fetchFromOrigin(second, connect, requestTo(second)) : outcome;
}

async function fetchFromOrigin(origin: Origin, connect: Connect, request: HttpRequest): Promise<OriginOutcome> {
  // All viewers of the chain count as https, so match-viewer means https.
  const protocol = origin.protocolPolicy === 'http-only' ? 'http' : 'https';
  const port = protocol === 'https' ? origin.httpsPort : origin.httpPort;
  const handler = connect({ domainName: origin.domainName, protocol, port });
  if (!handler) return { unreachable: 502, because: `nothing listens at ${protocol}://${origin.domainName}:${port}` };

  // Only GET and HEAD are retried ("Origin response timeout").
  const attempts = request.method === 'GET' || request.method === 'HEAD' ? origin.attempts : 1;
  let outcome = await attempt(handler, request, origin.responseSeconds);
  for (let made = 1; made < attempts && !('response' in outcome); made += 1) {
    outcome = await attempt(handler, request, origin.responseSeconds);
  }
  return outcome;
}

/** The timeout is in real seconds: a Lambda takes real time, whatever the chain's clock shows. */
async function attempt(handler: HttpHandler, request: HttpRequest, seconds: number): Promise<OriginOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<OriginOutcome>((resolve) => {
    const because = `no answer within ${seconds} seconds`;
    timer = setTimeout(() => resolve({ unreachable: 504, because }), seconds * 1000);
  });
  const answered = handler(request).then(
    (response): OriginOutcome => ({ response }),
    (error: unknown): OriginOutcome => ({ unreachable: 502, because: String(error) }),
  );
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
