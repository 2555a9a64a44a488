import { type Alarm, type AlarmName, type Condition, conditionsOf, pageAlarm, type Severity } from '../alarm.ts';
import { type ResourceNames, runbook, type Settings } from '../settings.ts';
import { queriesOf, renderMetric } from './render-metric.ts';

/** As CloudFormation's AWS::CloudWatch::Alarm has it, names in CDK's spelling. */
export interface MetricAlarmProps {
  readonly alarmName: string;
  readonly alarmDescription: string;
  readonly comparisonOperator: string;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: string;
  readonly metrics: readonly MetricQueryProps[];
}

export interface MetricQueryProps {
  readonly id: string;
  readonly returnData: boolean;
  readonly expression?: string;
  readonly period?: number;
  readonly metricStat?: {
    readonly metric: {
      readonly namespace: string;
      readonly metricName: string;
      readonly dimensions: { readonly name: string; readonly value: string }[];
    };
    readonly stat: string;
    readonly period: number;
  };
}

export interface CompositeAlarmProps {
  readonly alarmName: string;
  readonly alarmDescription: string;
  readonly alarmRule: string;
}

/** One alarm in CloudWatch. Two conditions become two alarms without actions, and a composite alarm of both. */
export interface RenderedAlarm {
  readonly name: AlarmName;
  readonly severity: Severity;
  readonly metricAlarms: readonly MetricAlarmProps[];
  readonly composite?: CompositeAlarmProps;
}

const operators = {
  over: 'GreaterThanThreshold',
  'at least': 'GreaterThanOrEqualToThreshold',
  under: 'LessThanThreshold',
} as const satisfies Record<Condition['is'], string>;

export function renderAlarm(name: AlarmName, alarm: Alarm, settings: Settings, names: ResourceNames): RenderedAlarm {
  const [long, short] = conditionsOf(alarm);
  const described = description(alarm.says, alarm.severity, name, settings, alarm.because);
  if (!long) throw new Error(`The alarm ${name} has no condition`);
  if (!short) {
    const one = renderCondition(names.alarmName(name), described, long, names);
    return { name, severity: alarm.severity, metricAlarms: [one] };
  }
  const [longName, shortName] = [names.alarmName(`${name}-long`), names.alarmName(`${name}-short`)];
  return {
    name,
    severity: alarm.severity,
    metricAlarms: [
      renderCondition(longName, `The long window of ${names.alarmName(name)}, which has the actions`, long, names),
      renderCondition(shortName, `The short window of ${names.alarmName(name)}, which has the actions`, short, names),
    ],
    composite: {
      alarmName: names.alarmName(name),
      alarmDescription: described,
      alarmRule: `ALARM("${longName}") AND ALARM("${shortName}")`,
    },
  };
}

/** Red while any page is red: the only alarm that pages, so that an incident pages once. */
export function renderPageAlarm(
  pages: readonly AlarmName[],
  settings: Settings,
  names: ResourceNames,
): CompositeAlarmProps {
  return {
    alarmName: names.alarmName(pageAlarm),
    alarmDescription: description(
      'Viewers are affected',
      'page',
      pageAlarm,
      settings,
      'One page for an incident, however many alarms are red.',
    ),
    alarmRule: pages.map((name) => `ALARM("${names.alarmName(name)}")`).join(' OR '),
  };
}

function description(says: string, severity: Severity, name: string, settings: Settings, because: string): string {
  return `${severity === 'page' ? 'Page' : 'Ticket'}: ${says}. Runbook: ${runbook(name, settings)} -- ${because}`;
}

function renderCondition(
  alarmName: string,
  alarmDescription: string,
  condition: Condition,
  names: ResourceNames,
): MetricAlarmProps {
  const { value, is, threshold, periodSeconds, datapoints, missing } = condition;
  return {
    alarmName,
    alarmDescription,
    comparisonOperator: operators[is],
    // 14.4 * 0.1 is 1.4400000000000002.
    threshold: Number(threshold.toFixed(6)),
    evaluationPeriods: datapoints.of,
    datapointsToAlarm: datapoints.count,
    treatMissingData: missing.as,
    metrics: queriesOf(value, 'watched').map((query) => ({
      id: query.id,
      returnData: query.shown,
      ...('expression' in query
        ? { expression: query.expression, period: periodSeconds }
        : {
            metricStat: {
              metric: asCloudFormation(renderMetric(query.series, names)),
              stat: query.series.statistic,
              period: periodSeconds,
            },
          }),
    })),
  };
}

function asCloudFormation({ namespace, name, dimensions }: ReturnType<typeof renderMetric>) {
  return {
    namespace,
    metricName: name,
    dimensions: Object.entries(dimensions).map(([dimension, value]) => ({ name: dimension, value })),
  };
}
