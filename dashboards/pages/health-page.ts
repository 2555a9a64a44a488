import { pageAlarm } from '../alarm.ts';
import { sum, type Value } from '../metrics/series.ts';
import type { Line, Page, Row } from '../page.ts';
import { loopRate, lostRedirectRate, redirects } from '../rates.ts';
import type { Settings } from '../settings.ts';
import { answersRow, cacheRow, waitRow } from './health-rows.ts';

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
      title: 'Lost redirects %',
      bad: 'over 5: redirected viewers do not arrive at the API',
      lines: [line('of redirects never arrive', lostRedirectRate(1))],
      objective: { value: 5, bad: 'above' },
      periodSeconds: 300,
      width: 4,
    } as const,
  };
  return {
    title: 'Do viewers go round?',
    runbooks: ['redirect-loop', 'loop-suspects', ...(counted ? (['lost-redirects'] as const) : [])],
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
        lines: [
          line('loop suspects', sum('LoopSuspects')),
          line('races of first viewers', sum('RacedRequests')),
          line('sent as a smaller WebP', sum('ReducedReplies')),
        ],
        axis: 'count',
        width: countEdgeRedirects ? 5 : 7,
      },
      {
        kind: 'graph',
        title: 'Sent to the API, and arrived',
        bad: 'the lines part: above, redirected viewers get lost; below, direct callers call the API themselves',
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
