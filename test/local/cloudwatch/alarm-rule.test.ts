import { describe, expect, it } from 'vitest';
import { alarmsIn, parseAlarmRule, ruleHolds } from '../../../local/aws/cloudwatch/alarms/alarm-rule.ts';
import type { AlarmState } from '../../../local/aws/cloudwatch/alarms/alarm-state.ts';

const states: Readonly<Record<string, AlarmState>> = { red: 'ALARM', green: 'OK', grey: 'INSUFFICIENT_DATA' };
const stateOf = (alarm: string) => states[alarm] ?? 'OK';

describe('the rule of a composite alarm', () => {
  it.each([
    ['ALARM(red)', true],
    ['ALARM("red")', true],
    ['ALARM("arn:aws:cloudwatch:us-east-1:123456789012:alarm:red")', true],
    ['ALARM(green) OR ALARM(red)', true],
    ['ALARM(red) AND ALARM(green)', false],
    ['NOT ALARM(green)', true],
    ['OK(green) AND INSUFFICIENT_DATA(grey)', true],
    // AND binds stronger than OR.
    ['ALARM(red) OR ALARM(green) AND ALARM(grey)', true],
    ['(ALARM(red) OR ALARM(green)) AND ALARM(grey)', false],
    ['NOT (ALARM(red) AND ALARM(green)) AND NOT FALSE', true],
    ['TRUE', true],
    ['FALSE', false],
  ])('%s is %s', (rule, expected) => {
    expect(ruleHolds(parseAlarmRule(rule), stateOf)).toBe(expected);
  });

  it.each([
    ['', 'its end given, expected an alarm'],
    ['ALARM(red) ALARM(green)', 'expected the end'],
    ['ALARM(red) AND', 'its end given, expected an alarm'],
    ['(ALARM(red)', 'expected ")"'],
    ['SOMETIMES(red)', 'cannot be read from "SOMETIMES(red)" on'],
  ])('%j is refused', (rule, message) => {
    expect(() => parseAlarmRule(rule)).toThrow(message);
  });

  it('names the alarms that it asks for', () => {
    expect(alarmsIn(parseAlarmRule('ALARM(a) OR NOT (OK("b") AND TRUE)'))).toEqual(['a', 'b']);
  });
});
