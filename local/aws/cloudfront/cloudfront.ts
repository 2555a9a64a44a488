import type { Clock } from '../clock.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http/http.ts';
import type { Resource } from '../template/template.ts';
import { type Behaviour, chooseBehaviour } from './behaviour.ts';
import { createCachedFetch } from './cached-fetch.ts';
import { readDistribution } from './distribution.ts';
import { type EdgeAnswer, type EdgeRecord, edgeError, secureRedirect } from './edge-answer.ts';
import { EdgeCache, invalidationPaths, responseOf } from './edge-cache.ts';
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
  /** Policies by what `Ref` gives for them, functions by what `FunctionARN` gives. */
  readonly policies: ReadonlyMap<string, Resource>;
  readonly functions: ReadonlyMap<string, Resource>;
  readonly connect: Connect;
  readonly switches: CloudFrontSwitches;
  readonly clock: Clock;
  readonly capacityBytes?: number;
  readonly onRequest?: (record: EdgeRecord) => void;
  readonly onFunction?: (functionName: string, outcome: EdgeFunctionOutcome) => void;
  /** Lines of the functions, by log group. */
  readonly log?: (logGroup: string, line: string) => void;
}

/** One distribution, as one edge location. */
export interface CloudFront {
  /** For viewers who come by https. Locally they come by plain http to this very handler: that is TLS left out. */
  readonly https: HttpHandler;
  /** For viewers who really come by http, where the viewer protocol policy sends them on or away. */
  readonly http: HttpHandler;
  /** Drops what matches, and says how many objects that were. */
  invalidate(paths: readonly string[]): number;
  /** Drops everything: as if another edge location were asked next. */
  forget(): void;
  /** Gives back the way to what is held now. */
  remember(): () => void;
}

const defaultCapacityBytes = 256 * 1024 * 1024;
const pop = 'LOCAL50-C1';

export function createCloudFront(options: CloudFrontOptions): CloudFront {
  const { names, clock, onRequest, onFunction } = options;
  const log = options.log ?? (() => {});
  const functions = new Map(
    [...options.functions].map(([arn, resource]) => [
      arn,
      createEdgeFunction({ resource, distributionId: names.id, clock, log, ...(onFunction && { note: onFunction }) }),
    ]),
  );
  const distribution = readDistribution(options.distribution, { policies: options.policies, functions });
  const cache = new EdgeCache(options.capacityBytes ?? defaultCapacityBytes);
  const via = `1.1 ${names.domainName.replace(/^[^.]+/, names.id.toLowerCase())} (CloudFront)`;
  const serve = createCachedFetch({ ...options, distribution, cache, via });
  const nextId = createRequestIds();

  return {
    https: (request) => handle(request, 'https'),
    http: (request) => handle(request, 'http'),
    invalidate: (paths) => cache.invalidate(invalidationPaths(paths)),
    forget: () => void cache.invalidate(() => true),
    remember: () => cache.remember(),
  };

  async function handle(request: HttpRequest, scheme: 'http' | 'https'): Promise<HttpResponse> {
    const started = performance.now();
    const viewer = readViewerRequest(request, scheme, nextId());
    const answer = await answerTo(viewer);
    const headers: Record<string, string> = {
      ...answer.headers,
      'x-cache': `${answer.result} from cloudfront`,
      via,
      'x-amz-cf-pop': pop,
      'x-amz-cf-id': viewer.id,
    };
    const body = request.method === 'HEAD' ? nothing : answer.body;
    onRequest?.({
      time: clock.now(),
      requestId: viewer.id,
      ip: viewer.ip,
      scheme,
      host: viewer.headers.host ?? '',
      method: viewer.method,
      uri: viewer.uri,
      query: viewer.query,
      status: answer.status,
      resultType: answer.result,
      bytes: body.length,
      receivedBytes: viewer.body.length,
      fromOrigin: answer.fromOrigin ?? false,
      milliseconds: performance.now() - started,
      ...(answer.detail !== undefined && { detail: answer.detail }),
      ...(headers.location !== undefined && { location: headers.location }),
    });
    return { ...responseOf(answer), headers, body };
  }

  /** A request's way through the edge. */
  async function answerTo(viewer: ViewerRequest): Promise<EdgeAnswer> {
    if (isTooLarge(viewer)) return edgeError(413, 'The request or its URL is too long.', viewer.id, 'too large');
    const behaviour = chooseBehaviour(distribution.behaviours, viewer.uri);
    const refused = refusal(viewer, behaviour);
    if (refused) return refused;

    const request = behaviour.viewerRequest ? await runOnRequest(behaviour.viewerRequest, viewer, names) : viewer;
    if ('result' in request) return request;

    const served = await serve(withRootObject(request), behaviour);
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
    // Not when the origin answered 400 or more, whatever has become of that ("Restrictions on all edge functions").
    return behaviour.viewerResponse && !served.isError
      ? runOnResponse(behaviour.viewerResponse, request, answer, names)
      : answer;
  }

  function refusal(viewer: ViewerRequest, behaviour: Behaviour): EdgeAnswer | undefined {
    if (viewer.scheme === 'http' && behaviour.viewerProtocolPolicy !== 'allow-all') {
      if (behaviour.viewerProtocolPolicy === 'https-only') {
        return edgeError(403, 'This distribution is reached by https only.', viewer.id, 'https-only');
      }
      const host = viewer.headers.host ?? names.domainName;
      const query = viewer.query === '' ? '' : `?${viewer.query}`;
      // A 307 keeps the method of a POST; GET and HEAD survive a 301.
      const status = viewer.method === 'GET' || viewer.method === 'HEAD' ? 301 : 307;
      return secureRedirect(status, `https://${host}${viewer.uri}${query}`);
    }
    if (!behaviour.allowedMethods.has(viewer.method)) {
      return edgeError(403, `The method ${viewer.method} is not allowed here.`, viewer.id, 'method not allowed');
    }
    if (viewer.method === 'GET' && viewer.body.length > 0) {
      return edgeError(403, 'A GET may not have a body.', viewer.id, 'GET with a body');
    }
    return undefined;
  }

  function withRootObject(request: ViewerRequest): ViewerRequest {
    const { defaultRootObject } = distribution;
    return request.uri === '/' && defaultRootObject !== '' ? { ...request, uri: `/${defaultRootObject}` } : request;
  }
}

const nothing = new Uint8Array(0);
