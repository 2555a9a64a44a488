import { type Alarm, type AlarmName, quietIsGood } from '../alarm.ts';
import { sum } from '../metrics/series.ts';
import { cachedRedirectRate, loopRate, lostRedirectRate } from '../rates.ts';
import type { Settings } from '../settings.ts';

export function redirectAlarms(settings: Settings) {
  const { objectives, countEdgeRedirects } = settings.config;
  return {
    'redirect-loop': {
      severity: 'page',
      says: 'Viewers are redirected again for images that exist',
      because:
        'The objective; healthy traffic has none. Two minutes of five, because the compared logs arrive at ' +
        'different times.',
      when: {
        value: loopRate(settings, 20),
        is: 'over',
        threshold: 100 * objectives.loopRate,
        periodSeconds: 60,
        datapoints: { count: 2, of: 5 },
        missing: quietIsGood,
      },
    },
    'loop-suspects': {
      severity: 'ticket',
      says: 'The Lambda was called for derivatives that had existed for a while',
      because: 'Five are not an accident. Only a ticket, because five requests of one direct caller do the same.',
      when: {
        value: sum('LoopSuspects'),
        is: 'at least',
        threshold: 5,
        periodSeconds: 300,
        datapoints: { count: 1, of: 1 },
        missing: quietIsGood,
      },
    },
    ...(countEdgeRedirects && {
      'cached-redirects': {
        severity: 'page',
        says: 'The edge sends redirects from its cache: the viewers of these images loop',
        because:
          'Healthy traffic has none. Five percent, because redirects and hits may be counted in different minutes; two ' +
          'minutes of five, because their sources arrive at different times.',
        when: {
          value: cachedRedirectRate(settings, 20),
          is: 'over',
          threshold: 5,
          periodSeconds: 60,
          datapoints: { count: 2, of: 5 },
          missing: quietIsGood,
        },
      },
      'lost-redirects': {
        severity: 'ticket',
        says: 'Viewers are redirected to the API and do not arrive there',
        because:
          'One in twenty over half an hour is more than what either side loses or counts in another minute. Only a ticket, ' +
          'because clients that do not follow redirects raise it, too.',
        when: {
          value: lostRedirectRate(settings, 20),
          is: 'over',
          threshold: 5,
          periodSeconds: 300,
          datapoints: { count: 6, of: 6 },
          missing: quietIsGood,
        },
      },
    }),
  } as const satisfies Partial<Record<AlarmName, Alarm>>;
}
