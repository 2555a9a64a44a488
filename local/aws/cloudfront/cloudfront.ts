import type { Clock } from '../clock.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import type { Resource } from '../template/template.ts';
import { chooseBehaviour } from './behaviour.ts';
import { type CachedFetch, createCachedFetch } from './cached-fetch.ts';
import { readDistribution } from './distribution.ts';
import { type EdgeAnswer, type EdgeRecord, edgeError } from './edge-answer.ts';
import { EdgeCache, type Invalidation, invalidationOf, responseOf } from './edge-cache.ts';
import { createEdgeFunction, type EdgeFunctionOutcome, runOnRequest, runOnResponse } from './edge-function.ts';
import type { DistributionNames } from './function-event.ts';
import type { Connect } from './origin-fetch.ts';
import { selectFor } from './selected-part.ts';
import type { CloudFrontSwitches } from './time-to-live.ts';
import { createRequestIds, isTooLarge, readViewerRequest, type ViewerRequest } from './viewer-request.ts';

export interface CloudFrontOptions {
  /** The AWS::CloudFront::Distribution, resolved. */
  readonly distribution: Resource;
  readonly names: DistributionNames;
  /** Policies by the value of their `Ref`, functions by their ARN. */
  readonly policies: ReadonlyMap<string, Resource>;
  readonly functions: ReadonlyMap<string, Resource>;
  readonly connect: Connect;
  readonly switches: CloudFrontSwitches;
  readonly clock: Clock;
  readonly capacityBytes?: number;
  readonly onFunction?: (functionName: string, outcome: EdgeFunctionOutcome) => void;
  /** Writes a line of a function to its log group. */
  readonly log?: (logGroup: string, line: string) => void;
}

/** One distribution. Each edge location has its own cache, and Origin Shield has one for all of them. */
export interface CloudFront {
  /** Viewers come by plain http, since TLS is left out. They all count as https viewers. */
  handle(request: HttpRequest): Promise<HttpResponse & { readonly edge: EdgeRecord }>;
  /** Viewers reach this edge location from now on, at first 0. */
  useLocation(location: number): void;
  /** Removes the objects of the paths and tags everywhere at once, and returns how many there were. */
  invalidate(items: readonly string[]): number;
  /** Returns the body that the edge location in use holds of a path. Nothing is requested by it. */
  peek(path: string): Uint8Array | undefined;
  /** Removes everything, from Origin Shield as well. */
  clear(): void;
  /** Returns a function that restores the present contents of all caches. */
  snapshot(): () => void;
}

const defaultCapacityBytes = 256 * 1024 * 1024;
const nothing = new Uint8Array(0);

export function createCloudFront(options: CloudFrontOptions): CloudFront {
  const { names, clock, onFunction } = options;
  const log = options.log ?? (() => {});
  const functions = new Map(
    [...options.functions].map(([arn, resource]) => [
      arn,
      createEdgeFunction({ resource, distributionId: names.id, clock, log, ...(onFunction && { note: onFunction }) }),
    ]),
  );
  const distribution = readDistribution(options.distribution, { policies: options.policies, functions });
  const via = `1.1 ${names.domainName.replace(/^[^.]+/, names.id.toLowerCase())} (CloudFront)`;
  const newCache = () => new EdgeCache(options.capacityBytes ?? defaultCapacityBytes);
  const shieldCache = newCache();
  const shield = createCachedFetch({ ...options, distribution, cache: shieldCache, via });
  const locations = new Map<number, { readonly cache: EdgeCache; readonly serve: CachedFetch }>();
  let location = 0;
  const nextId = createRequestIds();

  return {
    async handle(request) {
      const at = location;
      const viewer = readViewerRequest(request, nextId());
      const answer = await answerTo(viewer, atLocation(at).serve);
      const headers: Record<string, string> = {
        ...answer.headers,
        'x-cache': `${answer.result} from cloudfront`,
        via,
        'x-amz-cf-pop': `LOCAL${50 + at}-C1`,
        'x-amz-cf-id': viewer.id,
      };
      const edge: EdgeRecord = {
        requestId: viewer.id,
        resultType: answer.result,
        receivedBytes: viewer.body.length,
        fromOrigin: answer.fromOrigin ?? false,
        ...(answer.rewrittenUri !== undefined && { rewrittenUri: answer.rewrittenUri }),
        ...(answer.detail !== undefined && { detail: answer.detail }),
      };
      return { status: answer.status, headers, body: request.method === 'HEAD' ? nothing : answer.body, edge };
    },
    useLocation(chosen) {
      location = chosen;
    },
    invalidate: (items) => invalidate(invalidationOf(items)),
    peek: (path) => atLocation(location).cache.peek(path)?.body,
    clear: () => void invalidate(() => true),
    snapshot() {
      const restores = caches().map((cache) => cache.snapshot());
      return () => {
        invalidate(() => true);
        for (const restore of restores) restore();
      };
    },
  };

  function atLocation(number: number) {
    const known = locations.get(number);
    if (known) return known;
    const cache = newCache();
    const made = { cache, serve: createCachedFetch({ ...options, distribution, cache, via, shield }) };
    locations.set(number, made);
    return made;
  }

  function caches(): EdgeCache[] {
    return [shieldCache, ...[...locations.values()].map(({ cache }) => cache)];
  }

  function invalidate(matches: Invalidation): number {
    return caches().reduce((count, cache) => count + cache.invalidate(matches), 0);
  }

  async function answerTo(viewer: ViewerRequest, serve: CachedFetch): Promise<EdgeAnswer> {
    const { id, method } = viewer;
    if (isTooLarge(viewer)) return edgeError(413, 'The request or its URL is too long.', id, 'too large');
    const behaviour = chooseBehaviour(distribution.behaviours, viewer.uri);
    if (!behaviour.allowedMethods.has(method)) {
      return edgeError(403, `The method ${method} is not allowed here.`, id, 'method not allowed');
    }
    if (method === 'GET' && viewer.body.length > 0) {
      return edgeError(403, 'A GET may not have a body.', id, 'GET with a body');
    }

    const request = behaviour.viewerRequest ? await runOnRequest(behaviour.viewerRequest, viewer, names) : viewer;
    if ('result' in request) return request;

    const served = await serve(request, behaviour);
    const selected = selectFor(request, served);
    const headers: Record<string, string> = { ...selected.headers, via };
    if (served.age !== undefined) headers.age = String(served.age);
    behaviour.responseHeadersPolicy?.(headers, request, clock.now());
    const answer: EdgeAnswer = {
      ...responseOf(selected),
      headers,
      result: served.result,
      fromOrigin: served.age === undefined && served.result !== 'Hit',
      ...(served.detail !== undefined && { detail: served.detail }),
    };
    const isRewritten = request.uri !== viewer.uri;
    const seen = options.switches.responseUri === 'asked' ? { ...request, uri: viewer.uri } : request;
    // Not when the origin answered 400 or more, whatever error response replaced it ("Restrictions on all edge functions").
    const shown =
      behaviour.viewerResponse && !served.isError
        ? runOnResponse(behaviour.viewerResponse, seen, answer, names)
        : answer;
    return isRewritten ? { ...shown, rewrittenUri: request.uri } : shown;
  }
}
