import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caseName, checkMix, mix } from '../../../bench/mix.ts';
import { addGrain, mosaic } from '../../../bench/photos/mosaic.ts';
import { photoClass, photoFile, photoNames } from '../../../bench/photos/photo-set.ts';
import { fetchSources } from '../../../bench/photos/source.ts';
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
    [
      '[{"photo":"c.jpg","preset":"200x200","weight":1}]',
      'entry 1 has the photo "c.jpg", expected one of a.jpg, b.png',
    ],
    ['[{"photo":"a.jpg","preset":"201x","weight":1}]', 'preset "201x", expected one of 200x200, 640x.webp'],
    ['[{"photo":"a.jpg","preset":"200x200","weight":0}]', 'weight 0, expected a number above 0'],
    [
      '[{"photo":"a.jpg","preset":"200x200","weight":1},{"photo":"a.jpg","preset":"200x200","weight":2}]',
      'entry 2 is a.jpg 200x200 again',
    ],
  ])('refuses %s', (json, message) => {
    expect(() => checkMix(JSON.parse(json), known)).toThrow(message);
  });
});

describe('addGrain()', () => {
  const grey = new Uint8Array(300_000).fill(128);
  const noise = addGrain(grey, 9);

  test('keeps the mean and adds the asked deviation', () => {
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length;
    expect(mean).toBeCloseTo(128, 0);
    expect(Math.sqrt(variance)).toBeGreaterThan(8.8);
    expect(Math.sqrt(variance)).toBeLessThan(9.2);
  });
});

describe('mosaic()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-'));
  const earth = join(folder, 'earth.png');

  beforeAll(async () => {
    await sharp({ create: { width: 4096, height: 2048, channels: 3, background: '#404040' } })
      .png()
      .toFile(earth);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('fills the asked size, also where it cuts a square', async () => {
    const { data, width, height } = await mosaic(earth, 1270, 730, 'camera');
    expect([width, height, data.length]).toEqual([1270, 730, 1270 * 730 * 3]);
    const { min, mean } = (await sharp(data, { raw: { width, height, channels: 3 } }).stats()).channels[0] ?? {};
    // 64 exposed 1.6 times is 102; a hole would be black.
    expect(mean).toBeCloseTo(102, 0);
    expect(min).toBeGreaterThan(40);
  });

  test('leaves the pixels of an image for the web as they are', async () => {
    const { data } = await mosaic(earth, 510, 10, 'web');
    expect(new Set(data)).toEqual(new Set([64]));
  });
});

test('each photograph has the megapixels that its name says', () => {
  for (const name of photoNames) {
    const { width, height } = photoClass(name);
    const megapixels = /([\d.]+)mp/.exec(name)?.[1];
    if (megapixels) expect((width * height) / 1e6, name).toBeCloseTo(Number(megapixels), 1);
    expect(photoFile(name)).toContain(`.cache/photos/${name}.`);
  }
});

test('fetchSources() refuses an archive with another hash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'source-'));
  writeFileSync(join(folder, 'three-globe-2.45.2.tgz'), 'not a tarball');
  expect(() => fetchSources(folder)).toThrow(/has sha256 [0-9a-f]{64}, expected f6deff68/);
  rmSync(folder, { recursive: true });
});
