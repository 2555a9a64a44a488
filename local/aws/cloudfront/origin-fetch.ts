import type { HttpHandler, HttpRequest, HttpResponse } from '../http/http.ts';
import type { Origin, OriginGroup } from './origin.ts';

/** Where an origin is asked for. */
export interface OriginAddress {
  readonly domainName: string;
  readonly protocol: 'http' | 'https';
  readonly port: number;
}

/** What is behind an address; `undefined` where nothing listens. */
export type Connect = (address: OriginAddress) => HttpHandler | undefined;

/** An answer, or why there is none: 502 when the origin cannot be talked to, 504 when it takes too long. */
export type OriginOutcome =
  | { readonly response: HttpResponse }
  | { readonly unreachable: 502 | 504; readonly because: string };

/** Asks one origin, or the second of a group when the first fails. A redirect never fails over. */
export async function fetchFrom(
  target: Origin | OriginGroup,
  scheme: 'http' | 'https',
  connect: Connect,
  requestTo: (origin: Origin) => HttpRequest,
): Promise<OriginOutcome> {
  if (!('members' in target)) return fetchFromOrigin(target, scheme, connect, requestTo(target));
  const [first, second] = target.members;
  const request = requestTo(first);
  const outcome = await fetchFromOrigin(first, scheme, connect, request);
  const status = 'response' in outcome ? outcome.response.status : outcome.unreachable;
  const failed = !('response' in outcome) || target.failoverOn.has(status);
  const mayFailOver = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  return failed && mayFailOver ? fetchFromOrigin(second, scheme, connect, requestTo(second)) : outcome;
}

async function fetchFromOrigin(
  origin: Origin,
  scheme: 'http' | 'https',
  connect: Connect,
  request: HttpRequest,
): Promise<OriginOutcome> {
  const policy = origin.protocolPolicy;
  const protocol = policy === 'match-viewer' ? scheme : policy === 'https-only' ? 'https' : 'http';
  const port = protocol === 'https' ? origin.httpsPort : origin.httpPort;
  const handler = connect({ domainName: origin.domainName, protocol, port });
  if (!handler) return { unreachable: 502, because: `nothing listens at ${protocol}://${origin.domainName}:${port}` };

  // Only what may be sent twice is ("Origin response timeout").
  const attempts = request.method === 'GET' || request.method === 'HEAD' ? origin.attempts : 1;
  let outcome = await attempt(handler, request, origin.responseSeconds);
  for (let made = 1; made < attempts && !('response' in outcome); made += 1) {
    outcome = await attempt(handler, request, origin.responseSeconds);
  }
  return outcome;
}

/** In real seconds: how long a Lambda takes is no question of the virtual clock. */
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
