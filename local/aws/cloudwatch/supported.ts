import { type Effect, emulated, label, type SupportTable, without } from '../template/check-support.ts';

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
