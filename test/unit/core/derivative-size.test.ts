import { describe, expect, it } from 'vitest';
import type { Format, Preset } from '../../../src/config.ts';
import { derivativeSize } from '../../../src/core/derivative-size.ts';

const limits = { maxDerivativePixels: 25_000_000 };
const square = { width: 200, height: 200, fit: 'cover' } as const;
const card = { width: 1200, height: 630, fit: 'cover' } as const;
const wide = { width: 1280, fit: 'inside' } as const;
const box = { width: 200, height: 50, fit: 'inside' } as const;

type Case = readonly [string, Omit<Preset, 'formats'>, readonly [number, number], readonly [number, number]];
const sizeOf = (preset: Case[1], [width, height]: Case[2], format: Format = 'jpg', frames = 1) =>
  derivativeSize({ preset: { formats: [], ...preset } }, { width, height, frames }, format, limits);

describe('derivativeSize()', () => {
  it.each<Case>([
    ['a cover exactly', square, [4000, 3000], [200, 200]],
    ['a cover of a narrow original in its shape', square, [150, 300], [150, 150]],
    ['a cover of a flat original in its shape', square, [4000, 60], [60, 60]],
    ['a card of a square original in its shape', card, [800, 800], [800, 420]],
    ['a card of an original of one pixel', card, [1, 1], [1, 1]],
    ['a cover of an original of exactly its size', card, [1200, 630], [1200, 630]],
    ['a cover that lacks one pixel of its width', card, [1199, 5000], [1199, 629]],
    ['a cover that may be enlarged', { ...square, enlarge: true }, [150, 300], [200, 200]],
    ['the width of a width preset', wide, [4000, 3000], [1280, 960]],
    ['the width for a long screenshot', wide, [1440, 14_000], [1280, 12_444]],
    ['the original’s width where that is less', wide, [1080, 20_000], [1080, 20_000]],
    ['the preset’s width where it may be enlarged', { ...wide, enlarge: true }, [640, 480], [1280, 960]],
    ['at least one pixel of height', wide, [20_000, 3], [1280, 1]],
    ['the whole image inside a box', box, [600, 400], [75, 50]],
    ['an image inside a box as it is', box, [100, 40], [100, 40]],
  ])('gives %s', (_, preset, original, [width, height]) => {
    const size = sizeOf(preset, original);
    expect(size).toMatchObject({ width, height });
    expect(size.reducedBy).toBeUndefined();
  });

  it('never gives a cover that is larger than the original, or of another shape', () => {
    for (let width = 1; width <= 1300; width += 7) {
      for (const height of [1, 2, 3, 100, 419, 420, 421, 629, 631, 2000]) {
        const size = sizeOf(card, [width, height]);
        expect(size.width).toBeLessThanOrEqual(width);
        expect(size.height).toBeLessThanOrEqual(height);
        // Within the rounding of a pixel, and of at least one.
        expect(Math.abs(size.height - (size.width * 630) / 1200)).toBeLessThanOrEqual(1);
      }
    }
  });

  it.each<[Format, number, number]>([
    ['jpg', 319, 65_500],
    ['webp', 79, 16_383],
    ['avif', 80, 16_384],
    ['png', 320, 65_535],
  ])('keeps within the greatest side of %s', (format, width, height) => {
    expect(sizeOf({ width: 320, fit: 'inside' }, [320, 65_535], format)).toMatchObject({
      width,
      height,
      ...(format !== 'png' && { reducedBy: 'side' }),
    });
  });

  it('keeps within the pixels of a derivative, in the same shape', () => {
    const size = sizeOf({ width: 1920, fit: 'inside' }, [2000, 20_000]);
    expect(size).toMatchObject({ width: 1581, height: 15_811, reducedBy: 'pixels' });
    expect(sizeOf({ width: 500, fit: 'inside' }, [500, 500], 'webp', 150)).toMatchObject({ width: 408, height: 408 });
  });

  it('says how large the whole original is at the scale of a cover', () => {
    expect(sizeOf(square, [4000, 3000]).scaled).toEqual({ width: 267, height: 200 });
    expect(sizeOf(square, [150, 300]).scaled).toEqual({ width: 150, height: 300 });
  });
});
