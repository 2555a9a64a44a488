import { deflateSync, inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { withoutMetadata } from '../../../src/adapters/without-metadata.ts';
import type { ImageType } from '../../../src/core/image-type.ts';
import { chartPng, chunk, iCCP, iccProfile } from '../../fixtures/colour-charts.ts';
import * as images from '../../fixtures/images.ts';

const decode = (image: Uint8Array) => sharp(image, { failOn: 'error' }).raw().toBuffer();
const bare = async (bytes: Buffer, type: ImageType) => {
  const made = await withoutMetadata(bytes, type, decode);
  return made && Buffer.from(made).toString('base64');
};
const base64 = (bytes: Buffer) => bytes.toString('base64');
const hidden = Buffer.from('PK\x05\x06 what no decoder reads');

describe('withoutMetadata(), of a PNG', () => {
  const kinds = ['grey', 'grey alpha', 'palette', 'rgb', 'rgba'] as const;
  it.each(kinds)('leaves the pixels of %s', async (kind) => {
    const plain = chartPng(kind, 8);
    expect(await bare(Buffer.concat([chartPng(kind, 8, iCCP(iccProfile('srgb'))), hidden]), 'png')).toBe(base64(plain));
  });

  it('leaves the pixels of an interlaced one', async () => {
    const png = await sharp(await images.drawingPng())
      .png({ progressive: true })
      .toBuffer();
    const made = Buffer.from((await bare(png, 'png')) ?? '', 'base64');
    expect((await decode(made)).equals(await decode(png))).toBe(true);
  });

  it('cuts what follows the pixels within the data, and refuses what it cannot cut', async () => {
    const plain = chartPng('rgb', 8);
    const at = plain.indexOf('IDAT') - 4;
    const [before, data] = [plain.subarray(0, at), plain.subarray(at + 8, at + 8 + plain.readUInt32BE(at))];
    const rows = inflateSync(data);
    const withData = (...parts: Buffer[]) =>
      Buffer.concat([before, ...parts.map((part) => chunk('IDAT', part)), chunk('IEND', Buffer.alloc(0))]);
    expect(await bare(withData(data.subarray(0, 99), data.subarray(99), hidden), 'png')).toBe(base64(plain));
    expect(await bare(withData(deflateSync(Buffer.concat([rows, hidden]))), 'png')).toBeUndefined();
    expect(await bare(withData(deflateSync(rows.subarray(1))), 'png')).toBeUndefined();
    expect(await bare(withData(data.subarray(0, 99)), 'png')).toBeUndefined();
    const damaged = Buffer.from(plain);
    damaged[at + 8] = 0;
    expect(await bare(damaged, 'png')).toBeUndefined();
  });
});

describe('withoutMetadata(), of a WebP', () => {
  const made = {
    lossy: async () => sharp(await images.grainyPng()).webp({ quality: 30 }),
    'lossy with alpha': async () => sharp(await images.withAlpha()).webp({ quality: 30 }),
    lossless: async () => sharp(await images.withAlpha()).webp({ lossless: true }),
    'lossless drawing': async () => sharp(await images.drawingPng()).webp({ lossless: true }),
  };

  it.each(Object.entries(made))('leaves the pixels of a %s one', async (_, image) => {
    const plain = await (await image()).toBuffer();
    const labelled = await (await image())
      .withExif({ IFD0: { Artist: 'Ann Secret' } })
      .withIccProfile('srgb')
      .toBuffer();
    expect(await bare(Buffer.concat([labelled, hidden]), 'webp')).toBe(base64(plain));
  });

  it.each([
    ['lossy', 'VP8 '],
    ['lossy with alpha', 'ALPH'],
    ['lossless', 'VP8L'],
  ] as const)('refuses a %s one with bytes that %s does not need', async (name, chunkName) => {
    const plain = await (await made[name]()).toBuffer();
    const at = plain.indexOf(chunkName);
    const length = plain.readUInt32LE(at + 4);
    const end = at + 8 + length;
    const padding = Buffer.alloc((length + hidden.length) & 1);
    const longer = Buffer.concat([plain.subarray(0, end), hidden, padding, plain.subarray(end + (length & 1))]);
    longer.writeUInt32LE(length + hidden.length, at + 4);
    longer.writeUInt32LE(longer.length - 8, 4);
    expect((await decode(longer)).equals(await decode(plain))).toBe(true);
    expect(await bare(longer, 'webp')).toBeUndefined();
  });

  it('refuses an animation', async () => {
    const animation = await sharp(await images.animatedGif(), { animated: true })
      .webp()
      .toBuffer();
    expect(await bare(animation, 'webp')).toBeUndefined();
  });
});
