import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Format } from '../../../src/config.ts';
import { requireImageType } from '../../../src/core/image-type.ts';
import { wholeImageFault } from '../../../src/core/whole-image.ts';

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
const ftyp = (major: string, ...compatible: string[]) =>
  bytes([0, 0, 0, 16 + 4 * compatible.length], 'ftyp', major, [0, 0, 0, 0], ...compatible, 'mdat');

describe('requireImageType()', () => {
  it.each([
    ['jpeg', bytes('\xff\xd8\xff\xe0')],
    ['png', bytes('\x89PNG\r\n\x1a\n')],
    ['gif', bytes('GIF87a')],
    ['gif', bytes('GIF89a')],
    ['webp', bytes('RIFF', [1, 2, 3, 4], 'WEBPVP8 ')],
    ['avif', ftyp('avif', 'mif1', 'miaf')],
    ['avif', ftyp('mif1', 'miaf', 'avif')],
  ])('knows %s by its first bytes', (type, head) => expect(requireImageType(head)).toBe(type));

  it.each([
    ['empty', bytes()],
    ['an AVIF sequence', ftyp('avis', 'avif', 'msf1')],
    ['a HEIC image', ftyp('heic', 'mif1', 'heic')],
    ['a HEIC image', ftyp('mif1', 'heic')],
    ['a HEIC image', bytes([0, 0, 0, 16], 'ftyp', 'mif1', [0, 0, 0, 0], 'avif')],
    ['a video', ftyp('isom', 'mp42')],
    ['an SVG or another text', bytes('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['an SVG or another text', bytes('{"a":1}')],
    ['a PDF', bytes('%PDF-1.7')],
    ['a TIFF image', bytes('II*\0')],
    ['a TIFF image', bytes('MM\0+')],
    ['a JPEG XL image', bytes('\xff\x0a\x00')],
    ['a JPEG XL image', bytes('\0\0\0\x0cJXL \r\n')],
    ['a ZIP archive', bytes('PK\x03\x04')],
    ['an AppleDouble file', bytes('\0\x05\x16\x07\0\x02\0\0Mac OS X')],
    ['of a type that we do not know', bytes('RIFF\0\0\0\0WAVE')],
    ['of a type that we do not know', bytes('\xff\xd8')],
    ['of a type that we do not know', bytes([0, 0, 0, 8], 'ftyp')],
  ])('refuses what is %s', (seen, head) => {
    expect(() => requireImageType(head)).toThrow(`The original is ${seen}: expected a JPEG, PNG, WebP, GIF or AVIF`);
  });

  it('reads a view into a larger buffer as its own bytes', () => {
    const whole = Buffer.concat([Buffer.alloc(7), ftyp('mif1', 'miaf', 'avif')]);
    expect(requireImageType(whole.subarray(7))).toBe('avif');
  });
});

const image = sharp({ create: { width: 20, height: 10, channels: 3, background: '#c40' } });
const formats: readonly Format[] = ['jpg', 'png', 'webp', 'avif'];
const encoded = (format: Format) => image.toFormat(format === 'jpg' ? 'jpeg' : format).toBuffer();

describe('wholeImageFault()', () => {
  it.each(formats)('finds nothing in a whole %s', async (format) => {
    expect(wholeImageFault(await encoded(format), format)).toEqual([]);
  });

  it.each(formats)('names a %s that was cut, or that has something after its end', async (format) => {
    const bytes = await encoded(format);
    const faults = [bytes.subarray(0, -1), bytes.subarray(0, 20), Buffer.concat([bytes, Buffer.alloc(3)])];
    for (const broken of faults) expect(wholeImageFault(broken, format)).toHaveLength(1);
  });

  it('takes a box of no length for no end of an AVIF', async () => {
    const bytes = await encoded('avif');
    expect(wholeImageFault(Buffer.concat([bytes, Buffer.alloc(8)]), 'avif')).toHaveLength(1);
  });

  it('names another format, and what is no image', async () => {
    expect(wholeImageFault(await encoded('png'), 'webp')).toEqual([expect.stringContaining('no whole webp')]);
    expect(wholeImageFault(Buffer.from('oops'), 'jpg')).toHaveLength(1);
    expect(wholeImageFault(Buffer.of(), 'avif')).toHaveLength(1);
  });
});
