import { fill } from './fill.ts';
import { choose } from './if.ts';
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
