import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readImage } from '../../../loadtest/lib/image.ts';
import { rawQuarters } from '../../fixtures/images.ts';

const image = (width: number, height: number) =>
  sharp(rawQuarters(width, height), { raw: { width, height, channels: 3 } });
const seeThrough = (width: number, height: number) => image(width, height).ensureAlpha(0.5);

/** Each way in which our formats write their size. */
const encoders = [
  ['a baseline JPEG', 'jpeg', (w: number, h: number) => image(w, h).jpeg()],
  ['a progressive JPEG', 'jpeg', (w: number, h: number) => image(w, h).jpeg({ progressive: true, mozjpeg: true })],
  ['a PNG', 'png', (w: number, h: number) => image(w, h).png()],
  ['a PNG with a palette', 'png', (w: number, h: number) => seeThrough(w, h).png({ palette: true })],
  ['a lossy WebP', 'webp', (w: number, h: number) => image(w, h).webp()],
  ['a lossless WebP', 'webp', (w: number, h: number) => image(w, h).webp({ lossless: true })],
  ['a WebP with transparency', 'webp', (w: number, h: number) => seeThrough(w, h).webp()],
  ['an AVIF', 'avif', (w: number, h: number) => image(w, h).avif({ effort: 0 })],
  ['an AVIF with transparency', 'avif', (w: number, h: number) => seeThrough(w, h).avif({ effort: 0 })],
  ['a GIF', 'gif', (w: number, h: number) => image(w, h).gif()],
] as const;

describe('readImage()', () => {
  for (const [name, type, encode] of encoders) {
    it(`reads type and size of ${name}`, async () => {
      for (const [width, height] of [
        [200, 200],
        [320, 213],
        [1, 1],
        [17, 640],
      ] as const) {
        const bytes = await encode(width, height).toBuffer();
        expect(readImage(bytes), `${width} x ${height}`).toEqual({ type, width, height });
      }
    });

    // A GIF may have the byte of its end anywhere, and no derivative is one.
    it.skipIf(type === 'gif')(`never takes a part of ${name} for the whole`, async () => {
      const bytes = new Uint8Array(await encode(64, 48).toBuffer());
      for (let length = 16; length < bytes.length; length += 1) {
        expect(readImage(bytes.subarray(0, length)), `${length} of ${bytes.length} bytes`).toBe('cut-short');
      }
    });
  }

  it('reads the size of a moving WebP and of a moving GIF', async () => {
    const frames = sharp(rawQuarters(40, 90), { raw: { width: 40, height: 90, channels: 3, pageHeight: 30 } });
    expect(readImage(await frames.clone().gif().toBuffer())).toEqual({ type: 'gif', width: 40, height: 30 });
    expect(readImage(await frames.clone().webp().toBuffer())).toEqual({ type: 'webp', width: 40, height: 30 });
  });

  it('reads an image that lies in the middle of a larger buffer, as a response does', async () => {
    const bytes = await image(30, 20).jpeg().toBuffer();
    const larger = Buffer.concat([Buffer.alloc(13), bytes, Buffer.alloc(9)]);
    expect(readImage(larger.subarray(13, 13 + bytes.length))).toEqual({ type: 'jpeg', width: 30, height: 20 });
  });

  it.each([
    ['nothing', ''],
    ['a page', '<!DOCTYPE html><html><body>200</body></html>'],
    ['JSON', '{"message":"Internal Server Error"}'],
    ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['a PDF', '%PDF-1.7'],
  ])('says that %s is no image', (_, body) => {
    expect(readImage(new TextEncoder().encode(body))).toBe('no-image');
  });

  it('ends on any bytes at all', () => {
    const beginnings = encoders.map(([, , encode]) => encode(4, 4).toBuffer());
    return Promise.all(beginnings).then((whole) => {
      fc.assert(
        fc.property(fc.constantFrom(...whole), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
          const bytes = new Uint8Array([...start.subarray(0, 16), ...rest]);
          expect(['string', 'object']).toContain(typeof readImage(bytes));
        }),
      );
    });
  });
});
