import { describe, expect, it } from 'vitest';
import { config, type Format } from '../../../src/config.ts';
import { derivativeSize } from '../../../src/core/derivative-size.ts';
import type { ImageHeader } from '../../../src/core/image-header.ts';
import { workingBytes } from '../../../src/core/working-memory.ts';

const photo: ImageHeader = {
  type: 'jpeg',
  width: 8000,
  height: 6250,
  channels: 3,
  bytesPerSample: 1,
  hasAlpha: false,
  heldWhole: false,
  turned: false,
  pages: 1,
  frames: 1,
};
const cover = { width: 400, height: 400, fit: 'cover' } as const;
const wide = { width: 1920, fit: 'inside' } as const;
const megabytes = (header: Partial<ImageHeader>, preset: typeof cover | typeof wide, format: Format, file = 0) => {
  const whole = { ...photo, ...header };
  return (
    workingBytes(
      file * 2 ** 20,
      whole,
      derivativeSize({ preset: { formats: [], ...preset } }, whole, format, config.limits),
      format,
    ) /
    2 ** 20
  );
};
const alpha = { channels: 4, hasAlpha: true };
const square = { width: 5000, height: 5000 };

describe('workingBytes()', () => {
  /**
   * What a process was measured to take on top of its rest (x64, sharp 0.35.5, 2026-11-30; docs/decisions/009). The
   * estimate may not be less, nor so much more that ordinary images would be refused.
   */
  it.each<[string, Partial<ImageHeader>, typeof cover | typeof wide, Format, number, number]>([
    ['a progressive JPEG of CMYK', { heldWhole: true, channels: 4 }, wide, 'webp', 26, 407],
    ['a progressive JPEG 4:4:4', { heldWhole: true }, wide, 'webp', 10, 320],
    ['a baseline JPEG', {}, wide, 'webp', 27, 30],
    ['a wide JPEG', { width: 65_500, height: 762 }, cover, 'jpg', 0, 280],
    ['an AVIF of 8 bits 4:2:0', { type: 'avif', ...square }, cover, 'avif', 2, 376],
    ['an AVIF of 8 bits 4:4:4 with alpha', { type: 'avif', ...square, ...alpha }, cover, 'avif', 2, 458],
    [
      'an AVIF of 12 bits 4:4:4 with alpha',
      { type: 'avif', ...square, ...alpha, bytesPerSample: 2 },
      wide,
      'avif',
      3,
      623,
    ],
    ['a PNG of 16 bits with alpha', { type: 'png', ...alpha, bytesPerSample: 2 }, wide, 'png', 0, 116],
    ['an interlaced PNG with alpha', { type: 'png', ...alpha, heldWhole: true }, cover, 'png', 0, 233],
    ['a wide PNG with alpha', { type: 'png', ...alpha, width: 65_535, height: 762 }, cover, 'png', 0, 441],
    [
      'a wide PNG of 16 bits',
      { type: 'png', ...alpha, bytesPerSample: 2, width: 65_535, height: 762 },
      cover,
      'png',
      0,
      825,
    ],
    ['a GIF', { type: 'gif', ...alpha }, cover, 'webp', 0, 232],
    ['a wide GIF', { type: 'gif', ...alpha, width: 65_535, height: 762 }, cover, 'webp', 0, 626],
    ['a lossless WebP of 20 megapixels', { type: 'webp', ...alpha, width: 5000, height: 4000 }, cover, 'webp', 43, 101],
  ])('covers what %s takes', (_, header, preset, format, file, measured) => {
    const estimate = megabytes(header, preset, format, file);
    expect(estimate).toBeGreaterThanOrEqual(measured);
    expect(estimate).toBeLessThan(measured * 1.3 + 110);
  });

  it.each<[string, Partial<ImageHeader>, typeof cover | typeof wide, Format]>([
    ['a photograph of 50 megapixels', {}, wide, 'avif'],
    ['a panorama', { width: 17_000, height: 2000 }, cover, 'jpg'],
    ['a long screenshot', { type: 'png', ...alpha, width: 1080, height: 20_000 }, wide, 'png'],
    ['an AVIF of 24 megapixels', { type: 'avif', width: 6000, height: 4000 }, cover, 'avif'],
    [
      'an AVIF of 16 megapixels and 10 bits',
      { type: 'avif', width: 4600, height: 3500, bytesPerSample: 2 },
      wide,
      'avif',
    ],
    ['a WebP of 50 megapixels with alpha', { type: 'webp', ...alpha }, wide, 'webp'],
    ['a progressive JPEG of CMYK', { heldWhole: true, channels: 4 }, wide, 'webp'],
  ])('leaves room for %s', (_, header, preset, format) => {
    expect(megabytes(header, preset, format, 23) * 2 ** 20).toBeLessThan(config.limits.maxWorkingBytes);
  });
});
