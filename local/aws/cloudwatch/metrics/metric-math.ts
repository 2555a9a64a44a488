import jsep from 'jsep';
import type { MetricId, MetricStore } from './metric-store.ts';

/** The points of a series by timestamp, in seconds. A missing point is not 0. */
export type Points = ReadonlyMap<number, number>;

export interface Series {
  readonly points: Points;
  /** Present for a metric, absent for the result of an expression. */
  readonly periodSeconds?: number;
}

/** Lists of series and text are not emulated. */
export type Value = number | Series;

/** The periods of a request: from `start`, and before `end`. */
export interface Periods {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly periodSeconds: number;
}

/** One entry of a request: a metric with its points, or an expression over the ids of other entries. */
export type MathQuery = { readonly id: string } & (Required<Series> | { readonly expression: string });

/** One entry of a graph or an alarm: a metric in the store, or an expression over the ids of other entries. */
export type MetricQuery = { readonly id: string } & (
  | { readonly metric: MetricId; readonly statistic: string }
  | { readonly expression: string }
);

/** Evaluates all entries, by id, with the samples that CloudWatch shows at this time. */
export function evaluateMetrics(
  entries: readonly MetricQuery[],
  store: MetricStore,
  periods: Periods,
  nowSeconds: number,
): ReadonlyMap<string, Value> {
  const queries = entries.map((entry): MathQuery => {
    const { id } = entry;
    if ('expression' in entry) return { id, expression: entry.expression };
    const points = store.read({ ...entry.metric, ...periods, statistic: entry.statistic, nowSeconds });
    return { id, periodSeconds: periods.periodSeconds, points };
  });
  return evaluateQueries(queries, periods);
}

/** Evaluates all entries of a request, by id ("Using math expressions with CloudWatch metrics"). Their order is free. */
export function evaluateQueries(queries: readonly MathQuery[], periods: Periods): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  const open: string[] = [];

  function lookUp(id: string): Value {
    const known = values.get(id);
    if (known !== undefined) return known;
    const query = queries.find((one) => one.id === id);
    if (!query) throw new Error(`"${id}" is not the id of a metric or an expression`);
    if (open.includes(id)) throw new Error(`Expressions depend on each other: ${[...open, id].join(' -> ')}`);
    open.push(id);
    const value =
      'expression' in query ? evaluate(parseExpression(query.expression), { lookUp, periods }) : seriesOf(query);
    open.pop();
    values.set(id, value);
    return value;
  }

  const seriesOf = ({ points, periodSeconds }: Required<Series>): Series => ({ points, periodSeconds });
  for (const { id } of queries) {
    if (!/^[a-z]\w*$/.test(id)) throw new Error(`"${id}" is not an id: expected a lower-case letter first`);
  }
  return new Map(queries.map(({ id }) => [id, lookUp(id)]));
}

/** The result of a graph or an alarm: "The final result must be a single time series". */
export function asSeries(id: string, value: Value | undefined): Series {
  if (typeof value === 'object') return value;
  throw new Error(`"${id}" is ${value}: expected a series`);
}

interface MathContext {
  readonly periods: Periods;
  lookUp(id: string): Value;
}

function evaluate(node: jsep.CoreExpression, context: MathContext): Value {
  const inner = (one: jsep.Expression) => evaluate(one as jsep.CoreExpression, context);
  switch (node.type) {
    case 'Literal':
      if (typeof node.value === 'number') return node.value;
      throw new Error(`Text is not supported in metric math: ${node.raw}`);
    case 'Identifier':
      return context.lookUp(node.name);
    case 'BinaryExpression':
      return operate(node.operator, inner(node.left), inner(node.right));
    case 'UnaryExpression':
      if (node.operator === '-') return operate('*', -1, inner(node.argument));
      throw new Error(`The operator ${node.operator} is not supported in metric math`);
    case 'CallExpression': {
      const name = String(node.callee.name);
      const call = functions[name];
      if (call) return call(node.arguments.map(inner), context);
      throw new Error(`The function ${name} is not supported: expected one of ${Object.keys(functions).join(', ')}`);
    }
    default:
      throw new Error(`A ${node.type} is not supported in metric math`);
  }
}

/** `undefined` drops the point, as division by zero does. */
type Operation = (left: number, right: number) => number | undefined;

const operations: Readonly<Record<string, Operation>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? undefined : left / right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

/** Where only one side has a point, the other counts as 0. */
function operate(operator: string, left: Value, right: Value): Value {
  const operation = operations[operator];
  if (!operation) throw new Error(`The operator ${operator} is not supported`);
  if (typeof left === 'number' && typeof right === 'number') {
    const value = operation(left, right);
    if (value === undefined) throw new Error(`${left} ${operator} ${right}: a number cannot be divided by zero`);
    return value;
  }
  const times = [left, right].flatMap((side) => (typeof side === 'number' ? [] : [...side.points.keys()]));
  const points = new Map<number, number>();
  for (const at of times.sort((a, b) => a - b)) {
    const value = operation(valueAt(left, at) ?? 0, valueAt(right, at) ?? 0);
    if (value !== undefined) points.set(at, value);
  }
  return { points };
}

function valueAt(value: Value | undefined, at: number): number | undefined {
  return typeof value === 'number' ? value : value?.points.get(at);
}

const functions: Readonly<Record<string, (given: readonly Value[], context: MathContext) => Value>> = {
  /**
   * "Using IF expressions": a point is dropped where the condition has none, and where it is false and there is no third
   * argument. Where it is true and the second argument has no point, the point is 0.
   */
  IF(given) {
    const [condition, yes, no] = given;
    if (condition === undefined || yes === undefined || given.length > 3) throw wrongArguments('IF', given);
    if (typeof condition === 'number') return condition !== 0 ? yes : (no ?? { points: new Map() });
    const points = new Map<number, number>();
    for (const [at, holds] of condition.points) {
      const value = holds !== 0 ? (valueAt(yes, at) ?? 0) : valueAt(no, at);
      if (value !== undefined) points.set(at, value);
    }
    return { points };
  },

  /** Fills gaps with a number or with the points of another series. */
  FILL(given, { periods }) {
    const [series, filler] = given;
    if (typeof series !== 'object' || filler === undefined || given.length > 2) throw wrongArguments('FILL', given);
    const points = new Map<number, number>();
    for (let at = periods.startSeconds; at < periods.endSeconds; at += periods.periodSeconds) {
      const value = series.points.get(at) ?? valueAt(filler, at);
      if (value !== undefined) points.set(at, value);
    }
    return { points };
  },

  /** The period of a metric in seconds. */
  PERIOD(given) {
    const [metric] = given;
    if (typeof metric !== 'object' || metric.periodSeconds === undefined || given.length > 1) {
      throw wrongArguments('PERIOD', given);
    }
    return metric.periodSeconds;
  },
};

function wrongArguments(name: string, given: readonly Value[]): Error {
  const kinds = given.map((value) => (typeof value === 'number' ? 'a number' : 'a series'));
  return new Error(`${name} does not take (${kinds.join(', ')})`);
}

/**
 * Operators of metric math and of alarm rules, with their precedence. AWS documents no precedence for metric math; this is
 * the usual one.
 */
const operators: Readonly<Record<string, number>> = {
  OR: 1,
  AND: 2,
  ...{ '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3 },
  ...{ '+': 4, '-': 4, '*': 5, '/': 5 },
};

jsep.removeAllBinaryOps();
jsep.removeAllUnaryOps();
jsep.removeAllLiterals();
for (const [operator, precedence] of Object.entries(operators)) jsep.addBinaryOp(operator, precedence);
for (const operator of ['-', 'NOT']) jsep.addUnaryOp(operator);

/** Parses an expression of either language. Which kinds of nodes it may have, each language decides. */
export function parseExpression(text: string): jsep.CoreExpression {
  try {
    return jsep(text) as jsep.CoreExpression;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The expression ${JSON.stringify(text)} is not supported: ${why}`);
  }
}
