import { Properties } from '../../template/properties.ts';
import type { ResourceIndex } from '../../template/template.ts';
import { type Expression, parseExpression } from '../expression.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import { type AlarmState, evaluateAlarm, type MetricAlarm, readMetricAlarm } from './metric-alarm.ts';

export interface Transition {
  readonly alarm: string;
  readonly atSeconds: number;
  readonly from: AlarmState;
  readonly to: AlarmState;
}

export interface Alarms {
  readonly names: readonly string[];
  stateOf(alarm: string): AlarmState;
  /** Evaluates metric alarms, then composite alarms, as CloudWatch does every minute. */
  evaluate(nowSeconds: number, sinceSeconds?: number): readonly Transition[];
  history(): readonly Transition[];
}

interface CompositeAlarm {
  readonly name: string;
  readonly rule: AlarmRule;
}

/** The alarms of a template, evaluated over a store of metrics. */
export function createAlarms(template: ResourceIndex, store: MetricStore): Alarms {
  const metricAlarms = template.ofType('AWS::CloudWatch::Alarm').map(Properties.of).map(readMetricAlarm);
  const composites = inOrder(
    template
      .ofType('AWS::CloudWatch::CompositeAlarm')
      .map(Properties.of)
      .map((alarm) => ({
        name: alarm.text('AlarmName'),
        rule: parseAlarmRule(alarm.text('AlarmRule')),
      })),
    metricAlarms,
  );
  const names = [...metricAlarms, ...composites].map(({ name }) => name);
  const states = new Map<string, AlarmState>(names.map((name) => [name, 'INSUFFICIENT_DATA']));
  const history: Transition[] = [];

  function stateOf(alarm: string): AlarmState {
    const state = states.get(alarm);
    if (state === undefined) throw new Error(`No alarm "${alarm}": expected one of ${names.join(', ')}`);
    return state;
  }

  return {
    names,
    stateOf,
    history: () => history,
    evaluate(nowSeconds, sinceSeconds = 0) {
      const transitions: Transition[] = [];
      const set = (alarm: string, to: AlarmState) => {
        const from = stateOf(alarm);
        if (from === to) return;
        states.set(alarm, to);
        transitions.push({ alarm, atSeconds: nowSeconds, from, to });
      };
      const time = { nowSeconds, sinceSeconds };
      for (const alarm of metricAlarms) set(alarm.name, evaluateAlarm(alarm, store, time, stateOf(alarm.name)));
      for (const { name, rule } of composites) set(name, ruleHolds(rule, stateOf) ? 'ALARM' : 'OK');
      history.push(...transitions);
      return transitions;
    },
  };
}

/** Orders composite alarms so that each follows those in its rule. CloudWatch stops evaluating a cycle; here it is an error. */
function inOrder(
  composites: readonly CompositeAlarm[],
  metricAlarms: readonly MetricAlarm[],
): readonly CompositeAlarm[] {
  const known = new Set(metricAlarms.map(({ name }) => name));
  const ordered: CompositeAlarm[] = [];
  let waiting = [...composites];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ rule }) => alarmsIn(rule).every((name) => known.has(name)));
    if (ready.length === 0) {
      const lines = waiting.map(({ name, rule }) => `${name} uses ${alarmsIn(rule).filter((one) => !known.has(one))}`);
      throw new Error(`Alarms depend on each other or on an unknown alarm: ${lines.join('; ')}`);
    }
    for (const alarm of ready) known.add(alarm.name);
    ordered.push(...ready);
    waiting = waiting.filter((alarm) => !ready.includes(alarm));
  }
  return ordered;
}

type AlarmRule =
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
