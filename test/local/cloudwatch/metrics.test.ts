import { describe, expect, it } from 'vitest';
import {
  asSeries,
  evaluateQueries,
  type MathQuery,
  parseExpression,
} from '../../../local/aws/cloudwatch/metrics/metric-math.ts';
import { createMetricStore, type Sample } from '../../../local/aws/cloudwatch/metrics/metric-store.ts';

const noon = 1_700_000_000 - (1_700_000_000 % 86_400) + 43_200;
const calls = { namespace: 'N', name: 'Calls', dimensions: { stage: 'test', service: 'a' } };

function storeOf(...samples: readonly Omit<Sample, 'namespace' | 'name' | 'dimensions'>[]) {
  const store = createMetricStore();
  for (const sample of samples) store.put({ ...calls, ...sample });
  const read = (statistic: string, periodSeconds = 60, minutes = 10, nowSeconds = noon + 86_400) =>
    Object.fromEntries(
      [
        ...store.read({
          ...calls,
          statistic,
          startSeconds: noon,
          endSeconds: noon + minutes * 60,
          periodSeconds,
          nowSeconds,
        }),
      ].map(([at, value]) => [(at - noon) / 60, value]),
    );
  return { store, read };
}

describe('createMetricStore()', () => {
  it('gives one point for each period that has samples, whatever order they came in', () => {
    const { read } = storeOf(
      { atSeconds: noon + 130, value: 4 },
      { atSeconds: noon + 10, value: 1 },
      { atSeconds: noon + 59.9, value: 2 },
      { atSeconds: noon + 610, value: 100 },
      { atSeconds: noon - 1, value: 100 },
    );
    expect(read('Sum')).toEqual({ 0: 3, 2: 4 });
    expect(read('Sum', 120)).toEqual({ 0: 3, 2: 4 });
    expect(read('Sum', 300)).toEqual({ 0: 7 });
  });

  it.each([
    ['Sum', 10],
    ['Average', 2.5],
    ['Minimum', 1],
    ['Maximum', 4],
    ['SampleCount', 4],
    ['p0', 1],
    ['p50', 2.5],
    ['p100', 4],
  ])('knows the statistic %s, also over minutes', (statistic, value) => {
    const samples = [4, 1, 3, 2].map((one, index) => ({ atSeconds: noon + index * 60, value: one }));
    expect(storeOf(...samples).read(statistic, 600)).toEqual({ 0: value });
  });

  it('shows of a minute what is visible by then', () => {
    const { read } = storeOf(
      { atSeconds: noon, value: 1, visibleAtSeconds: noon + 120 },
      { atSeconds: noon + 1, value: 10, visibleAtSeconds: noon + 180 },
    );
    expect(read('Sum', 60, 10, noon + 119)).toEqual({});
    expect(read('Sum', 60, 10, noon + 120)).toEqual({ 0: 1 });
    expect(read('Sum', 60, 10, noon + 180)).toEqual({ 0: 11 });
  });

  it('takes exactly the dimensions for the metric, in whatever order', () => {
    const { store } = storeOf({ atSeconds: noon, value: 1 });
    const range = { startSeconds: noon, endSeconds: noon + 60, periodSeconds: 60, nowSeconds: noon + 60 };
    const sum = (dimensions: Record<string, string>) => [
      ...store.read({ ...calls, dimensions, ...range, statistic: 'Sum' }).values(),
    ];
    expect(sum({ service: 'a', stage: 'test' })).toEqual([1]);
    expect(sum({ stage: 'test' })).toEqual([]);
    expect(sum({ stage: 'test', service: 'a', preset: 'b' })).toEqual([]);
    expect(store.metrics()).toEqual([calls]);
  });

  it('keeps percentiles true of a minute with more values than it keeps', () => {
    const many = 10_000;
    const values = [...Array(many).keys()];
    const { read } = storeOf(...values.map((value) => ({ atSeconds: noon, value: (value * 7919) % many })));
    expect(read('SampleCount')).toEqual({ 0: many });
    expect(read('Sum')).toEqual({ 0: (many * (many - 1)) / 2 });
    expect(Math.abs((read('p95')[0] ?? 0) - 0.95 * many)).toBeLessThan(0.02 * many);
  });
});

/** As the documentation writes series: `-` is a point that is missing. */
type Written = readonly (number | '-')[];

const minute = 60;

function evaluate(expression: string, metrics: Readonly<Record<string, Written>> = {}): Written {
  const length = Math.max(5, ...Object.values(metrics).map((points) => points.length));
  const queries: MathQuery[] = Object.entries(metrics).map(([id, points]) => ({
    id,
    periodSeconds: minute,
    points: new Map(points.flatMap((value, index) => (value === '-' ? [] : [[index * minute, value] as const]))),
  }));
  const range = { startSeconds: 0, endSeconds: length * minute, periodSeconds: minute };
  const { points } = asSeries(
    'result',
    evaluateQueries([...queries, { id: 'result', expression }], range).get('result'),
  );
  return [...Array(length).keys()].map((index) => points.get(index * minute) ?? ('-' as const));
}

/** Fills up to the five points of a request. */
const five = (...points: (number | '-')[]): Written => [...points, ...Array(5).fill('-')].slice(0, 5);

describe('metric math, by the tables of "Using math expressions with CloudWatch metrics"', () => {
  it.each<[string, Written]>([
    ['metric1 < metric2', five(0, 0, 1, 0)],
    ['metric1 >= 30', five(1, 0, 0, 0)],
    ['metric1 > 15 AND metric2 > 15', five(1, 0, 0, 0)],
  ])('compares: %s', (expression, expected) => {
    expect(evaluate(expression, { metric1: [30, 20, 0, 0], metric2: [20, '-', 20, '-'] })).toEqual(expected);
  });

  it('IF(metric1, metric2, metric3)', () => {
    const metrics = {
      metric1: [1, 1, 0, 0, '-'],
      metric2: [30, '-', 0, 0, 30],
      metric3: [0, 0, 20, '-', 20],
    } as const;
    expect(evaluate('IF(metric1, metric2, metric3)', metrics)).toEqual([30, 0, 20, '-', '-']);
  });

  it.each<[string, Written]>([
    ['IF(1, metric2, metric3)', five(1, 2)],
    ['IF(0, metric2, metric3)', five(3, 4)],
    ['IF(0, metric2)', five()],
    ['IF(metric2 > 1, metric2)', five('-', 2)],
    ['IF(metric2 < 2, 10, 2)', five(10, 2)],
  ])('chooses: %s', (expression, expected) => {
    expect(evaluate(expression, { metric2: [1, 2], metric3: [3, 4] })).toEqual(expected);
  });

  it.each<[string, Written]>([
    ['m1 + m2', five(4, 2, 0, 6)],
    ['m1 - m2', five(2, 2, 0, -6)],
    ['m1 + 2 * m1', five(9, 6, 0)],
    ['(m1 + 2) * m1', five(15, 8, 0)],
  ])('takes a missing point for 0 where the other side has one: %s', (expression, expected) => {
    expect(evaluate(expression, { m1: [3, 2, 0, '-'], m2: [1, '-', 0, 6] })).toEqual(expected);
  });

  it('drops a point that would be divided by zero', () => {
    expect(evaluate('m1 / m2', { m1: [6, 6, 6], m2: [2, 0, '-'] })).toEqual(five(3));
  });

  it.each<[string, Written]>([
    ['FILL(m1, 0)', [0, 4, 0, 0, 10]],
    ['FILL(m1, m2)', [1, 4, 3, '-', 10]],
    ['FILL(m3, 7)', [7, 7, 7, 7, 7]],
  ])('fills what is missing: %s', (expression, expected) => {
    expect(evaluate(expression, { m1: ['-', 4, '-', '-', 10], m2: [1, 2, 3], m3: [] })).toEqual(expected);
  });

  it('divides by the period', () => {
    expect(evaluate('m1 / PERIOD(m1)', { m1: [60, 120] })).toEqual(five(1, 2));
  });
});

describe('metric math refuses', () => {
  it.each([
    ['FILL(m1, "x")', 'Text is not supported'],
    ['SUM(m1)', 'The function SUM is not supported: expected one of IF, FILL, PERIOD'],
    ['m1 + m9', '"m9" is not the id of a metric or an expression'],
    ['m1 +', 'is not supported'],
    ['NOT m1', 'The operator NOT is not supported'],
    ['IF(m1, 1, 2, 3)', 'IF does not take (a series, a number, a number, a number)'],
    ['result', 'Expressions depend on each other: result -> result'],
  ])('%s', (expression, message) => {
    expect(() => evaluate(expression, { m1: [1], m2: [2] })).toThrow(message);
  });

  it('an id that begins with a capital', () => {
    expect(() => evaluate('1 * M1', { M1: [1] })).toThrow('"M1" is not an id');
  });
});

describe('parseExpression()', () => {
  it.each([
    ['a OR b AND c', 'a OR (b AND c)'],
    ['a > 1 AND b < 2', '(a > 1) AND (b < 2)'],
    ['a + b * c - d', '(a + (b * c)) - d'],
  ])('reads %s as %s', (one, other) => {
    expect(parseExpression(one)).toEqual(parseExpression(other));
  });
});
