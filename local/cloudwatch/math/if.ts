import { series, type Value, wrongArguments } from './value.ts';

/**
 * "Using IF expressions": a point is dropped where the condition has none, and where it is false and there is nothing
 * else; where it is true and the second series has none, it is 0.
 */
export function choose(given: readonly Value[], name: string): Value {
  const [condition, yes, no] = given;
  const isPart = (value: Value | undefined) => value?.kind === 'series' || value?.kind === 'scalar';
  if (given.length < 2 || given.length > 3 || !condition || !isPart(yes) || (no && !isPart(no)))
    throw wrongArguments(name, given);
  if (condition.kind === 'scalar') {
    const chosen = condition.value !== 0 ? yes : no;
    if (yes?.kind !== 'series') throw wrongArguments(name, given);
    return chosen ?? series(new Map());
  }
  if (condition.kind !== 'series') throw wrongArguments(name, given);
  const points = new Map<number, number>();
  for (const [at, holds] of condition.points) {
    const value = holds !== 0 ? (valueAt(yes, at) ?? 0) : valueAt(no, at);
    if (value !== undefined) points.set(at, value);
  }
  return series(points);
}

function valueAt(value: Value | undefined, at: number): number | undefined {
  if (value?.kind === 'scalar') return value.value;
  return value?.kind === 'series' ? value.points.get(at) : undefined;
}
