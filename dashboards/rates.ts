import { average, type Formula, sum } from './metrics/series.ts';
import type { Settings } from './settings.ts';

/*
 * Rates and counts from several sources; docs/metrics.md derives them. Panels, alarms, the cost and the tests use these.
 *
 * Each is in its range whatever the sources say, since they disagree: they arrive at different times, logs may be lost, and
 * two of them may count one request in different minutes. So a difference is `beyond`, which ends at 0, and a part is
 * never more than its whole. What such a limit would hide is a rate of its own: hits that cannot be images are
 * `cachedRedirectRate`.
 *
 * In metric math a missing point counts as 0 beside an existing one, and an IF has no point where its condition has none.
 * So the outermost condition of a result is on its slowest source: otherwise there would be points for minutes that have no
 * data yet, and an alarm would take them for good ones. `x + 0 * y` is x, and 0 where only y has a point.
 *
 * Below a floor there are too few events, and the rate counts as good.
 */

type Terms = Required<Pick<Formula, 'of' | 'steps'>>;

/** a - b, or 0. */
const beyond = (a: string, b: string) => `IF(${a} > ${b}, ${a} - ${b}, 0)`;
const larger = (a: string, b: string) => `IF(${a} > ${b}, ${a}, ${b})`;
/** No point where `whole` is 0. */
const percent = (part: string, whole: string) => `100 * IF(${part} < ${whole}, ${part}, ${whole}) / ${whole}`;

function join(...parts: readonly Terms[]): Terms {
  return {
    of: Object.assign({}, ...parts.map(({ of }) => of)),
    steps: Object.assign({}, ...parts.map(({ steps }) => steps)),
  };
}

/** Calls of the Lambda, without direct callers whom it refuses (`outside`). */
const calls: Terms = {
  of: { calls: sum('ResizeRequests'), outside: sum('DirectCalls') },
  steps: { inside: beyond('calls', 'outside') },
};

/** Redirects of viewers to the API. Where the edge does not count them, the calls that came of them. */
function redirects({ config }: Settings): Terms {
  return config.countEdgeRedirects
    ? { of: { redirects: sum('EdgeRedirects') }, steps: {} }
    : { of: calls.of, steps: { redirects: beyond('calls', 'outside') } };
}

export function redirectCount(settings: Settings): Formula {
  return { ...redirects(settings), result: 'redirects + 0' };
}

/**
 * Redirects for a derivative that had existed for longer than the grace period. When more requests arrived at the API than were redirected,
 * the others are direct callers, and as many suspects may be theirs: they are left out, so that they cannot cause a page.
 * Where the edge does not count, they cannot be distinguished.
 */
function looped(settings: Settings): Terms {
  const loops = { loops: sum('LoopSuspects') };
  if (!settings.config.countEdgeRedirects)
    return join(redirects(settings), { of: loops, steps: { looped: 'loops + 0' } });
  return join(redirects(settings), {
    of: { ...loops, arrived: sum('ApiGateway.Count'), outside: sum('DirectCalls') },
    steps: {
      direct: beyond('arrived', '(redirects + outside)'),
      looped: beyond('loops', 'direct'),
    },
  });
}

/** The part of redirects that were for a derivative that had existed for a while. */
export function loopRate(settings: Settings, floor: number): Formula {
  return { ...looped(settings), result: `IF(redirects >= ${floor}, ${percent('looped', 'redirects')}, 0)` };
}

/**
 * The part of redirects that never arrived at the API: a browser had cached its answer, or a client does not follow
 * redirects. While the API throttles, its count may be incomplete, so the rate counts as good. Redirects to a fallback that
 * the edge sent from its cache are not lost.
 */
export function lostRedirectRate({ apiOn }: Settings, floor: number): Formula {
  const isImageHost = apiOn === 'image-host';
  return {
    of: {
      ...(isImageHost && { sent: sum('EdgeFallbacks'), answered: sum('Fallbacks') }),
      redirects: sum('EdgeRedirects'),
      arrived: sum('ApiGateway.Count'),
      outside: sum('DirectCalls'),
      throttled: sum('ApiThrottled'),
    },
    steps: {
      followed: beyond('arrived', 'outside'),
      ...(isImageHost && { kept: beyond('sent', 'answered') }),
      lost: beyond('redirects', isImageHost ? '(followed + kept)' : 'followed'),
      refused: 'throttled + 0 * redirects',
    },
    result: `IF(redirects >= ${floor}, IF(refused < 1, 100 * lost / redirects, 0), 0)`,
  };
}

/**
 * Images from the website: answers below 400, without redirects and without what the API sends itself. A redirect to a
 * fallback counts as an image, since the edge may keep it. Two counts of
 * CloudFront include something else, so the smaller one is used. Requests without errors include what CloudFront answers
 * itself: redirects from http to https, preflights. Runs of the edge function do not, but include those that it turns into a 400.
 */
function images(settings: Settings): Terms {
  const onImageHost = settings.apiOn === 'image-host';
  const { countEdgeRedirects } = settings.config;
  // On the image host the answers of the API come through the edge, too.
  const ofApi = { ...(countEdgeRedirects ? { returns: sum('EdgeReturns') } : made), ...existed };
  const others = ['redirects', ...(onImageHost ? Object.keys(ofApi) : [])].join(' + ');
  return join(redirects(settings), {
    of: {
      requests: sum('CloudFront.Requests'),
      errors: average('CloudFront.TotalErrorRate'),
      runs: sum('CloudFront.FunctionInvocations'),
      ...(onImageHost && ofApi),
    },
    steps: {
      answered: 'requests * (1 - errors / 100)',
      served: 'IF(runs < answered, runs, answered)',
      images: beyond('served', `(${others})`),
    },
  });
}

const made = { generated: sum('Resized') };
/** Calls for a derivative that exists: the API sends it. */
const existed = { loops: sum('LoopSuspects'), races: sum('RacedRequests') };

export function imageCount(settings: Settings): Formula {
  return { ...images(settings), result: 'IF(requests > 0, images, 0)' };
}

/**
 * Hits by kind. CloudFront counts a redirect from its cache as a hit. `cached` is the least number of these: redirects for
 * derivatives that had existed, or hits beyond the images.
 */
function hits(settings: Settings): Terms {
  return join(looped(settings), images(settings), {
    of: { hits: average('CloudFront.CacheHitRate') },
    steps: {
      counted: 'answered * hits / 100',
      excess: beyond('counted', 'images'),
      cached: larger('looped', 'excess'),
    },
  });
}

/** The part of redirects to the API that the edge sent from its cache, at least. Each one is a redirect loop. */
export function cachedRedirectRate(settings: Settings, floor: number): Formula {
  return { ...hits(settings), result: `IF(redirects >= ${floor}, ${percent('cached', 'redirects')}, 0)` };
}

/** Images that were hits: never more than the images, since `cached` has what is beyond. */
const found = { found: beyond('counted', 'cached') };

/** Images from the cache of the edge. CloudFront's own rate counts each hop of a cold miss as a miss. */
export function hitRate(settings: Settings, floor = 1): Formula {
  const rate = percent('found', 'images');
  return {
    ...join(hits(settings), { of: {}, steps: found }),
    result: floor > 1 ? `IF(images >= ${floor}, ${rate}, 100)` : rate,
  };
}

/** Images that were not hits, by what made them necessary. */
function misses(settings: Settings): Terms {
  return join(hits(settings), {
    of: made,
    steps: { ...found, missed: beyond('images', 'found'), cold: 'IF(generated < missed, generated, missed)' },
  });
}

/** Images that were generated. */
export function coldRate(settings: Settings): Formula {
  return { ...misses(settings), result: '100 * cold / images' };
}

/** Images that existed, but were not in the cache of the edge. Hit rate, cold rate and this are 100 %. */
export function refetchRate(settings: Settings): Formula {
  return { ...misses(settings), result: '100 * (missed - cold) / images' };
}

/** Calls that the API answered with 5xx, also in place of the Lambda. */
export function faultRate(floor: number): Formula {
  return {
    of: { failed: sum('ApiGateway.5xx'), calls: sum('ApiGateway.Count') },
    result: `IF(calls >= ${floor}, ${percent('failed', 'calls')}, 0)`,
  };
}

/** CloudFront's rates of errors, and the part of each that is the API's on the image host. */
const edgeErrors = {
  '5xx': { rate: average('CloudFront.5xxErrorRate'), ofApi: sum('ApiGateway.5xx') },
  '4xx': { rate: average('CloudFront.4xxErrorRate'), ofApi: sum('ApiGateway.4xx') },
  '404': { rate: average('CloudFront.404ErrorRate'), ofApi: sum('OriginalMissing') },
} as const;

/**
 * The part of requests that the edge answered with an error which did not come from the API. CloudFront has no metric for
 * each behaviour, so the errors of the API are subtracted where it is on the image host.
 */
export function edgeErrorRate(settings: Settings, kind: keyof typeof edgeErrors, floor = 0): Formula {
  const { rate, ofApi } = edgeErrors[kind];
  const [rateId, apiId, all, own] = [`rate${kind}`, `api${kind}`, `all${kind}`, `own${kind}`];
  const isImageHost = settings.apiOn === 'image-host';
  return {
    of: { requests: sum('CloudFront.Requests'), [rateId]: rate, ...(isImageHost && { [apiId]: ofApi }) },
    steps: {
      [all]: `requests * ${rateId} / 100`,
      ...(isImageHost && { [own]: beyond(all, apiId) }),
    },
    result: [isImageHost ? own : all]
      .map((errors) => `IF(requests > 0, IF(${errors} >= ${floor}, 100 * ${errors} / requests, 0), 0)`)
      .join(''),
  };
}

/**
 * The rate of 403 or 404 while no viewer is redirected and nothing is generated: the website refuses CloudFront, or has lost
 * its routing rules. Generated derivatives count, since the log of redirects may be late.
 */
export function unredirectedRate(
  settings: Settings,
  metric: 'CloudFront.403ErrorRate' | 'CloudFront.404ErrorRate',
  floor: number,
): Formula {
  const { of, steps } = redirects(settings);
  return {
    of: { requests: sum('CloudFront.Requests'), rate: average(metric), ...of, ...made },
    steps: { ...steps, sent: 'redirects + generated + 0 * requests' },
    result: `IF(requests > 0, IF((sent < 1) AND (requests * rate / 100 >= ${floor}), rate, 0), 0)`,
  };
}

/** The share of the Lambda's requests that a counter counts. */
export function requestRate(counter: 'OriginalMissing' | 'OriginalBroken' | 'LookUpFailures', floor: number): Formula {
  return {
    of: { counted: sum(counter), ...calls.of },
    steps: calls.steps,
    result: `IF(inside >= ${floor}, ${percent('counted', 'inside')}, 0)`,
  };
}
