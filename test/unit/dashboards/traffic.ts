import type { MetricName } from '../../../dashboards/metrics/catalogue.ts';
import type { ApiOn } from '../../../src/config.ts';

/** What happened in one minute, request by request; everything that CloudWatch shows follows from it. */
export interface Traffic {
  /** Images from the edge's cache. */
  readonly hits: number;
  /** Images that existed, but not at the edge. */
  readonly refetched: number;
  /** First views: redirected, made, sent back. */
  readonly made: number;
  /** Redirected for an image that had existed for long, and answered by the API. */
  readonly looped: number;
  /** The same by a redirect from the edge's cache. */
  readonly cachedRedirects: number;
  readonly raced: number;
  /** Redirected, and never seen at the API. */
  readonly lost: number;
  /** Redirected, and ended by an answer of the API that is no image. */
  readonly missing: number;
  /** Ended by an original that cannot be decoded. */
  readonly broken: number;
  readonly failed: number;
  /** Redirected by the API to another image, in place of a missing original. */
  readonly fallbacks: number;
  /** The same by a redirect from the edge's cache. On its own host the API answers each. */
  readonly keptFallbacks: number;
  /** Of the derivatives that were made: S3 had not said whether they exist. */
  readonly lookUpFailures: number;
  readonly crashed: number;
  readonly throttledByLambda: number;
  readonly throttledByApi: number;
  /** Calls of the API's own host for what exists. Where the API is on the image host they are refused. */
  readonly directCallers: number;
  /** Requests for `/resize` on the image host that no redirect led to, for what exists. */
  readonly linkedCalls: number;
  /** Ended at the edge: refused by the website, by the WAF or for their method; not listed; failed. */
  readonly forbidden: number;
  readonly notFound: number;
  readonly edgeFaults: number;
  /** Answered by CloudFront itself: http to https, and preflights. */
  readonly toHttps: number;
  readonly preflights: number;
  /** Made a 400 by the edge function, since path and preset differ. */
  readonly mismatched: number;
  readonly p95Milliseconds: number;
  readonly peakMegabytes: number;
  readonly concurrency: number;
  readonly badMetrics: number;
}

export const healthy: Traffic = {
  hits: 930,
  refetched: 20,
  made: 30,
  looped: 0,
  cachedRedirects: 0,
  raced: 1,
  lost: 0,
  missing: 1,
  broken: 0,
  failed: 0,
  fallbacks: 0,
  keptFallbacks: 0,
  lookUpFailures: 0,
  crashed: 0,
  throttledByLambda: 0,
  throttledByApi: 0,
  directCallers: 0,
  linkedCalls: 0,
  forbidden: 0,
  notFound: 3,
  edgeFaults: 0,
  toHttps: 0,
  preflights: 0,
  mismatched: 0,
  p95Milliseconds: 800,
  peakMegabytes: 700,
  concurrency: 5,
  badMetrics: 0,
};

/** Answers of the API with an image. On the image host they come through the edge. */
const sentByApi = ({ looped, cachedRedirects, raced }: Traffic) => looped + cachedRedirects + raced;

/** Images from the website. */
export function imagesOf({ hits, refetched, made }: Traffic): number {
  return hits + refetched + made;
}

/** The metrics of a minute, as AWS and the Lambda would write them. */
export function metricsOf(traffic: Traffic, apiOn: ApiOn): Partial<Record<MetricName, number>> {
  const { made, missing, broken, failed, crashed, throttledByLambda, throttledByApi } = traffic;
  const { forbidden, notFound, edgeFaults, toHttps, preflights, mismatched, lost, directCallers } = traffic;
  const isImageHost = apiOn === 'image-host';
  const keptFallbacks = isImageHost ? traffic.keptFallbacks : 0;
  const fallbacks = traffic.fallbacks + traffic.keptFallbacks - keptFallbacks;
  const linkedCalls = isImageHost ? traffic.linkedCalls : 0;
  const served = made + sentByApi(traffic) + missing + broken + failed + fallbacks;
  const arrived = served + crashed + throttledByLambda + throttledByApi;
  const redirected = arrived + lost + keptFallbacks;
  const api5xx = failed + crashed + throttledByLambda;
  const api4xx = missing + broken + throttledByApi;

  const edge4xx = forbidden + notFound + mismatched + (isImageHost ? api4xx : 0);
  const edge5xx = edgeFaults + (isImageHost ? api5xx : 0);
  const throughEdge = isImageHost ? made + sentByApi(traffic) + linkedCalls + fallbacks + keptFallbacks : 0;
  const runs = imagesOf(traffic) + redirected + mismatched + throughEdge;
  const requests = runs - mismatched + edge4xx + edge5xx + toHttps + preflights;
  const percent = (part: number, of: number) => (of === 0 ? 0 : (100 * part) / of);
  const ofRequests = (part: number) => percent(part, requests);
  return {
    'CloudFront.Requests': requests,
    'CloudFront.BytesDownloaded': 25_000 * imagesOf(traffic),
    'CloudFront.TotalErrorRate': ofRequests(edge4xx + edge5xx),
    'CloudFront.4xxErrorRate': ofRequests(edge4xx),
    'CloudFront.5xxErrorRate': ofRequests(edge5xx),
    'CloudFront.403ErrorRate': ofRequests(forbidden),
    'CloudFront.404ErrorRate': ofRequests(notFound + (isImageHost ? missing : 0)),
    // Without errors; a redirect is a miss unless the edge kept it.
    'CloudFront.CacheHitRate': percent(
      traffic.hits + traffic.cachedRedirects + keptFallbacks,
      requests - edge4xx - edge5xx,
    ),
    'CloudFront.FunctionInvocations': runs,
    ...(redirected > 0 && { EdgeRedirects: redirected }),
    ...(isImageHost && made > 0 && { EdgeReturns: made }),
    ...(isImageHost && { EdgeFallbacks: fallbacks + keptFallbacks }),
    'ApiGateway.Count': arrived + directCallers + linkedCalls,
    'ApiGateway.4xx': api4xx + (isImageHost ? directCallers : 0),
    'ApiGateway.5xx': api5xx,
    ...(throttledByApi > 0 && { ApiThrottled: throttledByApi }),
    'Lambda.Invocations': served + crashed + directCallers + linkedCalls,
    'Lambda.Errors': crashed,
    'Lambda.Throttles': throttledByLambda,
    'Lambda.ConcurrentExecutions': traffic.concurrency,
    ResizeRequests: served + directCallers + linkedCalls,
    DirectCalls: isImageHost ? directCallers : 0,
    Resized: made,
    LoopSuspects: traffic.looped + traffic.cachedRedirects + linkedCalls + (isImageHost ? 0 : directCallers),
    RacedRequests: traffic.raced,
    Fallbacks: fallbacks,
    OriginalMissing: missing,
    OriginalBroken: broken,
    LookUpFailures: traffic.lookUpFailures,
    Faults: failed,
    TotalMs: traffic.p95Milliseconds,
    PeakRssMB: traffic.peakMegabytes,
    ...(traffic.badMetrics > 0 && { 'Logs.EMFValidationErrors': traffic.badMetrics }),
  };
}
