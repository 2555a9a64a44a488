import { mapPoints } from './operators.ts';
import {
  MathError,
  type Points,
  type Range,
  type Series,
  scalar,
  series,
  timestamps,
  type Value,
  wrongArguments,
} from './value.ts';

/** What a function may ask of the request around it. */
export interface Request {
  readonly range: Range;
  /** Metrics, not expressions, in their order. */
  readonly metrics: readonly Series[];
}

type MathFunction = (given: readonly Value[], request: Request, name: string) => Value;

/** Each point for itself. */
const each =
  (change: (value: number) => number): MathFunction =>
  (given, _, name) =>
    eachSeries(given, name, ({ points }) => series(mapPoints(points, change)));

/** Each point with the one before it. */
const withBefore =
  (change: (value: number, before: number, seconds: number) => number): MathFunction =>
  (given, _, name) =>
    eachSeries(given, name, ({ points }) => {
      const sorted = [...points].sort(([a], [b]) => a - b);
      return series(
        new Map(
          sorted.slice(1).map(([at, value], index) => {
            const [beforeAt, before] = sorted[index] ?? [at, value];
            return [at, change(value, before, at - beforeAt)];
          }),
        ),
      );
    });

/** One number of a series; of several series, one series. */
const over =
  (reduce: (values: readonly number[]) => number, missing: 'zero' | 'left out'): MathFunction =>
  (given, _, name) => {
    const [value] = arity(given, 1, name);
    if (value?.kind === 'series') return scalar(reduce([...value.points.values()]));
    if (value?.kind !== 'list') throw wrongArguments(name, given);
    const times = new Set(value.items.flatMap(({ points }) => [...points.keys()]));
    return series(
      new Map(
        [...times]
          .sort((a, b) => a - b)
          .map((at) => {
            const values = value.items.flatMap(({ points }) => points.get(at) ?? (missing === 'zero' ? [0] : []));
            return [at, reduce(values)];
          }),
      ),
    );
  };

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** The functions that are known here. Any other is refused by its name. */
export const functions: Readonly<Record<string, MathFunction>> = {
  ABS: each(Math.abs),
  CEIL: each(Math.ceil),
  FLOOR: each(Math.floor),
  LOG: each(Math.log),
  LOG10: each(Math.log10),
  DIFF: withBefore((value, before) => value - before),
  RATE: withBefore((value, before, seconds) => (value - before) / seconds),
  AVG: over((values) => total(values) / values.length, 'zero'),
  SUM: over(total, 'zero'),
  // The documentation does not say what a missing value is to these two.
  MIN: over((values) => Math.min(...values), 'left out'),
  MAX: over((values) => Math.max(...values), 'left out'),
  DATAPOINT_COUNT: over((values) => values.length, 'left out'),
  RUNNING_SUM: (given, _, name) => eachSeries(given, name, ({ points }) => series(runningSum(points))),
  FILL: (given, { range }, name) => fill(given, range, name),
  IF: (given, _, name) => choose(given, name),
  METRICS(given, { metrics }, name) {
    const [part] = given;
    if (given.length > 1 || (part && part.kind !== 'text')) throw wrongArguments(name, given);
    return { kind: 'list', items: metrics.filter(({ id = '' }) => !part || id.includes(part.text)) };
  },
  METRIC_COUNT(given, _, name) {
    const [list] = arity(given, 1, name);
    if (list?.kind !== 'list') throw wrongArguments(name, given);
    return scalar(list.items.length);
  },
  PERIOD(given, _, name) {
    const [metric] = arity(given, 1, name);
    if (metric?.kind !== 'series' || metric.periodSeconds === undefined) {
      throw new MathError('PERIOD takes a metric, not the result of an expression');
    }
    return scalar(metric.periodSeconds);
  },
  TIME_SERIES(given, { range }, name) {
    const [value] = arity(given, 1, name);
    if (value?.kind !== 'scalar') throw wrongArguments(name, given);
    return series(new Map(timestamps(range).map((at) => [at, value.value])));
  },
};

function runningSum(points: Points): Points {
  let sum = 0;
  return new Map(
    [...points]
      .sort(([a], [b]) => a - b)
      .map(([at, value]) => {
        sum += value;
        return [at, sum];
      }),
  );
}

function eachSeries(given: readonly Value[], name: string, change: (one: Series) => Series): Value {
  const [value] = arity(given, 1, name);
  if (value?.kind === 'series') return change(value);
  if (value?.kind === 'list') return { kind: 'list', items: value.items.map(change) };
  throw wrongArguments(name, given);
}

function arity(given: readonly Value[], count: number, name: string): readonly Value[] {
  if (given.length !== count) throw wrongArguments(name, given);
  return given;
}

/**
 * "Using IF expressions": a point is dropped where the condition has none, and where it is false and there is nothing
 * else; where it is true and the second series has none, it is 0.
 */
function choose(given: readonly Value[], name: string): Value {
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

/** `FILL(series, filler)`: a number, another series, the value before the gap, or a line across it. */
function fill(given: readonly Value[], range: Range, name: string): Value {
  const [value, filler] = given;
  if (!value || !filler || given.length !== 2 || filler.kind === 'list') throw wrongArguments(name, given);
  if (value.kind === 'series') return fillOne(value, filler, range);
  if (value.kind === 'list') return { kind: 'list', items: value.items.map((one) => fillOne(one, filler, range)) };
  throw wrongArguments(name, given);
}

function fillOne({ points }: Series, filler: Value, range: Range): Series {
  const filled = new Map<number, number>();
  for (const at of timestamps(range)) {
    const value = points.get(at) ?? fillerAt(filler, points, at);
    if (value !== undefined) filled.set(at, value);
  }
  return series(filled);
}

function fillerAt(filler: Value, points: Points, at: number): number | undefined {
  switch (filler.kind) {
    case 'scalar':
      return filler.value;
    case 'series':
      return filler.points.get(at);
    case 'text':
      return filler.text === 'REPEAT' ? before(points, at)?.value : between(points, at);
    default:
      return undefined;
  }
}

interface Point {
  readonly at: number;
  readonly value: number;
}

function before(points: Points, at: number): Point | undefined {
  return nearest(points, (time) => time < at, Math.max);
}

function nearest(points: Points, isMeant: (at: number) => boolean, choose: (...times: number[]) => number) {
  const times = [...points.keys()].filter(isMeant);
  if (times.length === 0) return undefined;
  const at = choose(...times);
  return { at, value: points.get(at) ?? 0 };
}

/** A gap at either end has only one side, and stays. */
function between(points: Points, at: number): number | undefined {
  const left = before(points, at);
  const right = nearest(points, (time) => time > at, Math.min);
  if (!left || !right) return undefined;
  return left.value + ((right.value - left.value) * (at - left.at)) / (right.at - left.at);
}
