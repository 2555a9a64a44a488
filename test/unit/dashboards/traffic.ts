import type { MetricName } from '../../../dashboards/metrics/catalogue.ts';

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
  /** The same by a redirect that the edge itself had kept. */
  readonly loopedByKeptRedirect: number;
  readonly raced: number;
  /** Redirected, and never seen at the API. */
  readonly lost: number;
  /** Redirected, and ended by an answer of the API that is no image. */
  readonly missing: number;
  /** Ended by an original that cannot be decoded. */
  readonly broken: number;
  readonly failed: number;
  /** Of the derivatives that were made: S3 had not said whether they exist. */
  readonly lookUpFailures: number;
  readonly crashed: number;
  readonly throttledByLambda: number;
  readonly throttledByApi: number;
  /** Direct callers who call the API by hand for what exists. */
  readonly calledByHand: number;
  /** Ended at the edge. */
  readonly forbidden: number;
  readonly notFound: number;
  readonly edgeFaults: number;
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
  loopedByKeptRedirect: 0,
  raced: 1,
  lost: 0,
  missing: 1,
  broken: 0,
  lookUpFailures: 0,
  failed: 0,
  crashed: 0,
  throttledByLambda: 0,
  throttledByApi: 0,
  calledByHand: 0,
  forbidden: 0,
  notFound: 3,
  edgeFaults: 0,
  p95Milliseconds: 800,
  peakMegabytes: 700,
  concurrency: 5,
  badMetrics: 0,
};

/** Answers of the edge that are images. */
export function imagesOf({ hits, refetched, made }: Traffic): number {
  return hits + refetched + made;
}

/** The metrics of a minute, as AWS and the Lambda would write them. */
export function metricsOf(traffic: Traffic): Partial<Record<MetricName, number>> {
  const { made, looped, loopedByKeptRedirect: kept, raced, lost, missing, broken, failed, crashed } = traffic;
  const suspects = looped + kept;
  const served = made + suspects + raced + missing + broken + failed;
  const redirected = served + crashed + traffic.throttledByLambda + traffic.throttledByApi + lost;
  const errors = traffic.forbidden + traffic.notFound + traffic.edgeFaults;
  const requests = imagesOf(traffic) + redirected + errors;
  const percent = (part: number, of: number) => (of === 0 ? 0 : (100 * part) / of);
  const ofRequests = (part: number) => percent(part, requests);
  return {
    'CloudFront.Requests': requests,
    'CloudFront.TotalErrorRate': ofRequests(errors),
    'CloudFront.4xxErrorRate': ofRequests(traffic.forbidden + traffic.notFound),
    'CloudFront.5xxErrorRate': ofRequests(traffic.edgeFaults),
    'CloudFront.403ErrorRate': ofRequests(traffic.forbidden),
    'CloudFront.404ErrorRate': ofRequests(traffic.notFound),
    // Errors left out, redirects among the misses unless the edge kept them.
    'CloudFront.CacheHitRate': percent(traffic.hits + kept, requests - errors),
    ...(redirected > 0 && { EdgeRedirects: redirected }),
    'ApiGateway.Count': redirected - lost + traffic.calledByHand,
    'ApiGateway.5xx': failed + crashed + traffic.throttledByLambda,
    ...(traffic.throttledByApi > 0 && { ApiThrottled: traffic.throttledByApi }),
    'Lambda.Invocations': served + crashed + traffic.calledByHand,
    'Lambda.Errors': crashed,
    'Lambda.Throttles': traffic.throttledByLambda,
    'Lambda.ConcurrentExecutions': traffic.concurrency,
    ResizeRequests: served + traffic.calledByHand,
    Resized: made,
    LoopSuspects: suspects + traffic.calledByHand,
    RacedRequests: raced,
    OriginalMissing: missing,
    OriginalBroken: broken,
    LookUpFailures: traffic.lookUpFailures,
    Faults: failed,
    TotalMs: traffic.p95Milliseconds,
    PeakRssMB: traffic.peakMegabytes,
    ...(traffic.badMetrics > 0 && { 'Logs.EMFValidationErrors': traffic.badMetrics }),
  };
}
