import { pageAlarm } from '../alarm.ts';
import { sum, type Value } from '../metrics/series.ts';
import type { Line, Page, Row } from '../page.ts';
import { loopRate, lostRedirectRate, redirects } from '../rates.ts';
import type { Settings } from '../settings.ts';
import { answersRow, cacheRow, waitRow } from './health-rows.ts';

const line = (label: string, value: Value): Line => ({ label, value });

/** Page 1, which on-call opens first. Symptoms before causes, and what affects viewers most at the top. */
export function healthPage(settings: Settings): Page {
  return {
    name: 'health',
    title: 'Is it healthy?',
    intro:
      'From top to bottom: alarms, redirect loops, the cache, errors, latency. The text beside each row says what bad ' +
      'looks like, and which runbook to open.',
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
  const loopObjective = { value: 100 * objectives.loopRate, bad: 'above' } as const;
  const counted = countEdgeRedirects && {
    number: {
      kind: 'number',
      title: 'Lost redirects %',
      bad: 'over 5: redirected viewers do not arrive at the API',
      lines: [line('of redirects', lostRedirectRate(1))],
      objective: { value: 5, bad: 'above' },
      periodSeconds: 300,
      width: 4,
    } as const,
  };
  return {
    title: 'Redirect loops',
    runbooks: ['redirect-loop', 'loop-suspects', ...(counted ? (['lost-redirects'] as const) : [])],
    panels: [
      {
        kind: 'number',
        title: 'Redirect loops %',
        bad: 'over the objective; anything but 0 needs a look',
        lines: [line('of redirects', loopRate(settings, 1))],
        objective: loopObjective,
        periodSeconds: 300,
        width: 4,
      },
      ...(counted ? [counted.number] : []),
      {
        kind: 'graph',
        title: 'Calls for a derivative that exists',
        bad: 'any loop suspects; races after an upload are healthy',
        lines: [
          line('loop suspects', sum('LoopSuspects')),
          line('races', sum('RacedRequests')),
          line('sent as a smaller WebP', sum('ReducedReplies')),
        ],
        axis: 'count',
        width: countEdgeRedirects ? 5 : 7,
      },
      {
        kind: 'graph',
        title: 'Redirects and API requests',
        bad: 'the lines differ: more redirects are lost redirects, more requests are direct callers',
        lines: [
          line('redirected', redirects(settings)),
          line('arrived at the API', sum('ApiGateway.Count')),
          line('429', sum('ApiThrottled')),
        ],
        axis: 'count',
        width: countEdgeRedirects ? 5 : 7,
      },
    ],
  };
}
