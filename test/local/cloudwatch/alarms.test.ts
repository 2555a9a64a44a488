import { describe, expect, it } from 'vitest';
import { createAlarms } from '../../../local/aws/cloudwatch/alarms/alarms.ts';
import { createMetricStore } from '../../../local/aws/cloudwatch/metrics/metric-store.ts';
import { aResource, templateOf } from '../a-resource.ts';

const noon = 1_700_000_000 - (1_700_000_000 % 86_400) + 43_200;
const minutes = (count: number) => noon + count * 60;
const errors = { namespace: 'N', name: 'Errors', dimensions: { stage: 'test' } };
const calls = { ...errors, name: 'Calls' };

const metric = (id: string, name: string, period = 60) => ({
  Id: id,
  ReturnData: false,
  MetricStat: {
    Metric: { Namespace: 'N', MetricName: name, Dimensions: [{ Name: 'stage', Value: 'test' }] },
    Stat: 'Sum',
    Period: period,
  },
});

const rate = (overrides: Record<string, unknown> = {}) =>
  aResource('AWS::CloudWatch::Alarm', {
    AlarmName: 'rate',
    Metrics: [
      metric('errors', 'Errors'),
      metric('calls', 'Calls'),
      { Id: 'rate', Expression: 'IF(calls >= 20, 100 * errors / calls, 0)', ReturnData: true },
    ],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 1,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    TreatMissingData: 'notBreaching',
    ...overrides,
  });

const composite = (name: string, rule: string) =>
  aResource('AWS::CloudWatch::CompositeAlarm', { AlarmName: name, AlarmRule: rule }, name);

describe('the alarms of a template', () => {
  it('go red after the second bad minute, take those with them that are made of them, and go back', () => {
    const store = createMetricStore();
    const alarms = createAlarms(
      templateOf(composite('page', 'ALARM("pair")'), composite('pair', 'ALARM("rate")'), rate()),
      store,
    );
    const seen: string[] = [];
    for (let at = 0; at < 12; at += 1) {
      const bad = at >= 3 && at < 6;
      store.put({ ...calls, atSeconds: minutes(at) + 10, value: 100 });
      store.put({ ...errors, atSeconds: minutes(at) + 10, value: bad ? 5 : 0 });
      for (const { alarm, to } of alarms.evaluate(minutes(at + 1))) seen.push(`${at} ${alarm} ${to}`);
    }
    expect(seen).toEqual([
      '0 rate OK',
      '0 pair OK',
      '0 page OK',
      '4 rate ALARM',
      '4 pair ALARM',
      '4 page ALARM',
      // One bad minute of three is left.
      '7 rate OK',
      '7 pair OK',
      '7 page OK',
    ]);
    expect(alarms.history()).toHaveLength(9);
  });

  it('judge nothing below the floor', () => {
    const store = createMetricStore();
    const alarms = createAlarms(templateOf(rate()), store);
    for (let at = 0; at < 5; at += 1) {
      store.put({ ...calls, atSeconds: minutes(at), value: 19 });
      store.put({ ...errors, atSeconds: minutes(at), value: 19 });
      alarms.evaluate(minutes(at + 1));
    }
    expect(alarms.stateOf('rate')).toBe('OK');
  });

  it('see a sample only once CloudWatch shows it, and then on the newest points that exist', () => {
    const store = createMetricStore();
    const alarms = createAlarms(templateOf(rate()), store);
    const lag = 120;
    const reds: number[] = [];
    for (let at = 0; at < 8; at += 1) {
      const atSeconds = minutes(at);
      store.put({ ...calls, atSeconds, visibleAtSeconds: atSeconds + lag, value: 100 });
      store.put({ ...errors, atSeconds, visibleAtSeconds: atSeconds + lag, value: at >= 3 ? 50 : 0 });
      if (alarms.evaluate(minutes(at + 1)).some(({ to }) => to === 'ALARM')) reds.push(at);
    }
    // Bad from minute 3; two bad points are there two minutes after the second.
    expect(reds).toEqual([5]);
  });

  it('slide their window minute by minute, also for longer periods', () => {
    const store = createMetricStore();
    const hourly = rate({
      Metrics: [metric('calls', 'Calls', 300), { Id: 'all', Expression: 'calls', ReturnData: true }],
      Threshold: 50,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
    });
    const alarms = createAlarms(templateOf(hourly), store);
    // Sixty within five minutes, but across the border of the clock's five minutes.
    for (const at of [3, 4, 5, 6]) store.put({ ...calls, atSeconds: minutes(at), value: 15 });
    const states = [4, 5, 6, 7, 8, 9].map((at) => {
      alarms.evaluate(minutes(at));
      return alarms.stateOf('rate');
    });
    expect(states).toEqual(['OK', 'OK', 'OK', 'ALARM', 'ALARM', 'OK']);
  });

  it('add up no metric with other dimensions', () => {
    const store = createMetricStore();
    const alarms = createAlarms(templateOf(rate()), store);
    for (let at = 0; at < 5; at += 1) {
      store.put({ ...calls, atSeconds: minutes(at), value: 100 });
      store.put({ ...errors, dimensions: { stage: 'test', preset: 'a' }, atSeconds: minutes(at), value: 100 });
    }
    alarms.evaluate(minutes(5));
    expect(alarms.stateOf('rate')).toBe('OK');
  });

  it.each([
    [[composite('a', 'ALARM("b")'), composite('b', 'ALARM("a")')], 'depend on each other'],
    [[composite('a', 'ALARM("nobody")')], 'a uses nobody'],
    [[rate({ ComparisonOperator: 'LessThanLowerThreshold' })], 'ComparisonOperator'],
    [[rate({ TreatMissingData: 'perhaps' })], 'TreatMissingData'],
    [[rate({ Metrics: [metric('calls', 'Calls')] })], 'ReturnData on exactly one'],
    [[rate({ Metrics: [metric('a', 'Calls'), { ...metric('b', 'Calls', 300), ReturnData: true }] })], 'one period'],
    [[rate({ Metrics: [...Array(11)].map((_, i) => metric(`m${i}`, 'Calls')) })], 'at most 10 metrics'],
  ])('are refused when they cannot be evaluated: case %#', (resources, message) => {
    expect(() => createAlarms(templateOf(...resources), createMetricStore())).toThrow(message);
  });
});
