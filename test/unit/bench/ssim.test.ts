import { describe, expect, test } from 'vitest';
import { type Luma, similarity } from '../../../bench/ssim.ts';

const image = (width: number, height: number, at: (x: number, y: number) => number): Luma => ({
  data: Uint8Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
  width,
  height,
});
const even = (value: number) => image(16, 16, () => value);
/** Columns 100 and 200 in turn: mean 150, and of 64 samples the variance 64 x 50² / 63. */
const stripes = (amplitude: number) => image(16, 16, (x) => 150 + (x % 2 ? amplitude : -amplitude));

describe('similarity()', () => {
  test('of an image with itself is 1', () => {
    expect(similarity(stripes(50), stripes(50))).toBe(1);
    expect(similarity(even(0), even(0))).toBe(1);
  });

  test('of two even images is the luminance term alone', () => {
    // (2 · 100 · 150 + 6.5025) / (100² + 150² + 6.5025)
    expect(similarity(even(100), even(150))).toBeCloseTo(30_006.5025 / 32_506.5025, 12);
    // Black and white: C1 / (255² + C1)
    expect(similarity(even(0), even(255))).toBeCloseTo(0.000_099_99, 8);
  });

  test('falls with contrast by the structure term alone', () => {
    const [wide, narrow] = [(64 * 50 ** 2) / 63, (64 * 25 ** 2) / 63];
    const covariance = (64 * 50 * 25) / 63;
    expect(similarity(stripes(50), stripes(25))).toBeCloseTo(
      (2 * covariance + 58.5225) / (wide + narrow + 58.5225),
      12,
    );
  });

  test('is negative for the inverse', () => {
    // Covariance -v against variances v and v, with v = 64 · 2500 / 63.
    const v = 160_000 / 63;
    expect(similarity(stripes(50), stripes(-50))).toBeCloseTo((-2 * v + 58.5225) / (2 * v + 58.5225), 12);
  });

  test('is the same both ways', () => {
    const [a, b] = [image(24, 20, (x, y) => (x * 7 + y * 13) % 256), image(24, 20, (x, y) => (x * 5 + y * 3) % 256)];
    expect(similarity(a, b)).toBe(similarity(b, a));
    expect(similarity(a, b)).toBeLessThan(0.9);
  });

  test('averages over the windows', () => {
    // Of three windows across, the first is equal, the last is black against white, the middle half of each.
    const left = image(16, 8, () => 0);
    const right = image(16, 8, (x) => (x < 8 ? 0 : 255));
    const apart = 6.5025 / (255 ** 2 + 6.5025);
    const variance = (64 * 127.5 ** 2) / 63;
    const between = (6.5025 / (127.5 ** 2 + 6.5025)) * (58.5225 / (variance + 58.5225));
    expect(similarity(left, right)).toBeCloseTo((1 + between + apart) / 3, 12);
  });

  test('refuses images of two sizes, and too small ones', () => {
    expect(() =>
      similarity(
        even(1),
        image(16, 8, () => 1),
      ),
    ).toThrow('is 16 x 8: expected 16 x 16');
    expect(() =>
      similarity(
        image(7, 9, () => 1),
        image(7, 9, () => 1),
      ),
    ).toThrow('expected at least 8 x 8');
  });
});
