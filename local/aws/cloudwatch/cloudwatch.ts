import type { Bus } from '../chain-events.ts';
import type { LogGroups, LogLine } from '../logs.ts';
import type { Queue } from '../sqs/queue.ts';
import { type Effect, emulated, label, type SupportTable, without } from '../template/check-support.ts';
import { Properties } from '../template/properties.ts';
import type { ResourceIndex } from '../template/template.ts';
import { type Alarms, createAlarms, type Transition } from './alarms/alarms.ts';
import { createMetricStore, type MetricStore } from './metrics/metric-store.ts';
import { publishApi, publishCloudFront, publishEdgeFunctions, publishLambda } from './publish/cloudfront-metrics.ts';
import { publishEmbedded, type RejectedLine } from './publish/emf.ts';
import { publishFilter, readMetricFilters } from './publish/metric-filter.ts';
import { type Publisher, putInto } from './publish/publisher.ts';
import { publishQueues } from './publish/sqs-metrics.ts';

/** CloudWatch of a running chain: the metrics that its services publish, and the alarms of its template. */
export interface CloudWatch {
  readonly store: MetricStore;
  readonly alarms: Alarms;
  /** The lines of a log group, oldest first, with their times. */
  linesOf(group: string): readonly LogLine[];
  /** The newest metrics lines that break a rule of EMF. */
  rejected(): readonly RejectedLine[];
  /**
   * Publishes the minutes that have ended since the last call, and evaluates the alarms once for each of them. A long gap,
   * as after the clock was advanced or the machine slept, is skipped.
   */
  tick(): readonly Transition[];
  stop(): void;
}

const minute = 60;
/** A longer gap is not evaluated minute by minute: the chain did not run. */
const longestGap = 30 * minute;
const endOfLongGap = 10 * minute;
const keptRejected = 100;

export interface CloudWatchOptions {
  readonly clock: { now(): number };
  readonly events: Bus;
  readonly logs: LogGroups;
  readonly queues?: readonly Queue[];
}

export function createCloudWatch(
  template: ResourceIndex,
  { clock, events, logs, queues = [] }: CloudWatchOptions,
): CloudWatch {
  const store = createMetricStore();
  const alarms = createAlarms(template, store);
  const rejected: RejectedLine[] = [];
  const publishers = publishersOf(template, queues, store, (line) => {
    rejected.push(line);
    if (rejected.length > keptRejected) rejected.shift();
  });
  const stop = events.listen((event) => {
    for (const publisher of publishers) publisher.onEvent(event);
  });
  const lastFullMinute = () => Math.floor(clock.now() / 1000 / minute) * minute;
  let evaluated = lastFullMinute();
  /** When the chain started, or continued after a gap. */
  let since = evaluated;

  return {
    store,
    alarms,
    linesOf: logs.linesOf,
    rejected: () => rejected,
    tick() {
      const now = lastFullMinute();
      for (const publisher of publishers) publisher.publishUntil?.(now);
      // The clock may have been reset.
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
  queues: readonly Queue[],
  store: MetricStore,
  onRejected: (line: RejectedLine) => void,
): readonly Publisher[] {
  const put = putInto(store);
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
    publishQueues(queues, put),
    publishEmbedded(put, onRejected),
    ...readMetricFilters(template).map((filter) => publishFilter(filter, put)),
  ];
}

function isEnabled(subscription: Properties): boolean {
  const config = subscription.child('MonitoringSubscription')?.child('RealtimeMetricsSubscriptionConfig');
  return config?.oneOf('RealtimeMetricsSubscriptionStatus', ['Enabled', 'Disabled']) === 'Enabled';
}

const actions = without('no notifications are sent');

const metric = (path: string): Readonly<Record<string, Effect>> => ({
  [`${path}Namespace`]: emulated,
  [`${path}MetricName`]: emulated,
  [`${path}Dimensions`]: emulated,
  [`${path}Dimensions.*.Name`]: emulated,
  [`${path}Dimensions.*.Value`]: emulated,
});

const alarm: Readonly<Record<string, Effect>> = {
  AlarmName: emulated,
  AlarmDescription: emulated,
  ActionsEnabled: actions,
  'AlarmActions.**': actions,
  'OKActions.**': actions,
  'InsufficientDataActions.**': actions,
  'Tags.**': label,
};

/** Anomaly detection, suppressed actions, units of alarms and everything else that is not here is refused by name. */
export const supportedProperties: SupportTable = {
  'AWS::CloudWatch::Alarm': {
    properties: {
      ...alarm,
      ...metric(''),
      Statistic: emulated,
      ExtendedStatistic: emulated,
      Period: emulated,
      'Metrics.*.Id': emulated,
      'Metrics.*.Expression': emulated,
      'Metrics.*.Label': label,
      'Metrics.*.Period': emulated,
      'Metrics.*.ReturnData': emulated,
      'Metrics.*.MetricStat.Period': emulated,
      'Metrics.*.MetricStat.Stat': emulated,
      ...metric('Metrics.*.MetricStat.Metric.'),
      ComparisonOperator: emulated,
      Threshold: emulated,
      EvaluationPeriods: emulated,
      DatapointsToAlarm: emulated,
      TreatMissingData: emulated,
    },
  },
  'AWS::CloudWatch::CompositeAlarm': { properties: { ...alarm, AlarmRule: emulated } },
  'AWS::CloudWatch::Dashboard': { properties: { DashboardName: emulated, DashboardBody: emulated, 'Tags.**': label } },
  'AWS::CloudFront::MonitoringSubscription': {
    properties: {
      DistributionId: emulated,
      'MonitoringSubscription.RealtimeMetricsSubscriptionConfig.RealtimeMetricsSubscriptionStatus': emulated,
    },
  },
  'AWS::Logs::MetricFilter': {
    properties: {
      FilterName: emulated,
      FilterPattern: emulated,
      LogGroupName: emulated,
      'MetricTransformations.*.MetricNamespace': emulated,
      'MetricTransformations.*.MetricName': emulated,
      'MetricTransformations.*.MetricValue': emulated,
      'MetricTransformations.*.DefaultValue': emulated,
      'MetricTransformations.*.Unit': without('metrics are stored without units'),
    },
  },
};
