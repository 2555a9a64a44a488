import { type Expression, parseExpression } from '../expression.ts';
import type { AlarmState } from './alarm-state.ts';

export type AlarmRule =
  | { readonly is: 'state'; readonly state: AlarmState; readonly alarm: string }
  | { readonly is: 'not'; readonly of: AlarmRule }
  | { readonly is: 'and' | 'or'; readonly parts: readonly [AlarmRule, AlarmRule] };

/** Reads the rule of a composite alarm (API reference, PutCompositeAlarm): alarms by quoted name or ARN, AND, OR, NOT. */
export function parseAlarmRule(text: string): AlarmRule {
  return ruleOf(parseExpression(text), text);
}

function ruleOf(expression: Expression, text: string): AlarmRule {
  const inner = (one: Expression) => ruleOf(one, text);
  if (expression.is === 'binary' && (expression.operator === 'AND' || expression.operator === 'OR')) {
    const parts = [inner(expression.left), inner(expression.right)] as const;
    return { is: expression.operator === 'AND' ? 'and' : 'or', parts };
  }
  if (expression.is === 'unary' && expression.operator === 'NOT') return { is: 'not', of: inner(expression.of) };
  if (expression.is === 'call' && isAlarmState(expression.name)) {
    const [alarm, ...others] = expression.arguments;
    if (alarm?.is === 'text' && others.length === 0) {
      return { is: 'state', state: expression.name, alarm: nameOf(alarm.text) };
    }
  }
  throw new Error(`The alarm rule ${text} is not supported: expected ALARM("name"), AND, OR and NOT`);
}

function isAlarmState(name: string): name is AlarmState {
  return ['ALARM', 'OK', 'INSUFFICIENT_DATA'].includes(name);
}

/** An alarm can be given by its ARN, `arn:aws:cloudwatch:us-east-1:123456789012:alarm:name`. */
function nameOf(given: string): string {
  return given.replace(/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/, '');
}

/** A composite alarm has no missing data: it is ALARM or OK. */
export function ruleHolds(rule: AlarmRule, stateOf: (alarm: string) => AlarmState): boolean {
  switch (rule.is) {
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !ruleHolds(rule.of, stateOf);
    case 'and':
      return rule.parts.every((part) => ruleHolds(part, stateOf));
    case 'or':
      return rule.parts.some((part) => ruleHolds(part, stateOf));
  }
}

export function alarmsIn(rule: AlarmRule): readonly string[] {
  if (rule.is === 'state') return [rule.alarm];
  return rule.is === 'not' ? alarmsIn(rule.of) : rule.parts.flatMap(alarmsIn);
}
