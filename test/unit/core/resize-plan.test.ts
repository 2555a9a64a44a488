import { describe, expect, it } from 'vitest';
import { type AskedFormat, config, type Format, type Preset, type ServiceConfig } from '../../../src/config.ts';
import { derivativeSize, formatAndSize } from '../../../src/core/derivative-size.ts';
import type { ImageType } from '../../../src/core/image-type.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { keepsFrames, outputFormat, planResize } from '../../../src/core/resize-plan.ts';

const service = { config, imageBaseUrl: 'https://img.example.com' };
const wide: Preset = { width: 800, fit: 'inside', formats: [] };
const planFor = (preset: Preset, cache: Partial<ServiceConfig['cache']> = {}) =>
  planResize(
    { preset: { name: '800x', preset }, key: 'a b/c+.jpg' },
    { ...service, config: { cache: { ...config.cache, ...cache } } },
  );

describe('planResize()', () => {
  it('builds the keys and the address from the parts that were checked', () => {
    expect(planFor(wide)).toMatchObject({
      originalKey: 'a b/c+.jpg',
      derivativeKey: '800x/a b/c+.jpg',
      location: 'https://img.example.com/800x/a%20b/c%2B.jpg',
    });
  });

  it.each([
    ['once, where browser and edge agree', {}, 'public, max-age=600'],
    ['for each, where they differ', { browserSeconds: 60 }, 'public, max-age=60, s-maxage=600'],
    ['never in browsers', { browserSeconds: 0 }, 'public, max-age=0, s-maxage=600'],
  ])('says how long a derivative is kept, by the preset before the config: %s', (_, preset, header) => {
    const cache = { browserSeconds: 600, edgeSeconds: 600 };
    expect(planFor({ ...wide, ...preset }, cache).cacheControl).toBe(header);
  });
});

describe('outputFormat()', () => {
  it.each<[ImageType, string]>([
    ['jpeg', 'jpg'],
    ['png', 'png'],
    ['webp', 'webp'],
    ['avif', 'avif'],
    ['gif', 'webp'],
  ])('makes of a %s a %s when no format is asked for', (type, format) => expect(outputFormat({}, type)).toBe(format));

  it.each<[number, ImageType, string]>([
    [1, 'jpeg', 'avif'],
    [1, 'gif', 'avif'],
    [2, 'gif', 'webp'],
  ])('makes of %d frames of a %s a %s where the best is asked for', (frames, type, format) =>
    expect(outputFormat({ format: 'auto' }, type, frames)).toBe(format),
  );

  it('makes what is asked for', () => expect(outputFormat({ format: 'avif' }, 'jpeg')).toBe('avif'));
});

describe('keepsFrames()', () => {
  const animated = { ...wide, animated: true };
  it.each<[boolean, string, Preset, ImageType, 'webp' | 'avif' | 'auto' | undefined]>([
    [true, 'a GIF in an animated preset', animated, 'gif', undefined],
    [true, 'a WebP asked for as WebP', animated, 'webp', 'webp'],
    [true, 'a GIF of which the best is asked for', animated, 'gif', 'auto'],
    [false, 'the best of a GIF in any other preset', wide, 'gif', 'auto'],
    [false, 'a GIF in any other preset', wide, 'gif', undefined],
    [false, 'a GIF asked for as AVIF', animated, 'gif', 'avif'],
    [false, 'a PNG asked for as WebP', animated, 'png', 'webp'],
  ])('says %s for %s', (expected, _, preset, type, format) => {
    expect(keepsFrames({ preset, ...(format && { format }) }, type)).toBe(expected);
  });
});

describe('allowedPresets()', () => {
  it('lists each size by itself and with each of its formats', () => {
    const presets = { '100x100': { width: 100, height: 100, fit: 'cover', formats: ['webp', 'jpg'] } } as const;
    expect([...allowedPresets(presets).keys()]).toEqual(['100x100', '100x100.webp', '100x100.jpg']);
  });
});

const limits = { maxDerivativePixels: 25_000_000, maxAvifCpuSeconds: 3.4 };
const file = { type: 'jpeg', frames: 1, bytesPerSample: 1 } as const;
const square = { width: 200, height: 200, fit: 'cover' } as const;
const card = { width: 1200, height: 630, fit: 'cover' } as const;
const column = { width: 1280, fit: 'inside' } as const;
const box = { width: 200, height: 50, fit: 'inside' } as const;

type Case = readonly [string, Omit<Preset, 'formats'>, readonly [number, number], readonly [number, number]];
const sizeOf = (preset: Case[1], [width, height]: Case[2], format: Format = 'jpg', frames = 1) =>
  derivativeSize({ preset: { formats: [], ...preset } }, { ...file, width, height, frames }, format, limits);

describe('formatAndSize()', () => {
  const wide = { ...column, formats: [] };
  it.each<[AskedFormat, Format, number]>([
    // 50 megapixels take an AVIF decoder longer than an AVIF may take.
    ['avif', 'avif', 577],
    ['auto', 'webp', 1280],
  ])('gives an original that is slow to decode as %s a %s of %d pixels', (format, made, width) => {
    const original = { ...file, type: 'avif', width: 8000, height: 6000 } as const;
    expect(formatAndSize({ preset: wide, format }, original, limits)).toMatchObject({ format: made, size: { width } });
  });

  it('gives any other an AVIF where the best is asked for', () => {
    const original = { ...file, width: 8000, height: 6000 };
    expect(formatAndSize({ preset: wide, format: 'auto' }, original, limits)).toMatchObject({
      format: 'avif',
      size: { width: 1280, height: 960 },
    });
  });
});

describe('derivativeSize()', () => {
  it.each<Case>([
    ['a cover exactly', square, [4000, 3000], [200, 200]],
    ['a cover of a narrow original in its shape', square, [150, 300], [150, 150]],
    ['a cover of a flat original in its shape', square, [4000, 60], [60, 60]],
    // 200 * (29 / 200) is less than 29.
    ['a cover of an original of another size, whole', square, [29, 100], [29, 29]],
    ['a card of a square original in its shape', card, [800, 800], [800, 420]],
    ['a card of an original of one pixel', card, [1, 1], [1, 1]],
    ['a cover of an original of exactly its size', card, [1200, 630], [1200, 630]],
    ['a cover that lacks one pixel of its width', card, [1199, 5000], [1199, 629]],
    ['a cover that may be enlarged', { ...square, enlarge: true }, [150, 300], [200, 200]],
    ['the width of a width preset', column, [4000, 3000], [1280, 960]],
    ['the width for a long screenshot', column, [1440, 14_000], [1280, 12_444]],
    ['the original’s width where that is less', column, [1080, 20_000], [1080, 20_000]],
    ['the preset’s width where it may be enlarged', { ...column, enlarge: true }, [640, 480], [1280, 960]],
    ['at least one pixel of height', column, [20_000, 3], [1280, 1]],
    ['at least one pixel of width', box, [3, 20_000], [1, 50]],
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

  it.each([
    ['a JPEG', { type: 'jpeg' }, 13_960_000],
    ['an AVIF of 8 bits', { type: 'avif' }, 2_200_000],
    ['an AVIF of 10 bits', { type: 'avif', bytesPerSample: 2 }, 250_000],
  ] as const)('leaves the AVIF encoder the CPU time that decoding %s of 25 megapixels leaves', (_, header, most) => {
    const original = { ...file, ...header, width: 1920, height: 13_000 };
    const plan = { preset: { formats: [], width: 1920, fit: 'inside' } } as const;
    const { width, height, reducedBy } = derivativeSize(plan, original, 'avif', limits);
    expect(reducedBy).toBe('pixels');
    expect(width * height).toBeLessThanOrEqual(most);
    expect(width * height).toBeGreaterThan(0.94 * most);
    expect(width / height).toBeCloseTo(1920 / 13_000, 2);
    expect(derivativeSize(plan, original, 'webp', limits)).toMatchObject({ width: 1920, height: 13_000 });
    const thumbnail = derivativeSize({ preset: { formats: [], ...square } }, original, 'avif', limits);
    expect(thumbnail).toMatchObject({ width: 200, height: 200 });
    expect(thumbnail.reducedBy).toBeUndefined();
  });

  it('makes a derivative smaller that would not fit a reply, in the same shape', () => {
    const plan = { preset: { formats: [], ...card }, scale: 0.5 };
    expect(derivativeSize(plan, { ...file, width: 4000, height: 3000 }, 'webp', limits)).toMatchObject({
      width: 600,
      height: 315,
    });
  });

  it('says how large the whole original is at the scale of a cover', () => {
    expect(sizeOf(square, [4000, 3000]).scaled).toEqual({ width: 267, height: 200 });
    expect(sizeOf(square, [150, 300]).scaled).toEqual({ width: 150, height: 300 });
  });
});
