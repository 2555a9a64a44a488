import type { Alarm, AlarmName } from '../alarm.ts';
import { edgeRate, hitRate, unredirectedRate } from '../rates.ts';
import type { Settings } from '../settings.ts';
import { burn } from './fault-alarms.ts';
import { quietIsGood } from './quiet.ts';

export function edgeAlarms(settings: Settings) {
  const { objectives } = settings.config;
  return {
    'edge-forbidden': {
      severity: 'page',
      says: 'CloudFront answers viewers by 403',
      because:
        'The website refuses CloudFront, as when the secret of both differs: every picture fails that no edge holds. One ' +
        'in twenty is below what is missed at a healthy hit rate; four minutes outlast a scanner that tries methods.',
      when: {
        value: edgeRate('CloudFront.403ErrorRate', 20),
        is: 'over',
        threshold: 5,
        periodSeconds: 60,
        datapoints: { count: 4, of: 5 },
        missing: quietIsGood,
      },
    },
    'routing-rules-lost': {
      severity: 'page',
      says: 'The website answers 404 and redirects nobody: no new picture is made',
      because:
        'Anybody can ask for sizes that are not listed, but then others are still redirected. Five minutes hold at least ' +
        'one walk, which is a redirect.',
      when: {
        value: unredirectedRate(settings, 20),
        is: 'over',
        threshold: 2,
        periodSeconds: 60,
        datapoints: { count: 5, of: 5 },
        missing: quietIsGood,
      },
    },
    'edge-not-found': {
      severity: 'ticket',
      says: 'Many viewers ask for sizes that are not on the list',
      because:
        'One in ten for a quarter of an hour is a page that was released with a wrong size, or somebody who tries. Costs ' +
        'no compute.',
      when: {
        value: edgeRate('CloudFront.404ErrorRate', 50),
        is: 'over',
        threshold: 10,
        periodSeconds: 60,
        datapoints: { count: 15, of: 15 },
        missing: quietIsGood,
      },
    },
    'edge-errors': {
      severity: 'page',
      says: 'CloudFront answers viewers by 5xx',
      because: `At this rate a month's ${100 * objectives.faultRate} % of faults is used up in two days. Five of five: the metric is a percentage of each minute, and the website's endpoint has its single bad ones.`,
      when: {
        value: edgeRate('CloudFront.5xxErrorRate', 20),
        is: 'over',
        threshold: burn.fast * 100 * objectives.faultRate,
        periodSeconds: 60,
        datapoints: { count: 5, of: 5 },
        missing: quietIsGood,
      },
    },
    'hit-rate': {
      severity: 'ticket',
      says: 'The edge holds fewer of the pictures than it should',
      because:
        'The objective is the baseline. Twenty-five of thirty minutes let the rush after an upload or an invalidation pass; ' +
        'with fewer than a hundred pictures a minute a single new page would decide.',
      when: {
        value: hitRate(settings, 100),
        is: 'under',
        threshold: 100 * objectives.hitRate,
        periodSeconds: 60,
        datapoints: { count: 25, of: 30 },
        missing: quietIsGood,
      },
    },
  } as const satisfies Partial<Record<AlarmName, Alarm>>;
}
