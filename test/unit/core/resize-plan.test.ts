import { describe, expect, it } from 'vitest';
import { config, type Preset } from '../../../src/config.ts';
import type { ImageType } from '../../../src/core/image-type.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { keepsFrames, outputFormat, planResize } from '../../../src/core/resize-plan.ts';

const service = { config, imageBaseUrl: 'https://img.example.com' };
const wide: Preset = { width: 800, fit: 'inside', formats: [] };
const planFor = (preset: Preset, cache: { browserSeconds?: number } = {}) =>
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
    ['once, where browser and edge agree', {}, 'public, max-age=1209600'],
    ['for each, where they differ', { browserSeconds: 60 }, 'public, max-age=60, s-maxage=1209600'],
  ])('says how long a derivative is kept: %s', (_, cache, header) => {
    expect(planFor(wide, cache).cacheControl).toBe(header);
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

  it('makes what is asked for', () => expect(outputFormat({ format: 'avif' }, 'jpeg')).toBe('avif'));
});

describe('keepsFrames()', () => {
  const animated = { ...wide, animated: true };
  it.each<[boolean, string, Preset, ImageType, 'webp' | 'avif' | undefined]>([
    [true, 'a GIF in an animated preset', animated, 'gif', undefined],
    [true, 'a WebP asked for as WebP', animated, 'webp', 'webp'],
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
