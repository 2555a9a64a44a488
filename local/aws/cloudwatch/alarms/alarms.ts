import type jsep from 'jsep';
import { Properties } from '../../template/properties.ts';
import type { ResourceIndex } from '../../template/template.ts';
import { parseExpression } from '../metrics/metric-math.ts';
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
      for (const { name, rule } of composites) set(name, rule.holds(stateOf) ? 'ALARM' : 'OK');
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
    const ready = waiting.filter(({ rule }) => rule.alarms.every((name) => known.has(name)));
    if (ready.length === 0) {
      const lines = waiting.map(({ name, rule }) => `${name} uses ${rule.alarms.filter((one) => !known.has(one))}`);
      throw new Error(`Alarms depend on each other or on an unknown alarm: ${lines.join('; ')}`);
    }
    for (const alarm of ready) known.add(alarm.name);
    ordered.push(...ready);
    waiting = waiting.filter((alarm) => !ready.includes(alarm));
  }
  return ordered;
}

/** The rule of a composite alarm. It has no missing data: it is ALARM or OK. */
export interface AlarmRule {
  /** The alarms that it names. */
  readonly alarms: readonly string[];
  holds(stateOf: (alarm: string) => AlarmState): boolean;
}

/** Reads a rule (API reference, PutCompositeAlarm): alarms by quoted name or ARN, AND, OR, NOT. */
export function parseAlarmRule(text: string): AlarmRule {
  const alarms: string[] = [];
  const read = (node: jsep.CoreExpression): AlarmRule['holds'] => {
    const inner = (one: jsep.Expression) => read(one as jsep.CoreExpression);
    if (node.type === 'BinaryExpression' && (node.operator === 'AND' || node.operator === 'OR')) {
      const [left, right] = [inner(node.left), inner(node.right)];
      return node.operator === 'AND'
        ? (stateOf) => left(stateOf) && right(stateOf)
        : (stateOf) => left(stateOf) || right(stateOf);
    }
    if (node.type === 'UnaryExpression' && node.operator === 'NOT') {
      const of = inner(node.argument);
      return (stateOf) => !of(stateOf);
    }
    if (node.type === 'CallExpression' && alarmStates.includes(String(node.callee.name))) {
      const [alarm, ...others] = node.arguments;
      if (alarm?.type === 'Literal' && typeof alarm.value === 'string' && others.length === 0) {
        const name = nameOf(alarm.value);
        alarms.push(name);
        return (stateOf) => stateOf(name) === node.callee.name;
      }
    }
    throw new Error(`The alarm rule ${text} is not supported: expected ALARM("name"), AND, OR and NOT`);
  };
  return { holds: read(parseExpression(text)), alarms };
}

const alarmStates: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'] satisfies AlarmState[];

/** An alarm can be given by its ARN, `arn:aws:cloudwatch:us-east-1:123456789012:alarm:name`. */
function nameOf(given: string): string {
  return given.replace(/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/, '');
}
