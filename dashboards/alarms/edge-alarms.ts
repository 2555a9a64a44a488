import { type Alarm, type AlarmName, type Condition, quietIsGood } from '../alarm.ts';
import { edgeErrorRate, hitRate, unredirectedRate } from '../rates.ts';
import type { Settings } from '../settings.ts';
import { burn } from './fault-alarms.ts';

/** CloudFront's metrics are some minutes late: three more minutes are read, which count as good without data. */
const late = (count: number) => ({ count, of: count + 3 });

/** Six minutes have at least one canary run, which is redirected, also at night. */
function unredirected(...[settings, metric, floor]: Parameters<typeof unredirectedRate>): Condition {
  return {
    value: unredirectedRate(settings, metric, floor),
    is: 'over',
    threshold: 2,
    periodSeconds: 60,
    datapoints: { count: 6, of: 6 },
    missing: {
      as: 'missing',
      because: 'the newest minutes are late; if they counted as good, there would never be six bad ones in a row',
    },
  };
}

const othersAreRedirected = (others: string) =>
  `${others}, but then others are still redirected: any six minutes have at least one canary run. So all six must have no redirect and no new derivative.`;

export function edgeAlarms(settings: Settings) {
  const { objectives } = settings.config;
  return {
    'edge-forbidden': {
      severity: 'page',
      says: 'CloudFront answers viewers with 403 and redirects nobody to the API',
      because: `The website refuses CloudFront, for example because their secrets differ: every image that is not cached fails. Even an edge with a high hit rate fetches more than one in fifty. ${othersAreRedirected('Scanners, other methods and what the WAF blocks get 403, too')}`,
      when: unredirected(settings, 'CloudFront.403ErrorRate', 10),
    },
    'routing-rules-lost': {
      severity: 'page',
      says: 'The website answers 404 and does not redirect: no derivative is generated',
      because: othersAreRedirected('Clients may request unlisted sizes'),
      when: unredirected(settings, 'CloudFront.404ErrorRate', 20),
    },
    'edge-not-found': {
      severity: 'ticket',
      says: 'Many requests are for sizes that are not on the list',
      because:
        'One in ten for a quarter of an hour: a page was released with a wrong size, or a client scans. It costs no ' +
        'compute.',
      when: {
        value: edgeErrorRate(settings, '404', 20),
        is: 'over',
        threshold: 10,
        periodSeconds: 60,
        datapoints: late(15),
        missing: quietIsGood,
      },
    },
    'edge-errors': {
      severity: 'page',
      says: 'CloudFront answers viewers with 5xx that do not come from the API',
      because: `At this rate the error budget of ${100 * objectives.faultRate} % a month is spent in two days. Five minutes, because the website endpoint has single bad ones.`,
      when: {
        value: edgeErrorRate(settings, '5xx', 5),
        is: 'over',
        threshold: burn.fast * 100 * objectives.faultRate,
        periodSeconds: 60,
        datapoints: late(5),
        missing: quietIsGood,
      },
    },
    'hit-rate': {
      severity: 'ticket',
      says: 'The hit rate is below the objective',
      because:
        'The objective is the baseline. Twenty-five of thirty minutes ignore the misses after an upload or an invalidation. ' +
        'With fewer than a hundred images a minute, one new page would decide.',
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
