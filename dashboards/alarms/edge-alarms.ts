import type { Alarm, AlarmName } from '../alarm.ts';
import { edgeRate, hitRate, unredirectedRate } from '../rates.ts';
import type { Settings } from '../settings.ts';
import { burn } from './fault-alarms.ts';
import { quietIsGood } from './quiet.ts';

/** CloudFront's metrics come some minutes late: as many more are looked at, and count as good while they are not there. */
const late = (count: number) => ({ count, of: count + 3 });

export function edgeAlarms(settings: Settings) {
  const { objectives } = settings.config;
  return {
    'edge-forbidden': {
      severity: 'page',
      says: 'CloudFront answers viewers by 403',
      because:
        'The website refuses CloudFront, as when the secret of both differs: every image fails that no edge holds. One ' +
        'in fifty is less than what even a very warm edge has to fetch; ten a minute for four minutes outlast whoever tries ' +
        'methods.',
      when: {
        value: edgeRate('CloudFront.403ErrorRate', 10),
        is: 'over',
        threshold: 2,
        periodSeconds: 60,
        datapoints: late(4),
        missing: quietIsGood,
      },
    },
    'routing-rules-lost': {
      severity: 'page',
      says: 'The website answers 404 and redirects nobody: no new image is made',
      because:
        'Anybody can ask for sizes that are not listed, but then others are still redirected: any six minutes hold at ' +
        'least one walk, which is a redirect, so all six must be without.',
      when: {
        value: unredirectedRate(settings, 20),
        is: 'over',
        threshold: 2,
        periodSeconds: 60,
        datapoints: { count: 6, of: 6 },
        missing: {
          as: 'missing',
          because:
            'the newest minutes come late and must not count as good, or six bad ones in a row would never be seen',
        },
      },
    },
    'edge-not-found': {
      severity: 'ticket',
      says: 'Many viewers ask for sizes that are not on the list',
      because:
        'One in ten for a quarter of an hour is a page that was released with a wrong size, or somebody who tries. Costs ' +
        'no compute.',
      when: {
        value: edgeRate('CloudFront.404ErrorRate', 20),
        is: 'over',
        threshold: 10,
        periodSeconds: 60,
        datapoints: late(15),
        missing: quietIsGood,
      },
    },
    'edge-errors': {
      severity: 'page',
      says: 'CloudFront answers viewers by 5xx',
      because: `At this rate a month's ${100 * objectives.faultRate} % of faults is used up in two days. Five minutes: the website's endpoint has its single bad ones.`,
      when: {
        value: edgeRate('CloudFront.5xxErrorRate', 5),
        is: 'over',
        threshold: burn.fast * 100 * objectives.faultRate,
        periodSeconds: 60,
        datapoints: late(5),
        missing: quietIsGood,
      },
    },
    'hit-rate': {
      severity: 'ticket',
      says: 'The edge holds fewer of the images than it should',
      because:
        'The objective is the baseline. Twenty-five of thirty minutes let the rush after an upload or an invalidation pass; ' +
        'with fewer than a hundred images a minute a single new page would decide.',
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
