import { functions, type Request } from './functions.ts';
import { negate, operate } from './operators.ts';
import { type Expression, parseExpression } from './syntax.ts';
import { MathError, type Points, type Range, type Series, scalar, type Value } from './value.ts';

/** One entry of a request: a metric whose points are known, or an expression over the ids of others. */
export type MathQuery = { readonly id: string } & (
  | { readonly points: Points; readonly periodSeconds: number }
  | { readonly expression: string }
);

/** Words that some functions take where others take values. */
const keywords = new Set(['REPEAT', 'LINEAR']);

/** Everything that a request asks for, by id. An expression may use any other, whatever the order. */
export function evaluateQueries(queries: readonly MathQuery[], range: Range): ReadonlyMap<string, Value> {
  const done = new Map<string, Value>();
  const metrics: Series[] = [];
  for (const query of queries) {
    if (!/^[a-z]\w*$/.test(query.id)) throw new MathError(`"${query.id}" is no id: expected a lower-case letter first`);
    if (!('points' in query)) continue;
    const metric: Series = { kind: 'series', points: query.points, periodSeconds: query.periodSeconds, id: query.id };
    metrics.push(metric);
    done.set(query.id, metric);
  }
  const open: string[] = [];

  function lookUp(id: string): Value {
    const known = done.get(id);
    if (known) return known;
    const query = queries.find((one) => one.id === id);
    if (!query || !('expression' in query)) throw new MathError(`"${id}" is not the id of a metric or an expression`);
    if (open.includes(id)) throw new MathError(`Expressions go round: ${[...open, id].join(' -> ')}`);
    open.push(id);
    const value = evaluate(parseExpression(query.expression), lookUp, { range, metrics });
    open.pop();
    done.set(id, value);
    return value;
  }

  return new Map(queries.map(({ id }) => [id, lookUp(id)]));
}

function evaluate(expression: Expression, lookUp: (id: string) => Value, request: Request): Value {
  const inner = (one: Expression) => evaluate(one, lookUp, request);
  switch (expression.node) {
    case 'number':
      return scalar(expression.value);
    case 'text':
      return { kind: 'text', text: expression.text };
    case 'name':
      return keywords.has(expression.name) ? { kind: 'text', text: expression.name } : lookUp(expression.name);
    case 'negate':
      return negate(inner(expression.of));
    case 'operation':
      return operate(expression.operator, inner(expression.left), inner(expression.right));
    case 'list':
      return { kind: 'list', items: expression.items.flatMap((item) => asSeries(inner(item))) };
    case 'call': {
      const call = functions[expression.name];
      if (!call) {
        throw new MathError(
          `The function ${expression.name} is not known here, only ${Object.keys(functions).join(', ')}`,
        );
      }
      return call(expression.arguments.map(inner), request, expression.name);
    }
  }
}

function asSeries(value: Value): readonly Series[] {
  if (value.kind === 'series') return [value];
  if (value.kind === 'list') return value.items;
  throw new MathError('A list in square brackets takes series only');
}

/** What a graph or an alarm gets of a value: "The final result must be a single time series or an array of them". */
export function resultOf(id: string, value: Value): readonly Series[] {
  if (value.kind === 'series') return [value];
  if (value.kind === 'list') return value.items;
  throw new MathError(`"${id}" is a number, expected a series: use TIME_SERIES() to draw one`);
}
