import { describe, expect, it } from 'vitest';
import { alarmsIn, parseAlarmRule, ruleHolds } from '../../../local/aws/cloudwatch/alarms/alarms.ts';
import type { AlarmState } from '../../../local/aws/cloudwatch/alarms/metric-alarm.ts';

const states: Readonly<Record<string, AlarmState>> = { red: 'ALARM', green: 'OK', grey: 'INSUFFICIENT_DATA' };
const stateOf = (alarm: string) => states[alarm] ?? 'OK';

describe('the rule of a composite alarm', () => {
  it.each([
    ['ALARM("red")', true],
    ['ALARM("arn:aws:cloudwatch:us-east-1:123456789012:alarm:red")', true],
    ['ALARM("green") OR ALARM("red")', true],
    ['ALARM("red") AND ALARM("green")', false],
    ['NOT ALARM("green")', true],
    ['OK("green") AND INSUFFICIENT_DATA("grey")', true],
    // AND binds stronger than OR.
    ['ALARM("red") OR ALARM("green") AND ALARM("grey")', true],
    ['(ALARM("red") OR ALARM("green")) AND ALARM("grey")', false],
    ['NOT (ALARM("red") AND ALARM("green"))', true],
  ])('%s is %s', (rule, expected) => {
    expect(ruleHolds(parseAlarmRule(rule), stateOf)).toBe(expected);
  });

  it.each([
    '',
    'ALARM(red)',
    'ALARM("red") ALARM("green")',
    'ALARM("red") AND',
    '(ALARM("red")',
    'SOMETIMES("red")',
    'TRUE',
  ])('%j is refused', (rule) => {
    expect(() => parseAlarmRule(rule)).toThrow('is not supported');
  });

  it('names the alarms that it asks for', () => {
    expect(alarmsIn(parseAlarmRule('ALARM("a") OR NOT OK("b")'))).toEqual(['a', 'b']);
  });
});
