import { describe, expect, test } from 'vitest';
import { caseName, checkMix, mix } from '../../../bench/mix.ts';
import { config } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

const known = { photos: ['a.jpg', 'b.png'], presets: ['200x200', '640x.webp'] };

describe('the mix', () => {
  test('asks for presets that are on the list', () => {
    const presets = allowedPresets(config.presets);
    expect(mix.filter(({ preset }) => !presets.has(preset))).toEqual([]);
  });

  test('has the case that the objective speaks of', () => {
    expect(mix.map(caseName)).toContain(config.objectives.cold.benchCase);
  });

  test('is weighted to a hundred', () => {
    expect(mix.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
  });
});

describe('checkMix()', () => {
  test('reads a mix of one’s own', () => {
    const own = [{ photo: 'a.jpg', preset: '200x200', weight: 3 }];
    expect(checkMix(own, known)).toEqual(own);
  });

  test.each([
    ['{}', 'expected a list'],
    ['[]', 'expected a list'],
    ['[null]', 'photo undefined, expected one of a.jpg, b.png'],
    [
      '[{"photo":"c.jpg","preset":"200x200","weight":1}]',
      'entry 1 has the photo "c.jpg", expected one of a.jpg, b.png',
    ],
    ['[{"photo":"a.jpg","preset":"201x","weight":1}]', 'preset "201x", expected one of 200x200, 640x.webp'],
    ['[{"photo":"a.jpg","preset":"200x200","weight":0}]', 'weight 0, expected a number above 0'],
    ['[{"photo":"a.jpg","preset":"200x200"}]', 'weight undefined, expected a number above 0'],
    [
      '[{"photo":"a.jpg","preset":"200x200","weight":1},{"photo":"a.jpg","preset":"200x200","weight":2}]',
      'entry 2 is a.jpg 200x200 again',
    ],
  ])('refuses %s', (json, message) => {
    expect(() => checkMix(JSON.parse(json), known)).toThrow(message);
  });

  test('says all that is wrong at once', () => {
    expect(() => checkMix(JSON.parse('[{"photo":"c.jpg","preset":"x","weight":-1}]'), known)).toThrow(
      /photo.*preset.*weight/,
    );
  });
});
