import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../local/aws/cloudwatch/expression.ts';
import { asSeries, evaluateQueries, type MathQuery } from '../../../local/aws/cloudwatch/metrics/metric-math.ts';

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

  it('IF(metric1, scalar2, metric3)', () => {
    const metrics = { metric1: [1, 1, 0, 0, '-'], metric3: [0, 0, 20, '-', 20] } as const;
    expect(evaluate('IF(metric1, 5, metric3)', metrics)).toEqual([5, 5, 20, '-', '-']);
  });

  it('IF(metric1, metric2, scalar3)', () => {
    const metrics = { metric1: [1, 1, 0, 0, '-'], metric2: [30, '-', 0, 0, 30] } as const;
    expect(evaluate('IF(metric1, metric2, 5)', metrics)).toEqual([30, 0, 5, 5, '-']);
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
    ['5 * m1', five(15, 10, 0)],
    ['m1 / 2', five(1.5, 1, 0)],
    ['-m1', five(-3, -2, -0)],
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
    ['m1 ! 2', 'is not supported'],
    ['(m1', 'is not supported'],
    ['m1 m2', 'A Compound is not supported'],
    ['m1.m2', 'A MemberExpression is not supported'],
    ['[m1]', 'A ArrayExpression is not supported'],
    ['m1 ? m2 : m1', 'is not supported'],
    ['m1 ^ 2', 'is not supported'],
    ['NOT m1', 'The operator NOT is not supported'],
    ['FILL(m1, REPEAT)', '"REPEAT" is not the id'],
    ['PERIOD(m1)', '"result" is 60: expected a series'],
    ['PERIOD(m1 + 1) * m1', 'PERIOD does not take (a series)'],
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
    ['a / b / c', '(a / b) / c'],
    ['IF(a>=20,100*b/a,0)', 'IF( a >= 20, (100 * b) / a, 0 )'],
  ])('reads %s as %s', (one, other) => {
    expect(parseExpression(one)).toEqual(parseExpression(other));
  });
});
