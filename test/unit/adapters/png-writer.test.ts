import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { indexedPng } from '../../../src/adapters/png-writer.ts';

/** Of a width that fills no byte. */
const size = { width: 7, height: 5 };

describe('indexedPng()', () => {
  it.each([
    [2, 1],
    [3, 2],
    [4, 2],
    [16, 4],
    [17, 8],
    [256, 8],
  ])('writes %i colours with %i bits', async (count, bits) => {
    const entries = Int32Array.from(
      { length: count },
      (_, n) => (n << 24) | ((255 - n) << 16) | (3 << 8) | (255 - (n & 1)),
    );
    const ofPixels = Uint8Array.from({ length: 35 }, (_, n) => (n * 11) % count);
    const png = await indexedPng(size, entries, ofPixels, 6);
    expect(await sharp(png).metadata()).toMatchObject({
      ...size,
      isPalette: true,
      bitsPerSample: bits,
      hasAlpha: true,
    });
    const pixels = await sharp(png).ensureAlpha().raw().toBuffer();
    expect([...pixels]).toEqual([...ofPixels].flatMap((n) => [n, 255 - n, 3, 255 - (n & 1)]));
  });

  it('writes many opaque greys without a palette', async () => {
    const entries = Int32Array.from({ length: 100 }, (_, n) => (n << 24) | (n << 16) | (n << 8) | 255);
    const ofPixels = Uint8Array.from({ length: 35 }, (_, n) => n * 2);
    const png = await indexedPng(size, entries, ofPixels, 6);
    expect(await sharp(png).metadata()).toMatchObject({ ...size, space: 'b-w', channels: 1 });
    expect([...(await sharp(png).toColourspace('b-w').raw().toBuffer())]).toEqual([...ofPixels]);
  });
});
