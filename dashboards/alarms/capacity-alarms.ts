import { type Alarm, type AlarmName, quietIsGood } from '../alarm.ts';
import { maximum, percentile, sum } from '../metrics/series.ts';
import { serviceCost } from '../service-cost.ts';
import type { Settings } from '../settings.ts';

/** Spending this many times an hour's share of the budget raises a ticket. */
const runawayTimes = 4;
const hoursOfMonth = 730;

export function capacityAlarms(settings: Settings) {
  const { config, concurrency, memoryMegabytes, monthlyBudgetDollars } = settings;
  return {
    'api-throttled': {
      severity: 'page',
      says: 'The API answers viewers with 429',
      because:
        'Each one is a broken image. Five a minute in three of five minutes is more than one burst. The log is a lower ' +
        'bound: AWS may leave throttled requests out of it.',
      when: {
        value: sum('ApiThrottled'),
        is: 'at least',
        threshold: 5,
        periodSeconds: 60,
        datapoints: { count: 3, of: 5 },
        missing: quietIsGood,
      },
    },
    'lambda-throttled': {
      severity: 'page',
      says: 'Lambda throttles the function: viewers get 503',
      because: 'The API throttle should act first. One a minute in three of five minutes is more than one burst.',
      when: {
        value: sum('Lambda.Throttles'),
        is: 'at least',
        threshold: 1,
        periodSeconds: 60,
        datapoints: { count: 3, of: 5 },
        missing: quietIsGood,
      },
    },
    'lambda-concurrency': {
      severity: 'ticket',
      says: 'The Lambda is close to its concurrency limit',
      because: `80 % of the ${concurrency} that it can have, for ten minutes: there is time to raise it before viewers are refused.`,
      when: {
        value: maximum('Lambda.ConcurrentExecutions'),
        is: 'over',
        threshold: 0.8 * concurrency,
        periodSeconds: 60,
        datapoints: { count: 10, of: 10 },
        missing: quietIsGood,
      },
    },
    'lambda-memory': {
      severity: 'ticket',
      says: 'The Lambda is close to its memory limit',
      because: `85 % of its ${memoryMegabytes} MB. Above 100 % Lambda ends the process in the middle of a request.`,
      when: {
        value: maximum('PeakRssMB'),
        is: 'over',
        threshold: 0.85 * memoryMegabytes,
        periodSeconds: 300,
        datapoints: { count: 3, of: 3 },
        missing: { as: 'ignore', because: 'the peak is reported by calls; without calls it has not changed' },
      },
    },
    'cold-latency': {
      severity: 'ticket',
      says: 'Cold misses take longer than the objective',
      because:
        'The objective, for five minutes with at least twenty calls each. With fewer calls, p95 is the slowest one.',
      when: {
        value: {
          of: { p95: percentile('TotalMs', 95), calls: sum('ResizeRequests') },
          result: 'IF(calls >= 20, p95, 0)',
        },
        is: 'over',
        threshold: config.objectives.cold.p95Milliseconds,
        periodSeconds: 60,
        datapoints: { count: 5, of: 5 },
        missing: quietIsGood,
      },
    },
    ...(monthlyBudgetDollars !== undefined && {
      'cost-runaway': {
        severity: 'ticket',
        says: 'The service costs more than planned',
        because: `${runawayTimes} times an hour's share of the month's $${monthlyBudgetDollars}, by metrics and list prices. The bill is a day late.`,
        when: {
          value: serviceCost(settings),
          is: 'over',
          threshold: (runawayTimes * monthlyBudgetDollars) / hoursOfMonth,
          periodSeconds: 3600,
          datapoints: { count: 1, of: 1 },
          missing: quietIsGood,
        },
      },
    }),
  } as const satisfies Partial<Record<AlarmName, Alarm>>;
}
