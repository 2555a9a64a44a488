import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedViewsOf, originalsFor, pairAt } from '../../../loadtest/lib/expected-views.ts';
import { config } from '../../../src/config.ts';
import { parseImagePath } from '../../../src/core/image-path.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

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
