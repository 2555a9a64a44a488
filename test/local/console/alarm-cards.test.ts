import { describe, expect, it } from 'vitest';
import { createAlarms } from '../../../local/aws/cloudwatch/alarms/alarms.ts';
import { createMetricStore } from '../../../local/aws/cloudwatch/metrics/metric-store.ts';
import { createAlarmCards, shortNames } from '../../../local/console/alarm-cards.ts';
import { aResource, templateOf } from '../a-resource.ts';

const noon = 1_700_006_400;
const minutes = (count: number) => noon + count * 60;
const errors = { namespace: 'N', name: 'Errors', dimensions: { stage: 'test' } };

const resources = [
  aResource('AWS::CloudWatch::Alarm', {
    AlarmName: 'Stack-test-redirect-loop',
    AlarmDescription:
      'Page: Viewers are in a redirect loop. Runbook: docs/runbooks/redirect-loop.md -- None is healthy.',
    Metrics: [
      {
        Id: 'errors',
        ReturnData: false,
        MetricStat: {
          Metric: { Namespace: 'N', MetricName: 'Errors', Dimensions: [{ Name: 'stage', Value: 'test' }] },
          Stat: 'Sum',
          Period: 60,
        },
      },
      { Id: 'twice', Expression: '2 * errors', ReturnData: true },
    ],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 5,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    TreatMissingData: 'notBreaching',
  }),
  aResource('AWS::CloudWatch::CompositeAlarm', {
    AlarmName: 'Stack-test-unhealthy',
    AlarmRule: 'ALARM("Stack-test-redirect-loop")',
    AlarmDescription: 'Something else.',
  }),
];

function watched(...values: readonly (number | undefined)[]) {
  const store = createMetricStore();
  const alarms = createAlarms(templateOf(...resources), store);
  for (const [index, value] of values.entries()) {
    if (value !== undefined) store.put({ ...errors, atSeconds: minutes(index) + 5, value });
    alarms.evaluate(minutes(index + 1));
  }
  return createAlarmCards(resources, alarms, store);
}

describe('an alarm card', () => {
  it('has a short name, and the parts of its description', () => {
    const [loop, any] = watched().list();
    expect(loop).toEqual({
      name: 'redirect-loop',
      fullName: 'Stack-test-redirect-loop',
      severity: 'page',
      description: 'Viewers are in a redirect loop',
      runbook: 'redirect-loop',
      reason: 'None is healthy.',
      state: 'INSUFFICIENT_DATA',
      parts: [],
    });
    expect(any).toEqual({
      name: 'unhealthy',
      fullName: 'Stack-test-unhealthy',
      description: 'Something else.',
      state: 'INSUFFICIENT_DATA',
      parts: ['redirect-loop'],
    });
  });

  it('has the periods that were evaluated: which breach, which are missing, which decide', () => {
    const { watched: value, ...card } = watched(0, 1, 8, undefined, 8).details('redirect-loop', minutes(5) + 20);
    expect(card).toMatchObject({ state: 'ALARM', sinceSeconds: minutes(5), nowSeconds: minutes(5) + 20 });
    expect(value).toMatchObject({
      comparison: 'over',
      threshold: 5,
      datapoints: 2,
      of: 3,
      periodSeconds: 60,
      missing: 'notBreaching',
      formula: ['errors = Errors, Sum', 'twice = 2 * errors'],
      points: [
        [minutes(0), 0],
        [minutes(1), 2],
        [minutes(2), 16],
        [minutes(4), 16],
      ],
    });
    expect(value?.seen).toEqual([
      { atSeconds: minutes(0), value: 0, breaches: false, counts: false },
      { atSeconds: minutes(1), value: 2, breaches: false, counts: true },
      { atSeconds: minutes(2), value: 16, breaches: true, counts: true },
      { atSeconds: minutes(3), breaches: false, counts: false },
      { atSeconds: minutes(4), value: 16, breaches: true, counts: true },
    ]);
  });

  it('has its history, the newest first', () => {
    const cards = watched(8, 8, 0, 0);
    expect(cards.details('redirect-loop', minutes(4)).history).toEqual([
      { atSeconds: minutes(4), from: 'ALARM', to: 'OK' },
      { atSeconds: minutes(2), from: 'OK', to: 'ALARM' },
      { atSeconds: minutes(1), from: 'INSUFFICIENT_DATA', to: 'OK' },
    ]);
  });

  it('has the states of the alarms of a composite', () => {
    expect(watched(8, 8).details('unhealthy', minutes(2))).toMatchObject({
      state: 'ALARM',
      parts: ['redirect-loop'],
      partStates: ['ALARM'],
    });
  });

  it('is refused by a name that none has', () => {
    expect(() => watched().details('nobody', noon)).toThrow('There is no alarm "nobody"');
  });
});

describe('short names', () => {
  it.each([
    [
      ['Stack-prod-health', 'Stack-prod-who-and-where'],
      ['health', 'who-and-where'],
    ],
    [
      ['Stack-prod-a', 'Stack-staging-b'],
      ['prod-a', 'staging-b'],
    ],
    [
      ['one', 'two'],
      ['one', 'two'],
    ],
    [['Stack-prod-health'], ['Stack-prod-health']],
    [
      ['loop', 'loop-long'],
      ['loop', 'loop-long'],
    ],
    [[], []],
  ])('of %j are %j', (names, expected) => {
    expect([...shortNames(names).values()]).toEqual(expected);
  });
});
