import type { Resource } from '../properties.ts';
import type { World } from '../world.ts';
import { type Alarms, createAlarms, type Transition } from './alarms/alarms.ts';
import type { LogLine } from './insights/discover-fields.ts';
import { createMetricStore, type MetricStore } from './metrics/metric-store.ts';

/** A line of metrics that CloudWatch would not take. */
export interface RejectedLine extends LogLine {
  readonly group: string;
  /** The rule that it breaks, in words. */
  readonly because: string;
}

/** CloudWatch of a running chain: what its parts publish, and the alarms of its template over that. */
export interface CloudWatch {
  readonly store: MetricStore;
  readonly alarms: Alarms;
  /** Of a log group, oldest first, with the chain's time of each. */
  linesOf(group: string): readonly LogLine[];
  /** Lines of metrics that break a rule of EMF, the newest of them. */
  rejected(): readonly RejectedLine[];
  /**
   * Publishes the minutes that are over, and evaluates the alarms once for each of them since the last call; after a
   * jump of the clock by more than a few hours only for the newest ones.
   */
  tick(): readonly Transition[];
  stop(): void;
}

const minute = 60;
/** What is caught up with minute by minute; of a longer time the end alone. */
const longestGap = 4 * 60 * minute;
const endOfLongGap = 10 * minute;

export function createCloudWatch(resources: readonly Resource[], { clock, events, logs }: World): CloudWatch {
  const store = createMetricStore();
  const alarms = createAlarms(resources, store);
  const lastFullMinute = () => Math.floor(clock.now() / 1000 / minute) * minute;
  let evaluated = lastFullMinute();

  return {
    store,
    alarms,
    linesOf: logs.linesOf,
    rejected: () => [],
    tick() {
      const now = lastFullMinute();
      // The clock may have been put back.
      const from = now < evaluated || now - evaluated > longestGap ? now - endOfLongGap : evaluated;
      const transitions: Transition[] = [];
      for (let at = from + minute; at <= now; at += minute) transitions.push(...alarms.evaluate(at));
      evaluated = now;
      for (const transition of transitions) events.emit({ kind: 'alarm', transition });
      return transitions;
    },
    stop() {},
  };
}
