import { average, type Formula, type Series, sum } from './metrics/series.ts';
import type { Settings } from './settings.ts';

/*
 * The rates that on-call looks at, as docs/metrics.md defines and derives them. All are in percent. Where a floor is
 * given, fewer events say nothing, and the rate is told to be `otherwise`.
 */

/** Viewers who were sent to the API. Where the edge does not count them, those that arrived there. */
export function redirects({ config }: Settings): Series {
  return sum(config.countEdgeRedirects ? 'EdgeRedirects' : 'ResizeRequests');
}

/**
 * Of the viewers that the Lambda met, how many it had served before. The floor is on redirects of the edge, which nobody
 * can raise who calls the API by hand.
 */
export function loopRate(settings: Settings, floor: number): Formula {
  return {
    of: { loops: sum('LoopSuspects'), calls: sum('ResizeRequests'), redirects: redirects(settings) },
    result: `IF(redirects >= ${floor}, 100 * loops / calls, 0)`,
  };
}

/**
 * Viewers who were sent to the API and never arrived: their browser kept an answer of it, or they do not follow. While
 * the API throttles, it may leave requests out of its count, so nothing is judged then.
 */
export function ghostRate(floor: number): Formula {
  return {
    of: { redirects: sum('EdgeRedirects'), arrived: sum('ApiGateway.Count'), throttled: sum('ApiThrottled') },
    steps: { refused: 'FILL(throttled, 0)' },
    result: `IF((redirects >= ${floor}) AND (refused < 1), 100 * (redirects - arrived) / redirects, 0)`,
  };
}

/** What the rates about pictures share. CloudFront's percentages are weighted by requests only within a minute. */
function pictures(settings: Settings): Formula {
  return {
    of: {
      requests: sum('CloudFront.Requests'),
      errors: average('CloudFront.TotalErrorRate'),
      redirects: redirects(settings),
    },
    steps: { answered: 'requests * (1 - errors / 100)' },
    result: 'answered - redirects',
  };
}

/** Answers that were a picture: those of CloudFront without errors and without redirects. */
export function pictureCount(settings: Settings): Formula {
  return pictures(settings);
}

/** Pictures that the edge had. CloudFront's own rate counts redirects among the misses, of which a cold view has one. */
export function hitRate(settings: Settings, floor = 1): Formula {
  const { of, steps, result } = pictures(settings);
  return {
    of: { ...of, hits: average('CloudFront.CacheHitRate') },
    steps: { ...steps, pictures: result },
    result: floor > 1 ? `IF(pictures >= ${floor}, answered * hits / pictures, 100)` : 'answered * hits / pictures',
  };
}

/** Pictures that had to be made. */
export function coldRate(settings: Settings): Formula {
  const { of, steps, result } = pictures(settings);
  return {
    of: { ...of, made: sum('Resized') },
    steps: { ...steps, pictures: result },
    result: '100 * made / pictures',
  };
}

/** Pictures that existed, but not at the edge that was asked. */
export function refetchRate(settings: Settings): Formula {
  const { of, steps, result } = pictures(settings);
  return {
    of: { ...of, hits: average('CloudFront.CacheHitRate'), made: sum('Resized') },
    steps: { ...steps, pictures: result },
    result: '100 * (pictures - answered * hits / 100 - made) / pictures',
  };
}

/** Calls of the API that it answered by a 5xx, also where the Lambda could not. */
export function faultRate(floor: number): Formula {
  return {
    of: { failed: sum('ApiGateway.5xx'), calls: sum('ApiGateway.Count') },
    result: `IF(calls >= ${floor}, 100 * failed / calls, 0)`,
  };
}

/** A percentage of CloudFront, where there are enough requests for one. */
export function edgeRate(
  metric: 'CloudFront.403ErrorRate' | 'CloudFront.404ErrorRate' | 'CloudFront.5xxErrorRate',
  floor: number,
): Formula {
  return {
    of: { requests: sum('CloudFront.Requests'), rate: average(metric) },
    result: `IF(requests >= ${floor}, rate, 0)`,
  };
}

/** The rate of 404 while nobody is redirected: S3 has lost the rules that send viewers to the API. */
export function unredirectedRate(settings: Settings, floor: number): Formula {
  return {
    of: {
      requests: sum('CloudFront.Requests'),
      rate: average('CloudFront.404ErrorRate'),
      redirects: redirects(settings),
    },
    steps: { sent: 'FILL(redirects, 0)' },
    result: `IF((sent < 1) AND (requests * rate / 100 >= ${floor}), rate, 0)`,
  };
}

/** Calls for originals that do not exist. */
export function missingRate(floor: number): Formula {
  return {
    of: { missing: sum('OriginalMissing'), calls: sum('ResizeRequests') },
    result: `IF(calls >= ${floor}, 100 * missing / calls, 0)`,
  };
}
