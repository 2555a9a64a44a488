import { describe, expect, it } from 'vitest';
import { createAlarms, parseAlarmRule } from '../../../local/aws/cloudwatch/alarms/alarms.ts';
import { type AlarmState, alarmState, type MissingData } from '../../../local/aws/cloudwatch/alarms/metric-alarm.ts';
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

  it.each([
    [[composite('a', 'ALARM("b")'), composite('b', 'ALARM("a")')], 'depend on each other'],
    [[composite('a', 'ALARM("nobody")')], 'a uses nobody'],
    [[rate({ Metrics: [...Array(11)].map((_, i) => metric(`m${i}`, 'Calls')) })], 'at most 10 metrics'],
  ])('are refused when they cannot be evaluated: case %#', (resources, message) => {
    expect(() => createAlarms(templateOf(...resources), createMetricStore())).toThrow(message);
  });
});

const states: Readonly<Record<string, AlarmState>> = { red: 'ALARM', green: 'OK', grey: 'INSUFFICIENT_DATA' };
const stateOf = (alarm: string) => states[alarm] ?? 'OK';

describe('the rule of a composite alarm', () => {
  it.each([
    ['ALARM("red")', true],
    ['ALARM("arn:aws:cloudwatch:us-east-1:123456789012:alarm:red")', true],
    ['NOT ALARM("green")', true],
    ['OK("green") AND INSUFFICIENT_DATA("grey")', true],
    // AND binds stronger than OR.
    ['ALARM("red") OR ALARM("green") AND ALARM("grey")', true],
    ['(ALARM("red") OR ALARM("green")) AND ALARM("grey")', false],
    ['NOT (ALARM("red") AND ALARM("green"))', true],
  ])('%s is %s', (rule, expected) => {
    expect(parseAlarmRule(rule).holds(stateOf)).toBe(expected);
  });

  it.each(['', 'ALARM(red)', 'ALARM("red") AND', 'SOMETIMES("red")'])('%j is refused', (rule) => {
    expect(() => parseAlarmRule(rule)).toThrow('is not supported');
  });

  it('names the alarms that it asks for', () => {
    expect(parseAlarmRule('ALARM("a") OR NOT OK("b")').alarms).toEqual(['a', 'b']);
  });
});

const choices = ['missing', 'ignore', 'breaching', 'notBreaching'] as const satisfies MissingData[];
const retain = 'retain';
const none = 'INSUFFICIENT_DATA';

type Row = readonly [points: string, ...states: (AlarmState | typeof retain)[]];

/** As the documentation writes points: 0 is good, X is breaching, - is missing; the newest stands last. */
function read(points: string): (boolean | undefined)[] {
  return points.split(' ').map((point) => (point === '-' ? undefined : point === 'X'));
}

/** "Configuring how CloudWatch alarms treat missing data", the table for 3 of 3. */
const threeOfThree: readonly Row[] = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', none, retain, 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - - - X', none, retain, 'ALARM', 'OK'],
  ['X - - - -', 'ALARM', retain, 'ALARM', 'OK'],
];

/** The same page, for 2 of 3. */
const twoOfThree: readonly Row[] = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - X', none, retain, 'ALARM', 'OK'],
];

/** Not in the tables, but in the text around them: "with missing, a lone bad point can alarm" where one is enough. */
const oneOfThree: readonly Row[] = [
  ['- - - - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 0 0 0', 'OK', 'OK', 'OK', 'OK'],
  ['X X 0 0 0', 'OK', 'OK', 'OK', 'OK'],
];

describe.each([
  [3, threeOfThree],
  [2, twoOfThree],
  [1, oneOfThree],
])('an alarm of %d of 3', (datapointsToAlarm, rows) => {
  const cases = rows.flatMap(([points, ...states]) =>
    choices.map((treatMissingData, index) => [points, treatMissingData, states[index] ?? retain] as const),
  );

  it.each(cases)('sees %s, with missing data as %s: %s', (points, treatMissingData, expected) => {
    const settings = { datapointsToAlarm, evaluationPeriods: 3, treatMissingData };
    for (const current of ['OK', 'ALARM', none] as const) {
      expect(alarmState(read(points), settings, current)).toBe(expected === retain ? current : expected);
    }
  });
});
