import { average, type Formula, type Series, sum } from './metrics/series.ts';
import type { Settings } from './settings.ts';

/*
 * The rates that on-call looks at, as docs/metrics.md defines and derives them. All are in percent. Where a floor is
 * given, fewer events say nothing, and the rate counts as good.
 *
 * Sources come at different times, and what is missing counts as 0 beside what is there. So each result has a point only
 * where the slowest of its sources has one (an IF has none where its condition has none), and `x + 0 * y` stands for
 * FILL(x, 0), which would make points of minutes that have not come yet: an alarm on them would never see a bad one.
 */

/** Viewers who were sent to the API. Where the edge does not count them, those that arrived there. */
export function redirects({ config }: Settings): Series {
  return sum(config.countEdgeRedirects ? 'EdgeRedirects' : 'ResizeRequests');
}

/**
 * Of the viewers who were redirected, how many for an image that had existed for long. Calls above the redirects come
 * from direct callers, who ask the API by hand for what exists: as many suspects may be theirs and are left out, so that
 * nobody can wake us by calling. Where the edge does not count, they cannot be told apart.
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
 * Viewers who were sent to the API and never arrived: their browser kept an answer of it, or they do not follow. While
 * the API throttles, it may leave requests out of its count, so nothing is judged then.
 */
export function lostRedirectRate(floor: number): Formula {
  return {
    of: { redirects: sum('EdgeRedirects'), arrived: sum('ApiGateway.Count'), throttled: sum('ApiThrottled') },
    steps: { refused: 'throttled + 0 * redirects' },
    result: `IF((redirects >= ${floor}) AND (refused < 1), 100 * (redirects - arrived) / redirects, 0)`,
  };
}

/** What the rates about images share. CloudFront's percentages are weighted by requests only within a minute. */
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

/** Answers that were an image: those of CloudFront without errors and without redirects. */
export function imageCount(settings: Settings): Formula {
  return images(settings);
}

/** Images that the edge had. CloudFront's own rate counts redirects among the misses, of which a cold view has one. */
export function hitRate(settings: Settings, floor = 1): Formula {
  const { of, steps, result } = images(settings);
  return {
    of: { ...of, hits: average('CloudFront.CacheHitRate') },
    steps: { ...steps, images: result },
    result: floor > 1 ? `IF(images >= ${floor}, answered * hits / images, 100)` : 'answered * hits / images',
  };
}

/** Images that had to be made. */
export function coldRate(settings: Settings): Formula {
  const { of, steps, result } = images(settings);
  return {
    of: { ...of, made: sum('Resized') },
    steps: { ...steps, images: result },
    result: '100 * made / images',
  };
}

/** Images that existed, but not at the edge that was asked. */
export function refetchRate(settings: Settings): Formula {
  const { of, steps, result } = images(settings);
  return {
    of: { ...of, hits: average('CloudFront.CacheHitRate'), made: sum('Resized') },
    steps: { ...steps, images: result },
    result: '100 * (images - answered * hits / 100 - made) / images',
  };
}

/** Calls of the API that it answered by a 5xx, also where the Lambda could not. */
export function faultRate(floor: number): Formula {
  return {
    of: { failed: sum('ApiGateway.5xx'), calls: sum('ApiGateway.Count') },
    result: `IF(calls >= ${floor}, 100 * failed / calls, 0)`,
  };
}

/** A percentage of CloudFront, where it stands for at least so many requests. */
export function edgeRate(
  metric: 'CloudFront.403ErrorRate' | 'CloudFront.404ErrorRate' | 'CloudFront.5xxErrorRate',
  floor: number,
): Formula {
  return {
    of: { requests: sum('CloudFront.Requests'), rate: average(metric) },
    result: `IF(requests * rate / 100 >= ${floor}, rate, 0)`,
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
    steps: { sent: 'redirects + 0 * requests' },
    result: `IF((sent < 1) AND (requests * rate / 100 >= ${floor}), rate, 0)`,
  };
}

/** Of the requests of the Lambda, how many a counter counts. */
export function requestRate(counter: 'OriginalMissing' | 'OriginalBroken' | 'LookUpFailures', floor: number): Formula {
  return {
    of: { counted: sum(counter), calls: sum('ResizeRequests') },
    result: `IF(calls >= ${floor}, 100 * counted / calls, 0)`,
  };
}
