import type { Clock } from '../clock.ts';
import { isConditional } from '../http/conditional.ts';
import type { HttpResponse } from '../http/http.ts';
import { type Behaviour, chooseBehaviour } from './behaviour.ts';
import { compressed } from './compression.ts';
import { type Distribution, defaultErrorSeconds } from './distribution.ts';
import { edgeError } from './edge-answer.ts';
import {
  type CachedAnswer,
  cachedAnswer,
  type EdgeCache,
  fromCache,
  responseOf,
  type Served,
  validatorsOf,
} from './edge-cache.ts';
import { type Connect, fetchFrom, type OriginOutcome } from './origin-fetch.ts';
import {
  acceptedEncodings,
  type CacheKey,
  cacheKey,
  cleaned,
  cleanedHeaders,
  forwardsCookies,
  originRequest,
} from './origin-request.ts';
import { type CloudFrontSwitches, errorSeconds, mayBeShared, successLifetime } from './time-to-live.ts';
import type { ViewerRequest } from './viewer-request.ts';

export interface CachedFetchOptions {
  readonly distribution: Distribution;
  readonly cache: EdgeCache;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly switches: CloudFrontSwitches;
  readonly via: string;
}

interface Call {
  readonly request: ViewerRequest;
  readonly behaviour: Behaviour;
  /** Absent: what comes is not kept. */
  readonly key?: CacheKey;
  /** An expired copy that may turn out to be right still. */
  readonly stale?: CachedAnswer;
  /** It asks for a custom error page, so an error of its own gets none. */
  readonly forErrorPage?: boolean;
}

/** An answer, and whether others who waited for it may have it too. */
interface Fetched {
  readonly served: Served;
  readonly shareable: boolean;
}

/** The edge's way to an answer: from the cache, from somebody else's fetch for the same key, or from the origin. */
export function createCachedFetch({ distribution, cache, connect, clock, switches, via }: CachedFetchOptions) {
  const flights = new Map<string, Promise<Fetched>>();
  return serve;

  async function serve(request: ViewerRequest, behaviour: Behaviour, forErrorPage = false): Promise<Served> {
    const isCached = behaviour.cachedMethods.has(request.method) && behaviour.cachePolicy.maxTtl > 0;
    if (!isCached) return (await fetchOnce({ request, behaviour, forErrorPage })).served;

    const key = cacheKey(request, behaviour);
    const held = cache.get(key.text);
    const usable = held && (held.hasBody || request.method === 'HEAD') ? held : undefined;
    const now = clock.now();
    if (usable && (now < usable.freshUntil || now < usable.retryAt)) return fromCache(usable, now);
    const call: Call = { request, behaviour, key, forErrorPage, ...(usable && !usable.isError && { stale: usable }) };
    if (usable && now < usable.revalidateInBackgroundUntil) {
      void fetchShared(call);
      return fromCache(usable, now);
    }
    return fetchShared(call);
  }

  /** One fetch for all who want the same at the same time: the first is a Miss, those who waited have a Hit. */
  async function fetchShared(call: Call): Promise<Served> {
    const { request, behaviour, key, stale } = call;
    const mustGoAlone = forwardsCookies(behaviour) || (!stale && isConditional(request.headers));
    if (mustGoAlone) return (await fetchOnce(call)).served;

    // After an invalidation nobody waits for a fetch that began before it.
    const flight = (method: string) => `${cache.generation} ${method} ${key?.text}`;
    const running = flights.get(flight(request.method)) ?? (request.method === 'HEAD' && flights.get(flight('GET')));
    if (running) {
      const { served, shareable } = await running;
      if (!shareable) return (await fetchOnce(call)).served;
      return served.result === 'Error' ? served : { ...served, result: 'Hit' };
    }
    const name = flight(request.method);
    const fetching = fetchOnce(call).finally(() => flights.delete(name));
    flights.set(name, fetching);
    return (await fetching).served;
  }

  async function fetchOnce(call: Call): Promise<Fetched> {
    const { request, behaviour, stale } = call;
    const generation = cache.generation;
    const target = distribution.targets.get(behaviour.targetOriginId);
    if (!target) throw new Error(`No origin ${behaviour.targetOriginId} in ${distribution.logicalId}`);
    const outcome = await fetchFrom(target, request.scheme, connect, (origin) =>
      originRequest(request, behaviour, origin, { via }, stale && validatorsOf(stale)),
    );
    const keep = (answer: CachedAnswer) => {
      if (call.key && cache.generation === generation) cache.set(call.key.text, answer);
    };

    const failure = serverFailure(outcome);
    if (failure !== undefined && stale && clock.now() < stale.standsInForErrorsUntil) {
      // The origin is left alone for as long as its error would have been kept.
      stale.retryAt = clock.now() + minimumErrorSeconds(failure) * 1000;
      return { served: fromCache(stale, clock.now()), shareable: true };
    }
    if (!('response' in outcome)) {
      const page = edgeError(
        outcome.unreachable,
        `The origin cannot be reached: ${outcome.because}.`,
        request.id,
        outcome.because,
      );
      return { served: await errorAnswer(call, page, keep), shareable: true };
    }
    const { response } = outcome;
    const shareable = mayBeShared(response, behaviour.cachePolicy);
    if (response.status === 304 && stale) return { served: revalidated(call, stale, response, keep), shareable };
    if (response.status >= 400) {
      return { served: await errorAnswer(call, cleaned(response, behaviour), keep), shareable };
    }
    return { served: await freshAnswer(call, response, keep), shareable };
  }

  async function freshAnswer(
    call: Call,
    response: HttpResponse,
    keep: (answer: CachedAnswer) => void,
  ): Promise<Served> {
    const { request, behaviour, key, stale } = call;
    const now = clock.now();
    const life = successLifetime(response, behaviour.cachePolicy, switches, now);
    const stated = response.headers['content-length'];
    const isWhole = request.method === 'HEAD' || stated === undefined || Number(stated) === response.body.length;
    const plain = cleaned(response, behaviour);
    if (request.method !== 'HEAD' && response.status === 200)
      plain.headers['content-length'] = String(response.body.length);
    const encodings = behaviour.compress && life.stored ? acceptedEncodings(request, behaviour.cachePolicy) : '';
    const answer = await compressed(plain, encodings);

    const canBeAskedAbout = answer.headers.etag !== undefined || answer.headers['last-modified'] !== undefined;
    if (life.stored && isWhole && (life.seconds > 0 || canBeAskedAbout)) keep(cachedAnswer(call, answer, life, now));
    // What the origin has replaced, if only by a redirect that is not kept, must not come back when it fails later.
    else if (stale && key && cache.get(key.text) === stale) cache.delete(key.text);
    const inChunks = response.headers['transfer-encoding']?.toLowerCase() === 'chunked';
    return { ...answer, result: 'Miss', isError: false, ...(inChunks && { wholeOnly: true }) };
  }

  /** The origin says that the expired copy is still right: it lives again, with the headers that came. */
  function revalidated(
    call: Call,
    stale: CachedAnswer,
    response: HttpResponse,
    keep: (answer: CachedAnswer) => void,
  ): Served {
    const now = clock.now();
    const { 'content-length': _, ...renewed } = cleanedHeaders(response.headers, call.behaviour);
    // A compressed copy keeps its own, weak ETag.
    if (stale.headers['content-encoding'] !== undefined) delete renewed.etag;
    const answer = { ...responseOf(stale), headers: { ...stale.headers, ...renewed } };
    const life = successLifetime(answer, call.behaviour.cachePolicy, switches, now);
    if (life.stored) keep({ ...cachedAnswer(call, answer, life, now), hasBody: stale.hasBody });
    return { ...answer, result: 'RefreshHit', isError: false };
  }

  async function errorAnswer(call: Call, error: HttpResponse, keep: (answer: CachedAnswer) => void): Promise<Served> {
    const { behaviour, request } = call;
    const now = clock.now();
    const seconds = errorSeconds(error, behaviour.cachePolicy, minimumErrorSeconds(error.status), now);
    const page = call.forErrorPage ? error : await customPage(error, request);
    const life = { seconds, staleWhileRevalidate: 0 };
    if (seconds > 0) keep({ ...cachedAnswer(call, page, life, now), isError: true });
    const detail = 'detail' in error && typeof error.detail === 'string' ? { detail: error.detail } : {};
    return { ...responseOf(page), result: 'Error', isError: true, ...detail };
  }

  /** Asked for like any other object, through the behaviour that its path matches. If it fails too, it speaks for itself. */
  async function customPage(error: HttpResponse, request: ViewerRequest): Promise<HttpResponse> {
    const configured = distribution.errorResponses.get(error.status);
    if (configured?.pagePath === undefined) return error;
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !/^(?:if-|range$)/.test(name)),
    );
    const asked = { ...request, method: 'GET', uri: configured.pagePath, query: '', headers, body: new Uint8Array(0) };
    const page = await serve(asked, chooseBehaviour(distribution.behaviours, configured.pagePath), true);
    return page.isError ? page : { ...page, status: configured.responseStatus ?? error.status };
  }

  function minimumErrorSeconds(status: number): number {
    return distribution.errorResponses.get(status)?.minTtl ?? defaultErrorSeconds;
  }
}

function serverFailure(outcome: OriginOutcome): number | undefined {
  if (!('response' in outcome)) return outcome.unreachable;
  return outcome.response.status >= 500 ? outcome.response.status : undefined;
}
