import { pageAlarm } from '../alarm.ts';
import { sum, type Value } from '../metrics/series.ts';
import type { Line, NumberPanel, Page, Row } from '../page.ts';
import { cachedRedirectRate, loopRate, lostRedirectRate, redirectCount } from '../rates.ts';
import type { Settings } from '../settings.ts';
import { answersRow, cacheRow, purgeRow, waitRow } from './health-rows.ts';

const line = (label: string, value: Value): Line => ({ label, value });

/** Page 1, which on-call opens first. Symptoms before causes, and what affects viewers most at the top. */
export function healthPage(settings: Settings): Page {
  return {
    name: 'health',
    title: 'Is it healthy?',
    intro:
      'From top to bottom: alarms, redirect loops, the cache, errors, latency, purges. The text beside each row says what bad ' +
      'looks like, and which runbook to open.',
    texts: 'beside',
    rows: [
      ...(settings.alarms ? [alarmsRow] : []),
      redirectsRow(settings),
      cacheRow(settings),
      answersRow(settings),
      waitRow(settings),
      ...(settings.purges ? [purgeRow(settings)] : []),
    ],
  };
}

const alarmsRow: Row = {
  title: 'Alarms',
  runbooks: [pageAlarm],
  panels: [
    {
      kind: 'alarms',
      title: 'Alarms',
      bad: 'any red one: begin with the first one from the top. Grey has no data: see docs/alarms.md',
      width: 18,
    },
  ],
};

function redirectsRow(settings: Settings): Row {
  const { objectives, countEdgeRedirects } = settings.config;
  const rate = (title: string, bad: string, value: Value, objective: number): NumberPanel => ({
    kind: 'number',
    title,
    bad,
    lines: [line('of redirects', value)],
    axis: '%',
    objective: { value: objective, bad: 'above' },
    periodSeconds: 60,
    width: 4,
  });
  const loops = loopRate(settings, 1);
  return {
    title: 'Redirect loops',
    runbooks: [
      ...(countEdgeRedirects ? (['cached-redirects'] as const) : []),
      'redirect-loop',
      'loop-suspects',
      ...(countEdgeRedirects ? (['lost-redirects'] as const) : []),
    ],
    panels: [
      rate('Redirect loops %', 'over the objective; anything but 0 needs a look', loops, 100 * objectives.loopRate),
      ...(countEdgeRedirects
        ? [
            rate(
              'Cached redirects %',
              'any: the edge sends redirects from its cache',
              cachedRedirectRate(settings, 1),
              5,
            ),
            rate(
              'Lost redirects %',
              'over 5: redirected viewers do not arrive at the API',
              lostRedirectRate(settings, 1),
              5,
            ),
          ]
        : []),
      {
        kind: 'graph',
        title: 'Redirects and calls',
        bad:
          'any loop suspects (races after an upload are healthy); more redirects than arrive are lost, more arrivals are ' +
          'direct callers',
        lines: [
          line('redirected', redirectCount(settings)),
          line('arrived at the API', sum('ApiGateway.Count')),
          line('loop suspects', sum('LoopSuspects')),
          line('races', sum('RacedRequests')),
          line('direct callers refused', sum('DirectCalls')),
          line('429', sum('ApiThrottled')),
        ],
        axis: 'count',
        width: countEdgeRedirects ? 6 : 14,
      },
    ],
  };
}
