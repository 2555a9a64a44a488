import { stuckSeconds } from '../alarms/purge-alarms.ts';
import { average, maximum, percentile, sum, type Value } from '../metrics/series.ts';
import type { Line, Row } from '../page.ts';
import { coldRate, edgeErrorRate, hitRate, imageCount } from '../rates.ts';
import type { Settings } from '../settings.ts';

/* Rows of page 1 below the redirects: cache, errors, latency, purges. */

const line = (label: string, value: Value): Line => ({ label, value });

export function cacheRow(settings: Settings): Row {
  const objective = { value: 100 * settings.config.objectives.hitRate, bad: 'below' } as const;
  return {
    title: 'Cache',
    runbooks: ['hit-rate'],
    panels: [
      {
        kind: 'number',
        title: 'Image hit rate %',
        bad: `under ${objective.value} for more than half an hour`,
        lines: [line('of images', hitRate(settings))],
        axis: '%',
        objective,
        periodSeconds: 60,
        width: 4,
      },
      {
        kind: 'graph',
        title: 'Image hit rate',
        bad: 'a step down that stays',
        lines: [
          line('image hit rate', hitRate(settings)),
          line("CloudFront's own rate", average('CloudFront.CacheHitRate')),
        ],
        axis: '%',
        objective,
        width: 6,
      },
      {
        kind: 'graph',
        title: 'Images',
        bad: 'a fall without an external reason',
        lines: [line('images', imageCount(settings)), line('requests', sum('CloudFront.Requests'))],
        axis: 'count',
        width: 4,
      },
      {
        kind: 'graph',
        title: 'Cold rate',
        bad: 'a step up that stays: derivatives are lost, or a page uses a new size',
        lines: [line('of images', coldRate(settings))],
        axis: '%',
        width: 4,
      },
    ],
  };
}

export function answersRow(settings: Settings): Row {
  return {
    title: 'Errors',
    runbooks: [
      'edge-forbidden',
      'routing-rules-lost',
      'edge-errors',
      'error-budget-burn-fast',
      'missing-originals',
      'broken-originals',
      'look-ups-failing',
      ...(settings.canary ? (['canary-failing'] as const) : []),
    ],
    panels: [
      {
        kind: 'graph',
        title: 'At the edge',
        bad:
          '403 or 404 and no redirects: the website refuses CloudFront, or routing rules are lost; 5xx for minutes. Errors of ' +
          'the API are not in it, but for its 403',
        lines: [
          line('5xx', edgeErrorRate(settings, '5xx')),
          line('4xx', edgeErrorRate(settings, '4xx')),
          line('403', average('CloudFront.403ErrorRate')),
          line('404', edgeErrorRate(settings, '404')),
        ],
        axis: '%',
        width: 6,
      },
      {
        kind: 'graph',
        title: 'At the API',
        bad: '5xx above faults: the Lambda ends without a reply or has no concurrency left; failed look-ups: S3 or the role',
        lines: [
          line('5xx of the API', sum('ApiGateway.5xx')),
          line('faults of the Lambda', sum('Faults')),
          line('look-ups that failed', sum('LookUpFailures')),
          line('4xx of the API', sum('ApiGateway.4xx')),
        ],
        axis: 'count',
        width: 4,
      },
      {
        kind: 'graph',
        title: 'Refusals',
        bad: 'missing originals that follow the views: links are wrong or originals were deleted; broken: uploads are cut, or a release cannot decode',
        lines: [
          line('original missing', sum('OriginalMissing')),
          line('missing, with a fallback', sum('Fallbacks')),
          line('original broken', sum('OriginalBroken')),
          line('other refusals', sum('Refused')),
          line('focal point ignored', sum('FocalPointsIgnored')),
        ],
        axis: 'count',
        width: settings.canary ? 4 : 8,
      },
      ...(settings.canary
        ? [
            {
              kind: 'graph',
              title: 'Canary',
              bad: 'two failures in a quarter of an hour, or no line at all',
              lines: [line('failed canary runs', sum('CanaryFailures')), line('slowest cold view, s', canarySeconds)],
              axis: 'count',
              periodSeconds: 300,
              width: 4,
            } as const,
          ]
        : []),
    ],
  };
}

const canarySeconds = { of: { ms: maximum('CanaryMs') }, result: 'ms / 1000' };

export function waitRow({ config }: Settings): Row {
  const objective = { value: config.objectives.cold.p95Milliseconds, bad: 'above' } as const;
  return {
    title: 'Latency of cold misses',
    runbooks: ['cold-latency'],
    panels: [
      {
        kind: 'graph',
        title: 'Duration of a call',
        bad: 'p95 over the line for minutes',
        lines: [
          line('p50', percentile('TotalMs', 50)),
          line('p95', percentile('TotalMs', 95)),
          line('p99', percentile('TotalMs', 99)),
        ],
        axis: 'ms',
        objective,
        width: 6,
      },
      {
        kind: 'graph',
        title: 'Phases, p95',
        bad: 'get, head or put grow: S3 is slow; resize grows: larger originals, or less CPU',
        lines: [
          line('get', percentile('GetMs', 95)),
          line('resize', percentile('ResizeMs', 95)),
          line('put', percentile('PutMs', 95)),
          line('head, parallel to get', percentile('HeadMs', 95)),
        ],
        axis: 'ms',
        width: 6,
      },
      {
        kind: 'graph',
        title: 'API and origin',
        bad: 'the API far above the duration of a call: cold starts; a slow origin: S3',
        lines: [
          line('API p95', percentile('ApiGateway.Latency', 95)),
          line('origin p95', percentile('CloudFront.OriginLatency', 95)),
        ],
        axis: 'ms',
        width: 6,
      },
    ],
  };
}

export function purgeRow({ config: { objectives } }: Settings): Row {
  return {
    title: 'Purges',
    runbooks: ['purge-stuck', 'purge-failing', 'purge-dead-letters', 'purge-budget'],
    panels: [
      {
        kind: 'graph',
        title: 'Replaced and deleted originals',
        bad: 'any invalidations held back; many purges that nobody has made: something copies the originals anew',
        lines: [
          line('originals purged', sum('OriginalsPurged')),
          line('derivatives deleted', sum('DerivativesDeleted')),
          line('tags and paths invalidated', sum('Invalidations')),
          line('invalidations held back', sum('InvalidationsHeldBack')),
        ],
        axis: 'count',
        width: 5,
      },
      {
        kind: 'graph',
        title: 'From upload to purged',
        bad: 'p95 over the line',
        lines: [line('p50', percentile('PurgeLagSeconds', 50)), line('p95', percentile('PurgeLagSeconds', 95))],
        axis: 's',
        objective: { value: objectives.purgeSeconds, bad: 'above' },
        width: 4,
      },
      {
        kind: 'graph',
        title: 'Age of the oldest message',
        bad: 'over the line: viewers see old and deleted images',
        lines: [line('first pass', maximum('Purge.Age')), line('second pass', maximum('SecondPass.Age'))],
        axis: 's',
        objective: { value: stuckSeconds(objectives), bad: 'above' },
        width: 5,
      },
      {
        kind: 'graph',
        title: 'Failed purges',
        bad: 'any for several minutes; any in the dead-letter queue',
        lines: [
          line('tried again', sum('PurgeFailures')),
          line('Lambda ended', sum('Purge.Errors')),
          line('in the dead-letter queue', maximum('PurgeDeadLetters.Messages')),
        ],
        axis: 'count',
        width: 4,
      },
    ],
  };
}
