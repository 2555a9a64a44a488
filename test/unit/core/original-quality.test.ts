import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { isLosslessWebp, originalQuality } from '../../../src/core/original-quality.ts';
import { cutBy, grainyPng } from '../../fixtures/images.ts';

const photo = await grainyPng();

describe('originalQuality()', () => {
  it.each([20, 35, 50, 75, 80, 95])('reads the quality %i of a JPEG', async (quality) => {
    for (const progressive of [false, true]) {
      const jpeg = await sharp(photo).jpeg({ quality, progressive }).toBuffer();
      expect(Math.abs((originalQuality(jpeg, 'jpeg') ?? 0) - quality)).toBeLessThanOrEqual(1);
    }
  });

  it.each([10, 35, 50, 80, 95])('reads the quality %i of a lossy WebP, and never more', async (quality) => {
    for (const image of [sharp(photo), sharp(photo).ensureAlpha(0.5)]) {
      const read = originalQuality(await image.webp({ quality }).toBuffer(), 'webp') ?? 0;
      expect(read).toBeLessThanOrEqual(quality + 1);
      expect(read).toBeGreaterThan(quality - 16);
    }
  });

  it('knows none of what has no loss, or is cut', async () => {
    const lossless = await sharp(photo).webp({ lossless: true }).toBuffer();
    expect(isLosslessWebp(lossless)).toBe(true);
    expect(originalQuality(lossless, 'webp')).toBeUndefined();
    expect(originalQuality(photo, 'png')).toBeUndefined();
    const [jpeg, webp] = [await sharp(photo).jpeg().toBuffer(), await sharp(photo).webp().toBuffer()];
    expect(isLosslessWebp(webp)).toBe(false);
    for (let length = 12; length < 100; length += 1) {
      expect(() => originalQuality(cutBy(jpeg, jpeg.length - length), 'jpeg')).not.toThrow();
      expect(() => originalQuality(cutBy(webp, webp.length - length), 'webp')).not.toThrow();
    }
  });
});
