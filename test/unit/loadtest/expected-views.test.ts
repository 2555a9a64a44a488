import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { expectedViewOf, expectedViewsOf, originalsFor, pairAt } from '../../../loadtest/lib/expected-views.ts';
import { readImage } from '../../../loadtest/lib/image.ts';
import { sharpTransformer } from '../../../src/adapters/sharp-transformer.ts';
import { config, type ServiceConfig } from '../../../src/config.ts';
import { parseImagePath } from '../../../src/core/image-path.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { planResize } from '../../../src/core/resize-plan.ts';
import { rawQuarters } from '../../fixtures/images.ts';

const allowed = allowedPresets(config.presets);
const base = 'https://img.example.com';

describe('pairAt()', () => {
  it('gives each pair of original and preset once before any comes again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 30 }), (originals, presets) => {
        const pairs = Array.from({ length: originals * presets }, (_, n) => pairAt(n, originals, presets));
        expect(new Set(pairs.map(({ original, preset }) => `${original} ${preset}`)).size).toBe(originals * presets);
        for (const { original, preset } of pairs) {
          expect(original < originals && preset < presets).toBe(true);
        }
      }),
    );
  });

  it('mixes originals with presets from the first view on', () => {
    const first = Array.from({ length: 10 }, (_, n) => pairAt(n, 10, 26));
    expect(new Set(first.map(({ original }) => original)).size).toBe(10);
    expect(new Set(first.map(({ preset }) => preset)).size).toBe(10);
  });
});

describe('originalsFor()', () => {
  it('is enough for so many different images', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 20 }), (views, atLeast) => {
        const originals = originalsFor(views, config, atLeast);
        expect(originals * allowed.size).toBeGreaterThanOrEqual(views);
        expect(originals).toBeGreaterThanOrEqual(atLeast);
      }),
    );
  });
});

describe('expectedViewsOf()', () => {
  const originals = ['a.jpg', 'b c+d&é.png'].map((key) => ({ key, type: 'jpeg', width: 900, height: 600 }) as const);
  const expectedViewAt = expectedViewsOf(originals, config, base);

  it('asks by URLs whose path the service reads back', () => {
    for (let n = 0; n < originals.length * allowed.size; n += 1) {
      const { url, path, preset } = expectedViewAt(n);
      expect(url).toBe(`${base}/${path}`);
      const parsed = parseImagePath(decodeURIComponent(path), allowed);
      expect(parsed.preset.name).toBe(preset);
      expect(originals.map(({ key }) => key)).toContain(parsed.key);
    }
  });

  it('expects the Cache-Control that the service sets', () => {
    expect(expectedViewAt(0).cacheControl).toBe('public, max-age=1209600');
  });

  it('says so when there is no such image', () => {
    expect(() => expectedViewsOf([], config, base)(0)).toThrow('No image 0: there are 0 originals');
  });
});

describe('expectedViewOf()', () => {
  const transform = sharpTransformer(config, () => undefined);
  const enlarging: ServiceConfig = {
    ...config,
    presets: {
      '300x200': { width: 300, height: 200, fit: 'cover', formats: [], enlarge: true },
      '500x': { width: 500, fit: 'inside', formats: [], enlarge: true },
      '90x400': { width: 90, height: 400, fit: 'inside', formats: [] },
    },
  };

  /** Wide, high, square, tiny, thin, exactly a preset's, and sides whose scale has to be rounded. */
  const sizes: readonly (readonly [number, number])[] = [
    [1000, 667],
    [667, 1000],
    [700, 700],
    [31, 17],
    [5, 900],
    [200, 200],
    [641, 479],
    [333, 333],
    [1, 1],
  ];

  for (const [name, settings] of [
    ['the presets of the service', config],
    ['presets that enlarge, and one with two sides that cuts nothing', enlarging],
  ] as const) {
    it(`expects type and size as sharp makes them, for ${name}`, async () => {
      for (const [width, height] of sizes) {
        const bytes = await sharp(rawQuarters(width, height), { raw: { width, height, channels: 3 } })
          .png()
          .toBuffer();
        for (const preset of allowedPresets(settings.presets).values()) {
          const { image } = expectedViewOf({ key: 'a.png', type: 'png', width, height }, preset, settings, base);
          const plan = planResize({ preset, key: 'a.png' }, { config: settings, imageBaseUrl: base });
          const made = readImage((await transform(bytes, 'png', plan)).bytes);
          const about = `${width} x ${height} as ${preset.name}`;
          if (typeof made === 'string') throw new Error(`${about}: ${made}`);
          expect(made.type, about).toBe(image.type);
          expect(Math.abs(made.width - image.width), `${about}: width ${made.width}`).toBeLessThanOrEqual(1);
          expect(Math.abs(made.height - image.height), `${about}: height ${made.height}`).toBeLessThanOrEqual(1);
        }
      }
    });
  }
});
