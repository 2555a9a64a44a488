import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { lumaOf, similarity } from '../../../bench/ssim.ts';
import { isDrawing, type Pixels, sampledSimilarity } from '../../../src/core/drawing.ts';
import { drawingPng, grainyPng } from '../../fixtures/images.ts';

async function pixelsOf(image: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  return { data, ...info };
}

describe('isDrawing()', () => {
  it('tells a drawing from a photograph, also where a palette limits its colours', async () => {
    const photo = await grainyPng();
    const limited = await sharp(photo).png({ palette: true }).toBuffer();
    expect(isDrawing(await pixelsOf(await drawingPng()))).toBe(true);
    expect(
      isDrawing(
        await pixelsOf(
          await sharp(await drawingPng())
            .resize(150)
            .png()
            .toBuffer(),
        ),
      ),
    ).toBe(true);
    expect([isDrawing(await pixelsOf(photo)), isDrawing(await pixelsOf(limited))]).toEqual([false, false]);
  });
});

describe('sampledSimilarity()', () => {
  it('is near the similarity that the bench measures', async () => {
    const original = await grainyPng();
    for (const colours of [4, 16, 256]) {
      const other = await sharp(original).png({ palette: true, colours, dither: 0 }).toBuffer();
      const sampled = sampledSimilarity(await pixelsOf(original), await pixelsOf(other));
      expect(Math.abs(sampled - similarity(await lumaOf(original), await lumaOf(other)))).toBeLessThan(0.02);
    }
    expect(sampledSimilarity(await pixelsOf(original), await pixelsOf(original))).toBe(1);
  });
});
