import { describe, expect, it } from 'vitest';
import { config } from '../../../src/config.ts';
import type { ImageHeader } from '../../../src/core/image-header.ts';
import { jpegStructure } from '../../../src/core/jpeg-structure.ts';
import { checkOriginal, checkOriginalBytes } from '../../../src/core/original-limits.ts';
import { pngCanHoldItsPixels } from '../../../src/core/png-plausibility.ts';

const photo: ImageHeader = {
  type: 'webp',
  width: 4000,
  height: 3000,
  channels: 3,
  bytesPerSample: 1,
  hasAlpha: false,
  heldWhole: false,
  turned: false,
  pages: 1,
  frames: 1,
};
const size = { width: 400, height: 400, scaled: { width: 400, height: 400 } };
const check = (header: Partial<ImageHeader>, bytes: Uint8Array = new Uint8Array()) =>
  checkOriginal(bytes, { ...photo, ...header }, { size, format: 'jpg' }, config.limits);

/** A JPEG of segments without pixels: enough for a walk over its markers. */
function jpeg({
  frame = 0xc0,
  precision = 8,
  components = 3,
  scans = [3],
  data = [0x12, 0xff, 0x00, 0xff, 0xd3, 0x34],
} = {}) {
  const segment = (marker: number, ...body: number[]) => [0xff, marker, 0, body.length + 2, ...body];
  return Uint8Array.from([
    0xff,
    0xd8,
    ...segment(0xe1, 0x45, 0xff, 0xda, 0x00), // a scan marker inside EXIF is data
    ...segment(frame, precision, 0, 1, 0, 1, components, ...Array(components * 3).fill(1)),
    ...segment(0xc4, 0),
    ...scans.flatMap((count) => [...segment(0xda, count, ...Array(count * 2 + 3).fill(0)), ...data]),
    0xff,
    0xff,
    0xd9,
  ]);
}

function png(width: number, height: number, { depth = 8, colour = 6, bytes = 33 } = {}) {
  const file = Buffer.alloc(bytes);
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  file.set([depth, colour], 24);
  return file;
}

describe('checkOriginal()', () => {
  it.each([
    ['a 12-megapixel photograph', {}],
    ['an image of exactly the side', { width: 65_535, height: 100 }],
    ['a long screenshot', { width: 1080, height: 20_000 }],
    ['a panorama', { width: 17_000, height: 2000 }],
    ['an animation within the frames and pixels', { width: 500, height: 500, frames: 150 }],
  ] as const)('accepts %s', (_, header) => expect(() => check(header)).not.toThrow());

  it.each([
    ['the side', { width: 65_536, height: 1 }, '65,536 pixels on its longer side, expected at most 65,535'],
    ['the height', { width: 1, height: 1_057_024 }, '1,057,024 pixels on its longer side'],
    ['pixels', { width: 9000, height: 6000 }, '54,000,000 pixels, expected at most 50,000,000'],
    ['frames', { width: 8, height: 8, frames: 151 }, '151 frames, expected at most 150'],
    ['pixels of all frames', { width: 1000, height: 1000, frames: 60 }, '60,000,000 pixels'],
  ] as const)('refuses an original over the limit of %s, naming both', (_, header, text) => {
    expect(() => check(header)).toThrow(text);
  });

  it('refuses an original that takes more memory than the function has for it', () => {
    const deep = { type: 'avif', width: 5000, height: 5000, bytesPerSample: 2 } as const;
    expect(() => check(deep)).toThrow(/6\d\d,\d{3},\d{3} bytes of memory, expected at most 500,000,000/);
    expect(() => check({ ...deep, bytesPerSample: 1 })).not.toThrow();
  });

  it('refuses bytes over the limit before they are read', () => {
    expect(() => checkOriginalBytes(25_000_001, config.limits)).toThrow(
      '25,000,001 bytes, expected at most 25,000,000',
    );
    expect(() => checkOriginalBytes(25_000_000, config.limits)).not.toThrow();
  });

  it('refuses a JPEG of too many scans, which no decoder can be stopped in', () => {
    const scans = (count: number) => jpeg({ frame: 0xc2, scans: Array(count).fill(1) });
    expect(() => check({ type: 'jpeg' }, scans(100))).not.toThrow();
    expect(() => check({ type: 'jpeg' }, scans(101))).toThrow('101 scans, expected at most 100');
  });

  it('refuses a PNG too small for the pixels that it promises', () => {
    expect(() => check({ type: 'png' }, png(5000, 5000, { bytes: 41 }))).toThrow(
      '41 bytes are too few for a PNG of 4000 x 3000 pixels',
    );
  });
});

describe('jpegStructure()', () => {
  it.each([
    ['a baseline photograph', {}, { readable: true, scans: 1 }],
    ['an extended sequential one', { frame: 0xc1 }, { readable: true, scans: 1 }],
    ['arithmetic coding', { frame: 0xc9 }, { readable: true, scans: 1 }],
    ['a progressive one, scan by scan', { frame: 0xc2, scans: [3, 1, 1, 1] }, { readable: true, scans: 4 }],
    ['a sequential one with a scan for each component', { scans: [1, 1, 1] }, { readable: true, scans: 3 }],
    ['a lossless one', { frame: 0xc3 }, { readable: true, scans: 1 }],
    ['a lossless one of 16 bits', { frame: 0xc3, precision: 16 }, { readable: false, scans: 1 }],
    ['a lossless one with arithmetic coding', { frame: 0xcb }, { readable: false, scans: 1 }],
    ['a hierarchical one', { frame: 0xc5 }, { readable: false, scans: 1 }],
    ['12 bits a sample', { precision: 12 }, { readable: false, scans: 1 }],
  ])('reads %s', (_, options, expected) => expect(jpegStructure(jpeg(options))).toMatchObject(expected));

  it('ends where a first scan holds every component: a decoder reads no other', () => {
    expect(jpegStructure(jpeg({ scans: [3, 3, 3] })).scans).toBe(1);
  });

  it('ends at the end of a file that is cut anywhere', () => {
    const whole = jpeg({ frame: 0xc2, scans: [3, 1, 1] });
    for (let length = 0; length <= whole.length; length += 1) {
      expect(jpegStructure(whole.subarray(0, length)).scans).toBeLessThanOrEqual(3);
    }
  });
});

describe('pngCanHoldItsPixels()', () => {
  it.each([
    [true, 'an image of one colour at the best ratio of DEFLATE', png(1000, 1000, { bytes: 3_878 })],
    [false, 'the same, one byte less than that ratio gives', png(1000, 1000, { bytes: 3_876 })],
    [true, 'one bit a pixel', png(8000, 1032, { depth: 1, colour: 0, bytes: 1001 })],
    [false, 'sixteen bits and four channels', png(8000, 1032, { depth: 16, bytes: 1001 })],
    [false, 'a file that ends within its header', png(1, 1).subarray(0, 30)],
  ])('says %s for %s', (expected, _, file) => expect(pngCanHoldItsPixels(file)).toBe(expected));
});
