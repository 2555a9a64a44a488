import type { Clock } from '../clock.ts';
import { isConditional } from '../http/conditional.ts';
import type { HttpResponse } from '../http/http.ts';
import { type Behaviour, chooseBehaviour } from './behaviour.ts';
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
import { type CacheKey, cacheKey, cleanedHeaders, originRequest } from './origin-request.ts';
import { selectFor } from './selected-part.ts';
import { type CloudFrontSwitches, errorSeconds, mayBeShared, successSeconds } from './time-to-live.ts';
import type { ViewerRequest } from './viewer-request.ts';

export interface CachedFetchOptions {
  readonly distribution: Distribution;
  readonly cache: EdgeCache;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly switches: CloudFrontSwitches;
  readonly via: string;
  /** Asked in place of an origin that has Origin Shield. Absent in Origin Shield itself. */
  readonly shield?: CachedFetch;
}

export type CachedFetch = (request: ViewerRequest, behaviour: Behaviour, forErrorPage?: boolean) => Promise<Served>;

interface Call {
  readonly request: ViewerRequest;
  readonly behaviour: Behaviour;
  /** Absent: the answer is not cached. */
  readonly key?: CacheKey;
  /** An expired copy, to be revalidated. */
  readonly stale?: CachedAnswer;
  /** It fetches a custom error page, so an error gets no page of its own. */
  readonly forErrorPage?: boolean;
}

/** An answer, and whether viewers who waited for it may share it. */
interface Fetched {
  readonly served: Served;
  readonly shareable: boolean;
}

/** Answers from the cache, from a running fetch for the same key, or from the origin. */
export function createCachedFetch(options: CachedFetchOptions): CachedFetch {
  const { distribution, cache, connect, clock, switches, via, shield } = options;
  const { tagHeader } = distribution;
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
    return fetchShared({ request, behaviour, key, forErrorPage, ...(usable && !usable.isError && { stale: usable }) });
  }

  /** One fetch for all viewers who ask for the same at the same time: the first has a Miss, the others have a Hit. */
  async function fetchShared(call: Call): Promise<Served> {
    const { request, behaviour, key, stale } = call;
    // Forwarded cookies and a viewer's own conditions make the answer one viewer's.
    const isPrivate = behaviour.originRequestPolicy.cookies || (!stale && isConditional(request.headers));
    if (isPrivate) return (await fetchOnce(call)).served;

    // After an invalidation nobody joins a fetch that began before it.
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
    const outcome =
      shield && 'isShielded' in target && target.isShielded
        ? await askShield(shield, call)
        : await fetchFrom(target, connect, (origin) =>
            originRequest(request, behaviour, origin, via, stale && validatorsOf(stale)),
          );
    const keep = (answer: CachedAnswer) => {
      if (call.key && cache.generation === generation) cache.set(call.key.text, answer);
    };

    const failure = serverFailure(outcome);
    if (failure !== undefined && stale) {
      // The origin is not asked again for as long as its error would have been cached.
      stale.retryAt = clock.now() + minimumErrorSeconds(failure) * 1000;
      return { served: fromCache(stale, clock.now()), shareable: true };
    }
    if (!('response' in outcome)) {
      const { unreachable, because } = outcome;
      const page = edgeError(unreachable, `The origin cannot be reached: ${because}.`, request.id, because);
      return { served: { ...(await errorAnswer(call, page, keep)), detail: because }, shareable: true };
    }
    const { response, age } = outcome;
    const shareable = mayBeShared(response, behaviour.cachePolicy);
    if (response.status === 304 && stale) return { served: revalidated(call, stale, response, keep, age), shareable };
    if (response.status >= 400) return { served: await errorAnswer(call, response, keep), shareable };
    return { served: freshAnswer(call, response, keep, age), shareable };
  }

  /** `age`: the time in Origin Shield counts (RFC 9111 §4.2.3; AWS does not say whether CloudFront counts it). */
  function freshAnswer(call: Call, response: HttpResponse, keep: Keep, age?: number): Served {
    const { request, behaviour, key, stale } = call;
    const { status, body } = response;
    const now = clock.now() - (age ?? 0) * 1000;
    const seconds = successSeconds(response, behaviour.cachePolicy, switches, now);
    const { etag, 'last-modified': lastModified, 'content-length': stated } = response.headers;
    const isWhole = request.method === 'HEAD' || stated === undefined || Number(stated) === body.length;
    const length = request.method !== 'HEAD' && status === 200 && { 'content-length': `${body.length}` };
    const answer = { status, body, headers: { ...cleanedHeaders(response, behaviour), ...length } };

    const canBeRevalidated = etag !== undefined || lastModified !== undefined;
    if (seconds !== undefined && isWhole && (seconds > 0 || canBeRevalidated)) {
      keep(cachedAnswer(call, answer, seconds, now, tagHeader));
    }
    // A copy that the origin has replaced, if only by an uncached redirect, must not be served when it fails later.
    else if (stale && key && cache.get(key.text) === stale) cache.delete(key.text);
    // "How CloudFront processes partial requests": viewers get the whole also where the origin does not support ranges.
    const target = distribution.targets.get(call.behaviour.targetOriginId);
    const ignoresRange = target !== undefined && 'supportsRange' in target && !target.supportsRange;
    const wholeOnly = ignoresRange || response.headers['transfer-encoding']?.toLowerCase() === 'chunked';
    const from = age === undefined ? ({ result: 'Miss' } as const) : ({ result: 'Hit', age } as const);
    return { ...answer, ...from, isError: false, ...(wholeOnly && { wholeOnly }) };
  }

  /** The origin confirmed the expired copy. It is fresh again, with the headers of the 304. */
  function revalidated(call: Call, stale: CachedAnswer, response: HttpResponse, keep: Keep, age = 0): Served {
    const now = clock.now() - age * 1000;
    const { 'content-length': _, ...renewed } = cleanedHeaders(response, call.behaviour);
    const answer = { ...responseOf(stale), headers: { ...stale.headers, ...renewed } };
    const seconds = successSeconds(answer, call.behaviour.cachePolicy, switches, now);
    if (seconds !== undefined) keep({ ...cachedAnswer(call, answer, seconds, now, tagHeader), hasBody: stale.hasBody });
    return { ...answer, result: 'RefreshHit', isError: false };
  }

  async function errorAnswer(call: Call, error: HttpResponse, keep: Keep): Promise<Served> {
    const { behaviour, request } = call;
    const now = clock.now();
    const seconds = errorSeconds(error, behaviour.cachePolicy, minimumErrorSeconds(error.status), now);
    const cleaned = { ...responseOf(error), headers: cleanedHeaders(error, behaviour) };
    const page = call.forErrorPage ? cleaned : await customPage(cleaned, request);
    if (seconds > 0) keep({ ...cachedAnswer(call, page, seconds, now, tagHeader), isError: true });
    return { ...responseOf(page), result: 'Error', isError: true };
  }

  /** Fetches the page through the behaviour that its path matches. If that fails too, the viewer gets that error. */
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

type Keep = (answer: CachedAnswer) => void;

/**
 * Origin Shield is one more cache between the edge locations and the origin ("Use Amazon CloudFront Origin Shield"). The
 * edge asks it for the whole, and with the validators of an expired copy.
 */
async function askShield(shield: CachedFetch, { request, behaviour, stale }: Call): Promise<OriginOutcome> {
  const { range: _range, 'if-range': _ifRange, ...others } = request.headers;
  const unconditional = Object.fromEntries(Object.entries(others).filter(([name]) => !name.startsWith('if-')));
  const asked = { ...request, headers: stale ? { ...unconditional, ...validatorsOf(stale) } : others };
  const served = await shield(asked, behaviour, true);
  const { age } = served;
  return { response: selectFor(asked, served), ...(age !== undefined && !served.isError && { age }) };
}

function serverFailure(outcome: OriginOutcome): number | undefined {
  if (!('response' in outcome)) return outcome.unreachable;
  return outcome.response.status >= 500 ? outcome.response.status : undefined;
}
