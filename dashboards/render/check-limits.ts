import type { CompositeAlarmProps, MetricAlarmProps } from './render-alarm.ts';

/** Limits of the CloudWatch API (PutMetricAlarm, PutCompositeAlarm, MetricDataQuery). A deploy fails beyond them. */
const limits = {
  name: 255,
  description: 1024,
  queries: 20,
  /** Metrics that one alarm reads. */
  metrics: 10,
  expression: 2048,
  rule: 10_240,
  children: 100,
} as const;

/** Returns what of an alarm CloudWatch would refuse, each with the value and the limit. */
export function alarmFaults(alarm: MetricAlarmProps | CompositeAlarmProps): string[] {
  const { alarmName, alarmDescription } = alarm;
  const over = (what: string, value: number, limit: number) =>
    value > limit ? [`Alarm ${alarmName}: ${what} is ${value}, expected at most ${limit}`] : [];
  const common = [
    ...over('the length of the name', alarmName.length, limits.name),
    ...over('the length of the description', alarmDescription.length, limits.description),
  ];
  if ('alarmRule' in alarm) {
    return [
      ...common,
      ...over('the length of the rule', alarm.alarmRule.length, limits.rule),
      ...over('the number of its alarms', alarm.alarmRule.split('ALARM(').length - 1, limits.children),
    ];
  }
  const periods = alarm.metrics.map(({ period, metricStat }) => period ?? metricStat?.period ?? 0);
  const period = Math.max(...periods);
  // At periods of an hour and more a week can be evaluated, otherwise a day.
  const window = period >= 3600 ? 7 * 86_400 : 86_400;
  return [
    ...common,
    ...over('the number of queries', alarm.metrics.length, limits.queries),
    ...over('the number of metrics', alarm.metrics.filter(({ metricStat }) => metricStat).length, limits.metrics),
    ...alarm.metrics.flatMap(({ expression = '' }) =>
      over('the length of an expression', expression.length, limits.expression),
    ),
    ...over('the window in seconds', period * alarm.evaluationPeriods, window),
  ];
}
