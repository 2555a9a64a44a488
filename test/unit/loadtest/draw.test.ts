import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawEvenly, mixedDraws, predictHits, zipf } from '../../../loadtest/lib/draw.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('drawEvenly()', () => {
  it('gives the same draw for the same seed and number, and others for others', () => {
    expect(drawEvenly(7, 3)).toBe(drawEvenly(7, 3));
    expect(new Set(numbers(1000).map((n) => drawEvenly(7, n))).size).toBeGreaterThan(995);
    expect(drawEvenly(7, 3)).not.toBe(drawEvenly(8, 3));
  });

  it('stays from 0 up to 1 for any seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), (seed, number) => {
        const draw = drawEvenly(seed, number);
        expect(draw >= 0 && draw < 1).toBe(true);
      }),
    );
  });

  it('spreads evenly over tenths', () => {
    const tenths = new Array<number>(10).fill(0);
    for (const n of numbers(20_000)) {
      const tenth = Math.floor(drawEvenly(1, n) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});

describe('zipf()', () => {
  it('draws every rank that there is and no other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (size, even) => {
          const rank = zipf(size)(even);
          expect(Number.isInteger(rank) && rank >= 0 && rank < size).toBe(true);
        },
      ),
    );
    expect(zipf(50)(0)).toBe(0);
    expect(zipf(50)(1 - 2 ** -32)).toBe(49);
  });

  it('draws each rank in proportion to its weight', () => {
    const size = 20;
    const draws = numbers(40_000).map((n) => zipf(size, 0.8)(drawEvenly(3, n)));
    const weights = numbers(size).map((rank) => (rank + 1) ** -0.8);
    const sum = weights.reduce((a, b) => a + b);
    for (const [rank, weight] of weights.entries()) {
      const seen = draws.filter((draw) => draw === rank).length / draws.length;
      expect(seen).toBeCloseTo(weight / sum, 1.7);
    }
  });
});

describe('mixedDraws()', () => {
  it('draws images of the catalogue, and now and then an invalid request', () => {
    const draw = mixedDraws(1, 30);
    const drawn = Array.from({ length: 400 }, (_, view) => draw(view));
    const invalid = drawn.flatMap((one) => ('invalid' in one ? [one.invalid] : []));
    expect(invalid).toEqual(Array.from({ length: 20 }, (_, n) => n));
    for (const one of drawn) if ('image' in one) expect(one.image).toBeLessThan(30);
  });

  it('predicts the hits of a cache that keeps everything', () => {
    const [seed, catalogue, views] = [5, 40, 300];
    const draw = mixedDraws(seed, catalogue);
    const held = new Set<number>();
    let [hits, images] = [0, 0];
    for (let view = 0; view < views; view += 1) {
      const one = draw(view);
      if (!('image' in one)) continue;
      images += 1;
      if (held.has(one.image)) hits += 1;
      held.add(one.image);
    }
    expect(predictHits(seed, catalogue, views)).toBeCloseTo(hits / images, 10);
  });

  it('predicts close to the closed form, averaged over seeds', () => {
    const [catalogue, views, exponent] = [100, 300, 0.8];
    const weights = numbers(catalogue).map((rank) => (rank + 1) ** -exponent);
    const sum = weights.reduce((a, b) => a + b);
    const images = views * (1 - 1 / 20);
    const distinct = weights.reduce((seen, weight) => seen + 1 - (1 - weight / sum) ** images, 0);
    const measured = numbers(200).map((seed) => predictHits(seed, catalogue, views));
    expect(measured.reduce((a, b) => a + b) / measured.length).toBeCloseTo(1 - distinct / images, 2);
  });
});
