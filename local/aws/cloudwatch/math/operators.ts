import type { Operator } from './syntax.ts';
import { MathError, type Points, type Scalar, type Series, scalar, series, typeName, type Value } from './value.ts';

/** `undefined` drops the point: division by zero does. */
type Operation = (left: number, right: number) => number | undefined;

const truth = (holds: boolean) => (holds ? 1 : 0);

const operations: Readonly<Record<Operator, Operation>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? undefined : left / right),
  '^': (left, right) => left ** right,
  '==': (left, right) => truth(left === right),
  '!=': (left, right) => truth(left !== right),
  '<=': (left, right) => truth(left <= right),
  '>=': (left, right) => truth(left >= right),
  '<': (left, right) => truth(left < right),
  '>': (left, right) => truth(left > right),
  AND: (left, right) => truth(left !== 0 && right !== 0),
  OR: (left, right) => truth(left !== 0 || right !== 0),
};

export function operate(operator: Operator, left: Value, right: Value): Value {
  const operation = operations[operator];
  if (left.kind === 'list' && (right.kind === 'series' || right.kind === 'scalar')) {
    return { kind: 'list', items: left.items.map((item) => combine(operation, item, right)) };
  }
  if (right.kind === 'list' && (left.kind === 'series' || left.kind === 'scalar')) {
    return { kind: 'list', items: right.items.map((item) => combine(operation, left, item)) };
  }
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    const value = operation(left.value, right.value);
    if (value === undefined) throw new MathError(`${left.value} ${operator} 0: a number cannot be divided by zero`);
    return scalar(value);
  }
  if ((left.kind === 'series' || left.kind === 'scalar') && (right.kind === 'series' || right.kind === 'scalar')) {
    return combine(operation, left, right);
  }
  throw new MathError(`"${operator}" takes no ${typeName(left)} and ${typeName(right)}`);
}

export function negate(value: Value): Value {
  return operate('*', scalar(-1), value);
}

/** Where only one side has a point, the other counts as 0. */
function combine(operation: Operation, left: Series | Scalar, right: Series | Scalar): Series {
  const points = new Map<number, number>();
  for (const at of timesOf(left, right)) {
    const value = operation(valueAt(left, at), valueAt(right, at));
    if (value !== undefined) points.set(at, value);
  }
  return series(points);
}

function timesOf(...sides: readonly (Series | Scalar)[]): number[] {
  const times = sides.flatMap((side) => (side.kind === 'series' ? [...side.points.keys()] : []));
  return [...new Set(times)].sort((a, b) => a - b);
}

function valueAt(side: Series | Scalar, at: number): number {
  return side.kind === 'scalar' ? side.value : (side.points.get(at) ?? 0);
}

export function mapPoints(points: Points, change: (value: number) => number): Points {
  return new Map([...points].map(([at, value]) => [at, change(value)]));
}
