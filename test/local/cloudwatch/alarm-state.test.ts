import { describe, expect, it } from 'vitest';
import { type AlarmState, alarmState, type MissingData } from '../../../local/aws/cloudwatch/alarms/metric-alarm.ts';

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
