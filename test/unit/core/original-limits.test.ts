import { describe, expect, it } from 'vitest';
import { config, type Format } from '../../../src/config.ts';
import { derivativeSize } from '../../../src/core/derivative-size.ts';
import type { ImageHeader } from '../../../src/core/image-header.ts';
import { jpegStructure, withoutLastBlockRow } from '../../../src/core/jpeg-structure.ts';
import { checkOriginal, checkOriginalBytes } from '../../../src/core/original-limits.ts';
import { pngCanHoldItsPixels } from '../../../src/core/png-plausibility.ts';
import { workingBytes } from '../../../src/core/working-memory.ts';

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

  it('refuses at once to make an AVIF of 25 megapixels of another one, which no time limit stops', () => {
    const [whole, tall] = [
      { width: 5000, height: 5000 },
      { width: 1790, height: 13_966 },
    ];
    for (const side of [whole, tall]) {
      const header = { ...photo, ...side, type: 'avif' } as const;
      const made = { size: { ...side, scaled: side }, format: 'avif' } as const;
      expect(() => checkOriginal(new Uint8Array(), header, made, config.limits)).toThrow('bytes of memory');
    }
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

  it.each([
    ['hierarchical coding', { frame: 0xc5 }],
    ['12 bits a sample', { precision: 12 }],
  ])('refuses a JPEG of %s, which libvips cannot read', (_, options) => {
    expect(() => check({ type: 'jpeg' }, jpeg(options))).toThrow(expect.objectContaining({ code: 'type-unsupported' }));
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

describe('jpegStructure(), beside the image', () => {
  it('does not count what follows the end of the image', () => {
    const image = jpeg({ frame: 0xc2, scans: [3, 1] });
    expect(jpegStructure(Uint8Array.from([...image, ...image])).scans).toBe(2);
  });
});

describe('withoutLastBlockRow()', () => {
  /** The height that the copy claims; `undefined` where there is no copy. */
  const heightOf = (height: number, sampling: number, options: Parameters<typeof jpeg>[0] = {}) => {
    const bytes = jpeg(options);
    const { frameHeader } = jpegStructure(bytes);
    bytes.set([height >> 8, height & 0xff], frameHeader + 5);
    bytes[frameHeader + 11] = sampling;
    const shorter = withoutLastBlockRow(bytes);
    return shorter && new DataView(shorter.buffer).getUint16(frameHeader + 5);
  };

  it.each([
    [1000, 0x11, 992],
    [1001, 0x11, 1000],
    [1000, 0x22, 992],
    [1009, 0x22, 1008],
    [1009, 0x21, 1008],
  ])('of a height of %i and a sampling of %i claims %i rows', (height, sampling, expected) => {
    expect(heightOf(height, sampling)).toBe(expected);
  });

  it.each([
    ['a JPEG of one row of blocks', 16, {}],
    ['a progressive one', 1000, { frame: 0xc2 }],
    ['one with a scan for each component', 1000, { scans: [1, 1, 1] }],
  ])('is not to be had of %s', (_, height, options) => {
    expect(heightOf(height, 0x22, options)).toBeUndefined();
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

const largest: ImageHeader = { ...photo, type: 'jpeg', width: 8000, height: 6250 };
const cover = { width: 400, height: 400, fit: 'cover' } as const;
const wide = { width: 1920, fit: 'inside' } as const;
const megabytes = (header: Partial<ImageHeader>, preset: typeof cover | typeof wide, format: Format, file = 0) => {
  const whole = { ...largest, ...header };
  return (
    workingBytes(
      file * 2 ** 20,
      whole,
      derivativeSize({ preset: { formats: [], ...preset } }, whole, format, config.limits),
      format,
    ) /
    2 ** 20
  );
};
const alpha = { channels: 4, hasAlpha: true };
const square = { width: 5000, height: 5000 };

describe('workingBytes()', () => {
  /**
   * What a process was measured to take on top of its rest (x64, sharp 0.35.5, 2026-11-30; docs/decisions/009). The
   * estimate may not be less, nor so much more that ordinary images would be refused.
   */
  it.each<[string, Partial<ImageHeader>, typeof cover | typeof wide, Format, number, number]>([
    ['a progressive JPEG of CMYK', { heldWhole: true, channels: 4 }, wide, 'webp', 26, 407],
    ['a progressive JPEG 4:4:4', { heldWhole: true }, wide, 'webp', 10, 320],
    ['a baseline JPEG', {}, wide, 'webp', 27, 30],
    ['a wide JPEG', { width: 65_500, height: 762 }, cover, 'jpg', 0, 280],
    ['an AVIF of 8 bits 4:2:0', { type: 'avif', ...square }, cover, 'avif', 2, 376],
    ['an AVIF of 8 bits 4:4:4 with alpha', { type: 'avif', ...square, ...alpha }, cover, 'avif', 2, 458],
    [
      'an AVIF of 12 bits 4:4:4 with alpha',
      { type: 'avif', ...square, ...alpha, bytesPerSample: 2 },
      wide,
      'avif',
      3,
      623,
    ],
    ['a PNG of 16 bits with alpha', { type: 'png', ...alpha, bytesPerSample: 2 }, wide, 'png', 0, 116],
    ['an interlaced PNG with alpha', { type: 'png', ...alpha, heldWhole: true }, cover, 'png', 0, 233],
    ['a wide PNG with alpha', { type: 'png', ...alpha, width: 65_535, height: 762 }, cover, 'png', 0, 441],
    [
      'a wide PNG of 16 bits',
      { type: 'png', ...alpha, bytesPerSample: 2, width: 65_535, height: 762 },
      cover,
      'png',
      0,
      825,
    ],
    ['a GIF', { type: 'gif', ...alpha }, cover, 'webp', 0, 232],
    ['a wide GIF', { type: 'gif', ...alpha, width: 65_535, height: 762 }, cover, 'webp', 0, 626],
    ['a lossless WebP of 20 megapixels', { type: 'webp', ...alpha, width: 5000, height: 4000 }, cover, 'webp', 43, 101],
  ])('covers what %s takes', (_, header, preset, format, file, measured) => {
    const estimate = megabytes(header, preset, format, file);
    expect(estimate).toBeGreaterThanOrEqual(measured);
    expect(estimate).toBeLessThan(measured * 1.3 + 110);
  });

  it.each<[string, Partial<ImageHeader>, typeof cover | typeof wide, Format]>([
    ['a photograph of 50 megapixels', {}, wide, 'avif'],
    ['a panorama', { width: 17_000, height: 2000 }, cover, 'jpg'],
    ['a long screenshot', { type: 'png', ...alpha, width: 1080, height: 20_000 }, wide, 'png'],
    ['an AVIF of 24 megapixels', { type: 'avif', width: 6000, height: 4000 }, cover, 'avif'],
    [
      'an AVIF of 16 megapixels and 10 bits',
      { type: 'avif', width: 4600, height: 3500, bytesPerSample: 2 },
      wide,
      'avif',
    ],
    ['a WebP of 50 megapixels with alpha', { type: 'webp', ...alpha }, wide, 'webp'],
    ['a progressive JPEG of CMYK', { heldWhole: true, channels: 4 }, wide, 'webp'],
  ])('leaves room for %s', (_, header, preset, format) => {
    expect(megabytes(header, preset, format, 23) * 2 ** 20).toBeLessThan(config.limits.maxWorkingBytes);
  });

  describe('counts', () => {
    const derivative = (width: number, height: number, scaled = { width, height }) => ({ width, height, scaled });
    const small = derivative(400, 400);
    const bytesOf = (header: Partial<ImageHeader>, made = small, format: Format = 'jpg') =>
      workingBytes(0, { ...largest, ...square, ...header }, made, format);
    const pixels = square.width * square.height;

    it('nine bytes a pixel of an animated GIF, and five of another', () => {
      expect(bytesOf({ type: 'gif', pages: 2 }) - bytesOf({ type: 'gif' })).toBe(4 * pixels);
    });

    it('the decoded AVIF beside a large derivative, where that takes more than the decoder', () => {
      const whole = derivative(square.width, square.height);
      expect(bytesOf({ type: 'avif', ...alpha }, whole, 'avif')).toBeGreaterThan((7 + 36) * pixels);
    });

    it('a copy of what is turned, and one of what is cut, by attention', () => {
      const copy = 400 * 400 * 3;
      expect(bytesOf({ turned: true }) - bytesOf({})).toBe(copy);
      const cut = derivative(400, 300, { width: 400, height: 400 });
      expect(bytesOf({}, cut) - bytesOf({}, { ...cut, scaled: { width: 400, height: 300 } })).toBe(copy);
    });

    it('the rows that a strip is made of in the width that is decoded', () => {
      const flat = { width: 8000, height: 1000 };
      // Upright 1,000 pixels wide: the JPEG is not shrunk while it is decoded.
      expect(bytesOf({ ...flat, turned: true })).toBeGreaterThan(1_900 * 8000 * 3);
      expect(bytesOf(flat)).toBeLessThan((1_900 * 8000 * 3) / 4);
    });

    it('a JPEG as shrunk only half as far where the factor is met exactly', () => {
      const strip = (width: number) => bytesOf({ width, height: 5000 }, derivative(1000, 1)) / width;
      expect(strip(4000)).toBeGreaterThan(1.9 * strip(5000));
    });

    it('the trials of a drawing, up to the pixels that are tried', () => {
      const [tried, untried] = [derivative(2000, 1500), derivative(2000, 1501)];
      // Beside a JPEG, whose encoder takes six bytes a pixel.
      const perPixel = (made: typeof tried, format: Format) =>
        6 + (bytesOf({ type: 'png' }, made, format) - bytesOf({ type: 'png' }, made)) / (made.width * made.height);
      expect(perPixel(tried, 'webp')).toBe(35);
      expect(perPixel(tried, 'png')).toBe(16);
      expect(perPixel(untried, 'webp')).toBe(6);
      expect(perPixel(untried, 'png')).toBe(6);
    });

    it('no trials of a JPEG, which is a photograph', () => {
      const made = derivative(2000, 1500);
      expect(bytesOf({}, made, 'webp')).toBe(bytesOf({}, made));
    });

    it.each([
      ['webp', 25 - 6],
      ['avif', 36 - 21],
    ] as const)('what transparency costs the encoder of %s', (format, factor) => {
      const channels = 3;
      expect(bytesOf({ hasAlpha: true, channels }, small, format) - bytesOf({}, small, format)).toBe(
        factor * 400 * 400,
      );
    });
  });
});
