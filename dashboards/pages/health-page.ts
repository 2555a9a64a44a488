import { pageAlarm } from '../alarm.ts';
import { average, maximum, percentile, sum, type Value } from '../metrics/series.ts';
import type { Line, Page, Row } from '../page.ts';
import { coldRate, ghostRate, hitRate, loopRate, pictureCount, redirects } from '../rates.ts';
import type { Settings } from '../settings.ts';

const line = (label: string, value: Value): Line => ({ label, value });

/** Page 1: seen first, and seen whole. Symptoms before causes, what hurts viewers most at the top. */
export function healthPage(settings: Settings): Page {
  return {
    name: 'health',
    title: 'Is it healthy?',
    intro:
      'From top to bottom: is anything red, do viewers go round, does the cache work, is anybody turned away, how long do ' +
      'first viewers wait. Beside each question stands what bad looks like, and the runbook to open.',
    texts: 'beside',
    rows: [
      ...(settings.alarms ? [alarmsRow] : []),
      redirectsRow(settings),
      cacheRow(settings),
      answersRow(settings),
      waitRow(settings),
    ],
  };
}

const alarmsRow: Row = {
  title: 'Is anything red?',
  runbooks: [pageAlarm],
  panels: [
    {
      kind: 'alarms',
      title: 'Alarms',
      bad: 'any red one; the first red one from the top is where to begin. Grey has no data: read why in docs/alarms.md',
      width: 18,
    },
  ],
};

function redirectsRow(settings: Settings): Row {
  const { objectives, countEdgeRedirects } = settings.config;
  const loopObjective = { value: 100 * objectives.loopRate, bad: 'above' } as const;
  const counted = countEdgeRedirects && {
    number: {
      kind: 'number',
      title: 'Ghost redirects %',
      bad: 'over 5: redirected viewers do not arrive at the API',
      lines: [line('of redirects never arrive', ghostRate(1))],
      objective: { value: 5, bad: 'above' },
      periodSeconds: 300,
      width: 4,
    } as const,
  };
  return {
    title: 'Do viewers go round?',
    runbooks: ['redirect-loop', 'loop-suspects', ...(counted ? (['ghost-redirects'] as const) : [])],
    panels: [
      {
        kind: 'number',
        title: 'Redirect loops %',
        bad: 'over the objective; anything but 0 is worth a look',
        lines: [line('of redirects were for nothing', loopRate(settings, 1))],
        objective: loopObjective,
        periodSeconds: 300,
        width: 4,
      },
      ...(counted ? [counted.number] : []),
      {
        kind: 'graph',
        title: 'Calls for a derivative that exists',
        bad: 'loop suspects at all; races after an upload are healthy',
        lines: [line('loop suspects', sum('LoopSuspects')), line('races of first viewers', sum('RacedRequests'))],
        axis: 'count',
        width: countEdgeRedirects ? 5 : 7,
      },
      {
        kind: 'graph',
        title: 'Sent to the API, and arrived',
        bad: 'the lines part: above, redirected viewers get lost; below, strangers call the API themselves',
        lines: [
          line('redirected', redirects(settings)),
          line('arrived at the API', sum('ApiGateway.Count')),
          line('turned away by 429', sum('ApiThrottled')),
        ],
        axis: 'count',
        width: countEdgeRedirects ? 5 : 7,
      },
    ],
  };
}

function cacheRow(settings: Settings): Row {
  const objective = { value: 100 * settings.config.objectives.hitRate, bad: 'below' } as const;
  return {
    title: 'Does the cache do its work?',
    runbooks: ['hit-rate'],
    panels: [
      {
        kind: 'number',
        title: 'Image hit rate %',
        bad: `under ${objective.value} for more than half an hour`,
        lines: [line('of pictures came from the edge', hitRate(settings))],
        objective,
        periodSeconds: 300,
        width: 4,
      },
      {
        kind: 'graph',
        title: 'Image hit rate',
        bad: 'a step down that stays, or over 100: then redirects are kept by the edge',
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
        title: 'Pictures',
        bad: 'a fall without a reason outside',
        lines: [line('pictures', pictureCount(settings)), line('requests', sum('CloudFront.Requests'))],
        axis: 'count',
        width: 4,
      },
      {
        kind: 'graph',
        title: 'Cold rate',
        bad: 'a step that stays: derivatives are lost, or a page asks for a new size',
        lines: [line('of pictures had to be made', coldRate(settings))],
        axis: '%',
        width: 4,
      },
    ],
  };
}

function answersRow(settings: Settings): Row {
  return {
    title: 'Is anybody turned away?',
    runbooks: [
      'edge-forbidden',
      'routing-rules-lost',
      'edge-errors',
      'fault-burn-fast',
      'missing-originals',
      ...(settings.walks ? (['walk-failing'] as const) : []),
    ],
    panels: [
      {
        kind: 'graph',
        title: 'At the edge',
        bad: '403 at all: CloudFront has lost its key to the website; 404 up and redirects at none: rules are lost; 5xx for minutes',
        lines: [
          line('5xx', average('CloudFront.5xxErrorRate')),
          line('4xx', average('CloudFront.4xxErrorRate')),
          line('403', average('CloudFront.403ErrorRate')),
          line('404', average('CloudFront.404ErrorRate')),
        ],
        axis: '%',
        width: 6,
      },
      {
        kind: 'graph',
        title: 'At the API',
        bad: '5xx above faults: the Lambda ends without a reply or has no room',
        lines: [
          line('5xx of the API', sum('ApiGateway.5xx')),
          line('faults of the Lambda', sum('Faults')),
          line('4xx of the API', sum('ApiGateway.4xx')),
        ],
        axis: 'count',
        width: 4,
      },
      {
        kind: 'graph',
        title: 'Refused, and why',
        bad: 'missing originals in step with views: links are wrong or originals are gone',
        lines: [line('original missing', sum('OriginalMissing')), line('refused otherwise', sum('Refused'))],
        axis: 'count',
        width: settings.walks ? 4 : 8,
      },
      ...(settings.walks
        ? [
            {
              kind: 'graph',
              title: 'The walker',
              bad: 'two failures in a quarter of an hour, or no line at all',
              lines: [line('failed walks', sum('WalkFailures')), line('slowest first view, s', walkSeconds)],
              axis: 'count',
              periodSeconds: 300,
              width: 4,
            } as const,
          ]
        : []),
    ],
  };
}

const walkSeconds = { of: { ms: maximum('WalkMs') }, result: 'ms / 1000' };

function waitRow({ config }: Settings): Row {
  const objective = { value: config.objectives.cold.p95Milliseconds, bad: 'above' } as const;
  return {
    title: 'How long do first viewers wait?',
    runbooks: ['cold-latency'],
    panels: [
      {
        kind: 'graph',
        title: 'The whole call',
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
        title: 'Where p95 goes',
        bad: 'get, head or put grow: S3 is slow; resize grows: larger originals, or less processor',
        lines: [
          line('get', percentile('GetMs', 95)),
          line('resize', percentile('ResizeMs', 95)),
          line('put', percentile('PutMs', 95)),
          line('head, beside get', percentile('HeadMs', 95)),
        ],
        axis: 'ms',
        width: 6,
      },
      {
        kind: 'graph',
        title: 'From outside',
        bad: 'the API far above the whole call: cold starts; the origin slow: S3',
        lines: [
          line('API p95', percentile('ApiGateway.Latency', 95)),
          line('origin of the edge p95', percentile('CloudFront.OriginLatency', 95)),
        ],
        axis: 'ms',
        width: 6,
      },
    ],
  };
}
