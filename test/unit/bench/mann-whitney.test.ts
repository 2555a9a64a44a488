import { describe, expect, test } from 'vitest';
import { mannWhitney } from '../../../bench/mann-whitney.ts';

describe('mannWhitney()', () => {
  test('gives the textbook value: permeability of the chorioamnion (Hollander and Wolfe, 1973, page 69)', () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    // R: wilcox.test(x, y): W = 35, p-value = 0.2544 (one-sided, as in the book: 0.1272).
    const { u, p } = mannWhitney(term, early);
    expect(u).toBe(35);
    expect(p).toBeCloseTo(0.2544, 4);
  });

  test.each([
    // Of the 20 orders of three and three, one has U = 0 and one U = 9.
    [[1, 2, 3], [4, 5, 6], 0, 2 / 20],
    [[4, 5, 6], [1, 2, 3], 9, 2 / 20],
    // U = 1: two of 20 orders lie at or below.
    [[1, 2, 4], [3, 5, 6], 1, 4 / 20],
    // Nothing more equal than this: 1.
    [[1, 4], [2, 3], 2, 1],
    [[1], [2], 0, 1],
  ])('counts the orders of %j and %j: U %f, p %f', (first, second, u, p) => {
    const result = mannWhitney(first, second);
    expect(result.u).toBe(u);
    expect(result.p).toBeCloseTo(p, 12);
  });

  test('corrects for ties, as R does', () => {
    // By hand: U = 0.5 + 1 + 1 + 0.5, with ties of two and of two.
    const { u, p } = mannWhitney([1, 2, 3, 4, 5], [3, 5, 6, 7, 8]);
    expect(u).toBe(3);
    const sigma = Math.sqrt((25 / 12) * (11 - 12 / 90));
    expect((12.5 - 3 - 0.5) / sigma).toBeCloseTo(1.8915, 4);
    // Normal table: 2 * (1 - 0.97072) = 0.0586.
    expect(p).toBeCloseTo(0.0586, 3);
  });

  test('finds no difference where all are equal', () => {
    expect(mannWhitney([5, 5, 5], [5, 5, 5])).toEqual({ u: 4.5, p: 1 });
  });

  test('agrees with the exact count where it goes over to the normal distribution', () => {
    const ours = Array.from({ length: 20 }, (_, i) => i * 2);
    const theirs = Array.from({ length: 20 }, (_, i) => i * 2 + 7);
    const exact = mannWhitney(ours, theirs).p;
    const tied = mannWhitney([...ours.slice(1), 1000], [...theirs.slice(1), 1000]).p;
    expect(exact).toBeGreaterThan(0.03);
    expect(Math.abs(exact - tied)).toBeLessThan(0.03);
  });

  test('refuses a side without samples', () => {
    expect(() => mannWhitney([], [1])).toThrow('0 and 1 samples were given');
  });
});
