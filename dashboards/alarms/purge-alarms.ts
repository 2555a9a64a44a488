import { type Alarm, type AlarmName, quietIsGood } from '../alarm.ts';
import { type Formula, maximum, sum } from '../metrics/series.ts';
import type { Settings } from '../settings.ts';

/** A purge of so many seconds is stuck, and not only slow. */
export const stuckSeconds = ({ purgeSeconds }: Settings['config']['objectives']) => 20 * purgeSeconds;

const leastWaiting = 5;

/** The age of the oldest message, where enough wait. */
const stuckAge: Formula = {
  of: {
    first: maximum('Purge.Age'),
    firstVisible: maximum('Purge.Visible'),
    firstInFlight: maximum('Purge.InFlight'),
    second: maximum('SecondPass.Age'),
    secondVisible: maximum('SecondPass.Visible'),
    secondInFlight: maximum('SecondPass.InFlight'),
  },
  steps: {
    oldest: 'IF(first > second, first, second)',
    waiting: 'firstVisible + firstInFlight + secondVisible + secondInFlight',
  },
  result: `IF(waiting >= ${leastWaiting}, oldest + 0 * waiting, 0)`,
};

/** Where originals are purged: a viewer who sees a deleted image, or an old one, is affected. */
export function purgeAlarms({ config: { purge, objectives } }: Settings) {
  return {
    'purge-stuck': {
      severity: 'page',
      says: 'Replaced and deleted originals are not purged: viewers see old and deleted images',
      because:
        `Twenty times the objective of ${objectives.purgeSeconds} s, of either pass, in three of five minutes, while ` +
        `${leastWaiting} messages or more wait: fewer may be one key that fails always, which is a ticket.`,
      when: {
        value: stuckAge,
        is: 'over',
        threshold: stuckSeconds(objectives),
        periodSeconds: 60,
        datapoints: { count: 3, of: 5 },
        missing: { as: 'notBreaching', because: 'SQS publishes nothing for a queue that is not used' },
      },
    },
    'purge-failing': {
      severity: 'ticket',
      says: 'Purges fail and are tried again',
      because:
        'One in three of five minutes. A single failure is tried again within a minute or two; when many stay, ' +
        'purge-stuck pages.',
      when: {
        value: {
          of: { failures: sum('PurgeFailures'), errors: sum('Purge.Errors') },
          result: 'failures + errors',
        },
        is: 'at least',
        threshold: 1,
        periodSeconds: 60,
        datapoints: { count: 3, of: 5 },
        missing: quietIsGood,
      },
    },
    'purge-dead-letters': {
      severity: 'ticket',
      says: 'Events of originals could not be purged, and are not tried again',
      because: 'Each one can be an old or deleted image that stays until it expires.',
      when: {
        value: maximum('PurgeDeadLetters.Messages'),
        is: 'at least',
        threshold: 1,
        periodSeconds: 300,
        datapoints: { count: 1, of: 1 },
        missing: { as: 'ignore', because: 'SQS stops publishing for a queue without activity; its messages stay' },
      },
    },
    'purge-budget': {
      severity: 'ticket',
      says: 'Invalidations are held back: the edge keeps old and deleted images until they expire',
      because: `The $${purge.dollarsPerDay} of config.purge.dollarsPerDay are spent. Derivatives are deleted all the same.`,
      when: {
        value: sum('InvalidationsHeldBack'),
        is: 'at least',
        threshold: 1,
        periodSeconds: 300,
        datapoints: { count: 1, of: 1 },
        missing: quietIsGood,
      },
    },
  } as const satisfies Partial<Record<AlarmName, Alarm>>;
}
