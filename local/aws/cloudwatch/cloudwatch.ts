import type { Bus } from '../chain-events.ts';
import type { LogGroups, LogLine } from '../logs.ts';
import { Properties } from '../template/properties.ts';
import type { ResourceIndex } from '../template/template.ts';
import { type Alarms, createAlarms, type Transition } from './alarms/alarms.ts';
import type { RejectedLine } from './emf/read-metrics.ts';
import { readMetricFilters } from './filters/metric-filter.ts';
import { createMetricStore, type MetricStore } from './metrics/metric-store.ts';
import { publishApi } from './publish/api-metrics.ts';
import { publishCloudFront, publishEdgeFunctions } from './publish/cloudfront-metrics.ts';
import { publishEmbedded } from './publish/embedded-metrics.ts';
import { publishFilter } from './publish/filter-metrics.ts';
import { publishLambda } from './publish/lambda-metrics.ts';
import { type Publisher, putInto } from './publish/publisher.ts';

/** CloudWatch of a running chain: what its parts publish, and the alarms of its template over that. */
export interface CloudWatch {
  readonly store: MetricStore;
  readonly alarms: Alarms;
  /** Of a log group, oldest first, with the chain's time of each. */
  linesOf(group: string): readonly LogLine[];
  /** Lines of metrics that break a rule of EMF, the newest of them. */
  rejected(): readonly RejectedLine[];
  /**
   * Publishes the minutes that are over, and evaluates the alarms once for each of them since the last call. A longer
   * time without a call, as when the clock was moved or the machine slept, is skipped.
   */
  tick(): readonly Transition[];
  stop(): void;
}

const minute = 60;
/** What is caught up with minute by minute; in a longer time nobody was there. */
const longestGap = 30 * minute;
const endOfLongGap = 10 * minute;
const keptRejected = 100;

export interface CloudWatchOptions {
  readonly clock: { now(): number };
  readonly events: Bus;
  readonly logs: LogGroups;
}

export function createCloudWatch(template: ResourceIndex, { clock, events, logs }: CloudWatchOptions): CloudWatch {
  const store = createMetricStore();
  const alarms = createAlarms(template, store);
  const rejected: RejectedLine[] = [];
  const publishers = publishersOf(template, store, (line) => {
    rejected.push(line);
    if (rejected.length > keptRejected) rejected.shift();
  });
  const stop = events.listen((event) => {
    for (const publisher of publishers) publisher.hear(event);
  });
  const lastFullMinute = () => Math.floor(clock.now() / 1000 / minute) * minute;
  let evaluated = lastFullMinute();
  /** When the chain began to live, or went on after a gap. */
  let since = evaluated;

  return {
    store,
    alarms,
    linesOf: logs.linesOf,
    rejected: () => rejected,
    tick() {
      const now = lastFullMinute();
      for (const publisher of publishers) publisher.publishUntil?.(now);
      // The clock may have been put back.
      const isGap = now < evaluated || now - evaluated > longestGap;
      if (isGap) since = now;
      const from = isGap ? now - endOfLongGap : evaluated;
      const transitions: Transition[] = [];
      for (let at = from + minute; at <= now; at += minute) transitions.push(...alarms.evaluate(at, since));
      evaluated = now;
      for (const transition of transitions) events.emit({ kind: 'alarm', transition });
      return transitions;
    },
    stop,
  };
}

function publishersOf(
  template: ResourceIndex,
  store: MetricStore,
  onRejected: (line: RejectedLine) => void,
): readonly Publisher[] {
  const put = putInto(store);
  // The other class has neither metric filters nor embedded metrics.
  for (const group of template.ofType('AWS::Logs::LogGroup')) {
    Properties.of(group).oneOf('LogGroupClass', ['STANDARD'], 'STANDARD');
  }
  const subscribed = template
    .ofType('AWS::CloudFront::MonitoringSubscription')
    .map(Properties.of)
    .filter(isEnabled)
    .map((subscription) => subscription.text('DistributionId'));
  return [
    ...template
      .ofType('AWS::CloudFront::Distribution')
      .map(({ ref }) => publishCloudFront(ref, subscribed.includes(ref), put)),
    publishEdgeFunctions(put),
    publishApi(put),
    publishLambda(put),
    publishEmbedded(put, onRejected),
    ...readMetricFilters(template).map((filter) => publishFilter(filter, put)),
  ];
}

function isEnabled(subscription: Properties): boolean {
  const config = subscription.child('MonitoringSubscription')?.child('RealtimeMetricsSubscriptionConfig');
  return config?.oneOf('RealtimeMetricsSubscriptionStatus', ['Enabled', 'Disabled']) === 'Enabled';
}
