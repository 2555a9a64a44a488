import { average, type Formula, type Series, sum } from './metrics/series.ts';
import type { Settings } from './settings.ts';

/*
 * The rates for on-call, in percent; docs/metrics.md defines and derives them. Below a floor there are too few events,
 * and the rate counts as good.
 *
 * Sources arrive at different times, and in metric math a missing point counts as 0 beside an existing one. So each
 * result has a point only where its slowest source has one (an IF has none where its condition has none), and
 * `x + 0 * y` replaces FILL(x, 0), which would make points for minutes that have no data yet: an alarm would take them
 * for good ones.
 */

/** Redirects to the API, or the requests that arrived there where the edge does not count. */
export function redirects({ config }: Settings): Series {
  return sum(config.countEdgeRedirects ? 'EdgeRedirects' : 'ResizeRequests');
}

/**
 * The part of redirects that were for a derivative that had existed for a while. When the API has more calls than there
 * were redirects, the rest are direct callers. As many suspects are left out, so that direct callers cannot cause a
 * page. Where the edge does not count redirects, they cannot be distinguished.
 */
export function loopRate(settings: Settings, floor: number): Formula {
  const suspects = { loops: sum('LoopSuspects'), calls: sum('ResizeRequests') };
  if (!settings.config.countEdgeRedirects) {
    return { of: suspects, result: `IF(calls >= ${floor}, 100 * loops / calls, 0)` };
  }
  return {
    of: { ...suspects, redirects: redirects(settings) },
    steps: { direct: 'IF(calls > redirects, calls - redirects, 0)', looped: 'loops - direct' },
    result: `IF(redirects >= ${floor}, IF(looped > 0, 100 * looped / redirects, 0), 0)`,
  };
}

/**
 * The part of redirects that never arrived at the API: a browser had cached its answer, or a client does not follow
 * redirects. While the API throttles, its count may be incomplete, so the rate counts as good.
 */
export function lostRedirectRate(floor: number): Formula {
  return {
    of: { redirects: sum('EdgeRedirects'), arrived: sum('ApiGateway.Count'), throttled: sum('ApiThrottled') },
    steps: { refused: 'throttled + 0 * redirects' },
    result: `IF((redirects >= ${floor}) AND (refused < 1), 100 * (redirects - arrived) / redirects, 0)`,
  };
}

/** The common part of rates about images. CloudFront weights its percentages by requests only within a minute. */
function images(settings: Settings): Formula {
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

/** Answers with an image: those of CloudFront that are no errors and no redirects. */
export function imageCount(settings: Settings): Formula {
  return images(settings);
}

/** Images from the cache of the edge. CloudFront's own rate counts the redirect of each cold view as a miss. */
export function hitRate(settings: Settings, floor = 1): Formula {
  const { of, steps, result } = images(settings);
  return {
    of: { ...of, hits: average('CloudFront.CacheHitRate') },
    steps: { ...steps, images: result },
    result: floor > 1 ? `IF(images >= ${floor}, answered * hits / images, 100)` : 'answered * hits / images',
  };
}

/** Images that were generated. */
export function coldRate(settings: Settings): Formula {
  const { of, steps, result } = images(settings);
  return {
    of: { ...of, generated: sum('Resized') },
    steps: { ...steps, images: result },
    result: '100 * generated / images',
  };
}

/** Images that existed, but were not in the cache of the edge. */
export function refetchRate(settings: Settings): Formula {
  const { of, steps, result } = images(settings);
  return {
    of: { ...of, hits: average('CloudFront.CacheHitRate'), generated: sum('Resized') },
    steps: { ...steps, images: result },
    result: '100 * (images - answered * hits / 100 - generated) / images',
  };
}

/** Calls that the API answered with 5xx, also in place of the Lambda. */
export function faultRate(floor: number): Formula {
  return {
    of: { failed: sum('ApiGateway.5xx'), calls: sum('ApiGateway.Count') },
    result: `IF(calls >= ${floor}, 100 * failed / calls, 0)`,
  };
}

/** A percentage of CloudFront, when it is of at least so many requests. */
export function edgeRate(
  metric: 'CloudFront.403ErrorRate' | 'CloudFront.404ErrorRate' | 'CloudFront.5xxErrorRate',
  floor: number,
): Formula {
  return {
    of: { requests: sum('CloudFront.Requests'), rate: average(metric) },
    result: `IF(requests * rate / 100 >= ${floor}, rate, 0)`,
  };
}

/** The rate of 404 while there are no redirects: the website has lost its routing rules. */
export function unredirectedRate(settings: Settings, floor: number): Formula {
  return {
    of: {
      requests: sum('CloudFront.Requests'),
      rate: average('CloudFront.404ErrorRate'),
      redirects: redirects(settings),
    },
    steps: { sent: 'redirects + 0 * requests' },
    result: `IF((sent < 1) AND (requests * rate / 100 >= ${floor}), rate, 0)`,
  };
}

/** The share of the Lambda's requests that a counter counts. */
export function requestRate(counter: 'OriginalMissing' | 'OriginalBroken' | 'LookUpFailures', floor: number): Formula {
  return {
    of: { counted: sum(counter), calls: sum('ResizeRequests') },
    result: `IF(calls >= ${floor}, 100 * counted / calls, 0)`,
  };
}
