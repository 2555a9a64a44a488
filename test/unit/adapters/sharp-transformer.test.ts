import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { sharpTransformer } from '../../../src/adapters/sharp-transformer.ts';
import { type AskedFormat, config, type Format, type Preset } from '../../../src/config.ts';
import { type Pixels, sampledSimilarity } from '../../../src/core/drawing.ts';
import type { FocalPoint } from '../../../src/core/focal-point.ts';
import { requireImageType } from '../../../src/core/image-type.ts';
import { isLosslessWebp, originalQuality } from '../../../src/core/original-quality.ts';
import { planResize } from '../../../src/core/resize-plan.ts';
import {
  chartAvif,
  chartAvifOf,
  chartJpeg,
  chartPng,
  gAMA,
  iCCP,
  iccProfile,
  patchOf,
} from '../../fixtures/colour-charts.ts';
import { deltaE } from '../../fixtures/colour-difference.ts';
import { distance, fingerprint, upright } from '../../fixtures/fingerprint.ts';
import * as images from '../../fixtures/images.ts';
import { jpegOfManyScans } from '../../fixtures/scan-bomb.ts';

const formats: readonly Format[] = ['jpg', 'png', 'webp', 'avif'];
const transform = sharpTransformer(config);
const inside: Preset = { width: 300, fit: 'inside', formats: [] };

const planOf = (preset: Preset, format?: AskedFormat) =>
  planResize(
    { preset: { name: 'x', preset, ...(format && { format }) }, key: 'k' },
    { config, imageBaseUrl: 'https://i' },
  );
const make = (bytes: Buffer, preset: Preset = inside, format?: AskedFormat) =>
  transform(bytes, requireImageType(bytes), planOf(preset, format));
const codeOf = (made: Promise<unknown>) =>
  made.then(
    () => 'ok',
    (error) => error.code,
  );

describe('the process', () => {
  it('loads no other type, whatever the first bytes say, and nothing from a path', async () => {
    const tiff = await sharp(images.rawQuarters(20, 20), { raw: { width: 20, height: 20, channels: 3 } })
      .tiff()
      .toBuffer();
    await expect(sharp(tiff).metadata()).rejects.toThrow('unsupported image format');
    await expect(sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')).metadata()).rejects.toThrow();
    const path = join(tmpdir(), `${process.pid}.jpg`);
    writeFileSync(path, await images.rightImages.jpeg());
    await expect(sharp(path).metadata()).rejects.toThrow('unsupported image format');
    rmSync(path);
  });

  it('gives one resize one thread, and remembers no image', () => {
    expect(sharp.concurrency()).toBe(1);
    expect(sharp.cache()).toMatchObject({ memory: { max: 0 }, files: { max: 0 }, items: { max: 0 } });
  });

  it('has a sharp without the holes that are known (GHSA-f88m-g3jw-g9cj, GHSA-rgj7-g3m4-5g8c)', () => {
    const [major = 0, minor = 0, patch = 0] = sharp.versions.sharp?.split('.').map(Number) ?? [];
    expect([major, minor, patch >= 4 || minor > 35]).toEqual([0, Math.max(minor, 35), true]);
  });
});

describe('sharpTransformer()', () => {
  describe.each(Object.entries(images.rightImages))('from a %s', (_, original) => {
    it.each(formats)('makes a right %s', async (format) => {
      const made = await make(await original(), inside, format);
      const seen = await sharp(made.bytes).metadata();
      expect(made).toMatchObject({ format, width: 300, height: 200 });
      expect(seen).toMatchObject({ width: 300, height: 200, space: 'srgb', depth: 'uchar' });
      expect(seen.format).toBe({ jpg: 'jpeg', png: 'png', webp: 'webp', avif: 'heif' }[format]);
      expect(distance(await fingerprint(made.bytes), upright)).toBeLessThan(12);
    });
  });

  describe.each([1, 2, 3, 4, 5, 6, 7, 8])('from a JPEG of EXIF orientation %i', (orientation) => {
    it.each(formats)('makes an upright %s', async (format) => {
      const made = await make(await images.orientedJpeg(orientation), inside, format);
      expect(made).toMatchObject({ width: 300, height: 200 });
      expect((await sharp(made.bytes).metadata()).orientation ?? 1).toBe(1);
      expect(distance(await fingerprint(made.bytes), upright)).toBeLessThan(12);
    });
  });

  describe.each(Object.entries(images.withPrivateMetadata))('from a %s with GPS, names and XMP', (_, original) => {
    it('is given an image that really holds them', async () => {
      expect((await sharp(await original()).metadata()).exif?.includes('Ann Secret')).toBe(true);
    });

    it.each(formats)('makes a %s that gives nothing away', async (format) => {
      const { bytes } = await make(await original(), inside, format);
      const { exif, xmp, iptc, icc } = await sharp(bytes).metadata();
      expect({ exif, xmp, iptc, icc }).toEqual({});
      for (const trace of ['Exif\0', 'Ann Secret', 'PhoneMaker', 'ns.adobe', 'xmpmeta', '8BIM']) {
        expect(Buffer.from(bytes).includes(trace), trace).toBe(false);
      }
    });
  });

  it.each(Object.entries(images.otherColours))('shows the colours of %s as sRGB of 8 bits', async (_, original) => {
    const bytes = await original();
    const made = await make(bytes, inside, 'png');
    expect(await sharp(made.bytes).metadata()).toMatchObject({ space: 'srgb', depth: 'uchar', hasProfile: false });
    // CMYK holds less green and blue than sRGB.
    expect(distance(await fingerprint(made.bytes), await fingerprint(bytes))).toBeLessThan(12);
  });

  it.each([
    ['rgb', 'srgb', 0, [255, 0, 0]],
    ['rgb', 'adobe', 14, [0, 154, 34]],
    // The exponent of the profile is 1.6.
    ['grey', 'grey', 10, [106, 106, 106]],
  ] as const)('follows the profile of a %s PNG of 16 bits (%s)', async (kind, profile, patch, colour) => {
    const made = await make(chartPng(kind, 16, iCCP(iccProfile(profile))), { ...inside, width: 80 });
    expect(deltaE(await patchOf(made.bytes, patch), colour)).toBeLessThan(1);
  });

  it.each([8, 16] as const)('follows the gamma of a PNG of %i bits, with and without transparency', async (depth) => {
    for (const kind of ['grey', 'grey alpha', 'rgb', 'rgba'] as const) {
      const made = await make(chartPng(kind, depth, gAMA(1)), { ...inside, width: 80 });
      expect(deltaE(await patchOf(made.bytes, 8), [188, 188, 188]), kind).toBeLessThan(2);
      expect((await sharp(made.bytes).metadata()).hasAlpha, kind).toBe(kind.includes('a') && kind !== 'grey');
    }
  });

  it.each([8, 10, 12] as const)('follows nclx and ICC of an AVIF of %i bits', async (bits) => {
    for (const original of [await chartAvifOf(12, 13, bits), await chartAvif('p3', bits)]) {
      const made = await make(original, { ...inside, width: 80 }, 'png');
      expect(deltaE(await patchOf(made.bytes, 13), [246, 121, 0])).toBeLessThan(2);
    }
  });

  it('leaves transparent what a GIF does not draw on', async () => {
    const cover: Preset = { width: 40, height: 40, fit: 'cover', formats: [] };
    for (const preset of [{ ...inside, width: 60 }, cover]) {
      const { bytes } = await make(await images.gifOfPartialFrame(), preset);
      expect((await fingerprint(bytes)).map(([, , , alpha]) => alpha)).toEqual([0, 0, 0, 255]);
    }
  });

  it('shows a grey image as grey', async () => {
    const bytes = await images.grey();
    expect(distance(await fingerprint((await make(bytes)).bytes), await fingerprint(bytes))).toBeLessThan(8);
  });

  it.each(['png', 'webp', 'avif'] as const)('keeps transparency in a %s', async (format) => {
    const { bytes } = await make(await images.withAlpha(), inside, format);
    const [left, right] = await fingerprint(bytes);
    expect(distance([left ?? [], right ?? []], [[208, 48, 48, 255]])).toBeLessThan(12);
    expect(right?.[3]).toBeLessThan(3);
  });

  it.each([
    ['white', undefined, [255, 255, 255, 255]],
    ['the background of the preset', '#204060', [32, 64, 96, 255]],
  ])('puts %s behind transparency in a JPEG', async (_, background, colour) => {
    const preset = background ? { ...inside, background } : inside;
    const [, right] = await fingerprint((await make(await images.withAlpha(), preset, 'jpg')).bytes);
    expect(distance([right ?? []], [colour])).toBeLessThan(8);
  });

  it.each<[string, Preset, () => Promise<Buffer>, { width: number; height: number }]>([
    [
      'fills a cover exactly',
      { width: 200, height: 200, fit: 'cover', formats: [] },
      images.rightImages.jpeg,
      { width: 200, height: 200 },
    ],
    [
      'finds what draws the eye in a cover',
      { width: 64, height: 96, fit: 'cover', position: 'attention', formats: [] },
      images.rightImages.png,
      { width: 64, height: 96 },
    ],
    [
      'keeps the whole image inside',
      { width: 200, height: 50, fit: 'inside', formats: [] },
      images.rightImages.jpeg,
      { width: 75, height: 50 },
    ],
    [
      'keeps the width of a width preset, however long the image is',
      { width: 150, fit: 'inside', formats: [] },
      images.tall,
      { width: 150, height: 1800 },
    ],
    [
      'cuts a small original to the shape of a cover',
      { width: 200, height: 200, fit: 'cover', formats: [] },
      images.narrow,
      { width: 150, height: 150 },
    ],
    [
      'never enlarges',
      { width: 1200, height: 630, fit: 'cover', position: 'attention', formats: [] },
      images.tiny,
      { width: 30, height: 15 },
    ],
    ['never enlarges a width preset', inside, images.tiny, { width: 30, height: 20 }],
    [
      'enlarges where the preset says so',
      { width: 60, height: 60, fit: 'cover', enlarge: true, formats: [] },
      images.tiny,
      { width: 60, height: 60 },
    ],
  ])('%s', async (_, preset, original, size) => {
    const made = await make(await original(), preset);
    expect(made).toMatchObject(size);
    expect(await sharp(made.bytes).metadata()).toMatchObject(size);
  });

  it('cuts a cover in its middle unless the preset says otherwise', async () => {
    const top: Preset = { width: 300, height: 50, fit: 'cover', position: 'top', formats: [] };
    const [left, right] = upright;
    const made = await make(await images.rightImages.png(), top);
    expect(distance(await fingerprint(made.bytes), [left ?? [], right ?? [], left ?? [], right ?? []])).toBeLessThan(
      12,
    );
    const centred = await make(await images.rightImages.png(), { ...top, position: 'centre' });
    expect(distance(await fingerprint(centred.bytes), upright)).toBeLessThan(12);
  });

  describe.each([
    ['GIF', images.animatedGif, 3],
    ['WebP', images.animatedWebp, 2],
  ] as const)('from an animated %s', (_, original, frames) => {
    it('shows the first frame', async () => {
      const made = await make(await original(), { ...inside, width: 60 });
      expect(made).toMatchObject({ format: 'webp', width: 60, height: 40 });
      expect((await sharp(made.bytes).metadata()).pages ?? 1).toBe(1);
      expect(distance(await fingerprint(made.bytes), upright)).toBeLessThan(25);
    });

    it('keeps every frame in an animated preset', async () => {
      const made = await make(await original(), {
        width: 60,
        height: 40,
        fit: 'cover',
        position: 'attention',
        animated: true,
        formats: [],
      });
      expect(made).toMatchObject({ format: 'webp', width: 60, height: 40 });
      expect((await sharp(made.bytes, { animated: true }).metadata()).pages).toBe(frames);
    });

    it('shows the first frame where the asked format holds one', async () => {
      expect((await make(await original(), { ...inside, width: 60, animated: true }, 'png')).format).toBe('png');
    });
  });

  it.each(Object.entries(images.wrongImages).filter(([, { status }]) => status !== 415))(
    'refuses %s',
    async (_, { code, make: original }) => {
      expect(await codeOf(make(await original()))).toBe(code);
    },
  );

  it.each(['gif', 'webp'] as const)('shows the first frame of a %s that shows something', async (format) => {
    const blank = [
      [0, 0, 0, 0],
      [250, 250, 250, 255],
      [0, 0, 0, 255],
    ] as const;
    const made = await make(await images.animationAfter(blank, format));
    expect(distance(await fingerprint(made.bytes), upright)).toBeLessThan(25);
    // As it has always been: a first frame that shows something.
    const shown = await make(await images.animatedGif());
    expect(distance(await fingerprint(shown.bytes), upright)).toBeLessThan(25);
  });

  it('shows the first frame where all frames are blank', async () => {
    const original = await images
      .animationOf([
        [9, 99, 199, 255],
        [200, 0, 0, 255],
      ])
      .webp({ lossless: true })
      .toBuffer();
    const made = await fingerprint((await make(original, inside, 'png')).bytes);
    expect(distance(made.slice(0, 1), [[9, 99, 199, 255]])).toBe(0);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'turns each frame of an animation of EXIF orientation %i upright',
    async (orientation) => {
      const preset: Preset = { ...inside, animated: true };
      const original = await images.orientedAnimation(orientation);
      const made = await make(original, preset);
      expect(made).toMatchObject({ format: 'webp', width: 300, height: 200 });
      expect(await sharp(made.bytes).metadata()).toMatchObject({ pages: 2, delay: [120, 240], loop: 3 });
      const [first, second] = await Promise.all([0, 1].map((page) => sharp(made.bytes, { page }).png().toBuffer()));
      expect(distance(await fingerprint(first ?? Buffer.of()), upright)).toBeLessThan(25);
      expect(distance((await fingerprint(second ?? Buffer.of())).reverse(), upright)).toBeLessThan(25);
      const top = await make(original, {
        width: 300,
        height: 50,
        fit: 'cover',
        position: 'top',
        animated: true,
        formats: [],
      });
      const [left = [], right = []] = upright;
      expect(distance(await fingerprint(Buffer.from(top.bytes)), [left, right, left, right])).toBeLessThan(25);
    },
  );

  describe('given a focal point', () => {
    const [topLeft = [], topRight = [], bottomLeft = [], bottomRight = []] = upright;
    const at = (bytes: Buffer, focal: FocalPoint, preset: Preset, format?: Format) =>
      transform(bytes, requireImageType(bytes), { ...planOf(preset, format), focal });
    /** Each cuts one side of the image of 600 x 400. */
    const strips = { upright: { width: 60, height: 120 }, level: { width: 120, height: 20 } } as const;
    const corners = [
      [{ x: 0.1, y: 0.1 }, [topLeft, bottomLeft], [topLeft, topRight]],
      [{ x: 0.9, y: 0.1 }, [topRight, bottomRight], [topLeft, topRight]],
      [{ x: 0.1, y: 0.9 }, [topLeft, bottomLeft], [bottomLeft, bottomRight]],
      [{ x: 1, y: 1 }, [topRight, bottomRight], [bottomLeft, bottomRight]],
    ] as const;

    describe.each([1, 2, 3, 4, 5, 6, 7, 8])('in an original of EXIF orientation %i', (orientation) => {
      it.each(corners)('keeps the corner at %j of the upright image', async (focal, column, row) => {
        const originals = [await images.orientedJpeg(orientation), await images.orientedAnimation(orientation)];
        for (const original of originals) {
          for (const position of ['attention', 'top', undefined] as const) {
            const preset = { fit: 'cover', animated: true, formats: [], ...(position && { position }) } as const;
            const tall = await at(original, focal, { ...preset, ...strips.upright });
            expect(tall).toMatchObject(strips.upright);
            const [above, below] = column;
            expect(distance(await fingerprint(tall.bytes), [above, above, below, below])).toBeLessThan(25);
            const wide = await at(original, focal, { ...preset, ...strips.level });
            expect(wide).toMatchObject(strips.level);
            expect(distance(await fingerprint(wide.bytes), [...row, ...row])).toBeLessThan(25);
          }
        }
      });
    });

    /** Black on the left, white on the right: the mean says where a crop was taken. */
    const slope = (width: number, height: number) =>
      sharp(
        Buffer.from(
          Array.from({ length: width * height * 3 }, (_, i) => (255 * (Math.floor(i / 3) % width)) / (width - 1)),
        ),
        { raw: { width, height, channels: 3 } },
      );
    const square: Preset = { width: 100, height: 100, fit: 'cover', animated: true, formats: [] };
    const mean = async (bytes: Uint8Array) => (await sharp(bytes).stats()).channels[0]?.mean ?? 0;

    it.each([
      ['a JPEG that shrinks on load', () => slope(4001, 803).jpeg({ quality: 95 }), 100],
      ['a PNG', () => slope(1201, 301).png(), 100],
      ['an AVIF', () => slope(600, 201).avif({ quality: 90, effort: 0 }), 100],
      ['a small original', () => slope(240, 60).webp({ lossless: true }), 60],
    ])('centres the crop of %s on it, up to the edges', async (_, original, side) => {
      const bytes = await original().toBuffer();
      const { width = 0, height = 0 } = await sharp(bytes).metadata();
      const least = height / width / 2;
      for (const x of [0, 0.21, 0.37, 0.5, 0.8, 1]) {
        const made = await at(bytes, { x, y: 0 }, square, 'png');
        expect(made).toMatchObject({ width: side, height: side });
        expect(Math.abs((await mean(made.bytes)) - 255 * Math.min(Math.max(least, x), 1 - least))).toBeLessThan(2);
      }
    });

    it('leaves the whole image whole', async () => {
      const bytes = await images.rightImages.jpeg();
      expect(await at(bytes, { x: 0, y: 0 }, inside)).toEqual(await make(bytes));
    });

    it('crops as the preset says where it is in the middle and the preset says so', async () => {
      const bytes = await images.rightImages.jpeg();
      const middle = await at(bytes, { x: 0.5, y: 0.5 }, square, 'png');
      expect(
        distance(await fingerprint(middle.bytes), await fingerprint((await make(bytes, square, 'png')).bytes)),
      ).toBeLessThan(3);
    });

    it('is followed in what a GIF draws in part, and in translated colours', async () => {
      const cover: Preset = { width: 30, height: 60, fit: 'cover', formats: [] };
      const right = await at(await images.gifOfPartialFrame(), { x: 1, y: 0.5 }, cover);
      expect((await fingerprint(right.bytes)).map(([, , , alpha]) => alpha)).toEqual([0, 0, 255, 255]);
      const left = await at(await images.gifOfPartialFrame(), { x: 0, y: 0.5 }, cover);
      expect((await fingerprint(left.bytes)).map(([, , , alpha]) => alpha)).toEqual([0, 0, 0, 0]);
    });
  });

  describe('given a JPEG that is cut', () => {
    const serving = sharpTransformer({ ...config, truncated: 'serve' });

    it.each([
      ['by its end marker', {}, 2],
      ['by the end marker of a progressive one', { progressive: true }, 2],
      ['within its last row of blocks', {}, 60],
      ['within the last row of the last scan of a progressive one', { progressive: true }, 30],
    ])('serves it when it is cut %s', async (_, options, count) => {
      const whole = await images.grainyJpeg(options);
      const made = await make(images.cutBy(whole, count));
      expect(distance(await fingerprint(made.bytes), await fingerprint(whole))).toBeLessThan(4);
    });

    it.each([
      ['of two rows of blocks', {}, 300],
      ['of half its bytes', {}, 2500],
      ['of two rows of the last scan of a progressive one', { progressive: true }, 130],
      ['of whole scans of a progressive one', { progressive: true }, 2500],
    ])('refuses it when it lacks the data %s, unless the setting says to serve it', async (_, options, count) => {
      const cut = images.cutBy(await images.grainyJpeg(options), count);
      expect(await codeOf(make(cut))).toBe('image-broken');
      expect(await serving(cut, 'jpeg', planOf(inside))).toMatchObject({ width: 300, height: 300 });
    });

    it('refuses it when it holds no more than its header, whatever the setting says', async () => {
      const cut = (await images.grainyJpeg()).subarray(0, 100);
      expect(await codeOf(serving(cut, 'jpeg', planOf(inside)))).toBe('image-broken');
    });
  });

  it('calls a failing encoder a fault of the service, and not a broken original', async () => {
    const original = await images.rightImages.jpeg();
    sharp.block({ operation: ['VipsForeignSaveHeif'] });
    try {
      expect(await codeOf(make(original, inside, 'avif'))).toBe('internal-error');
      expect(await codeOf(make(images.cutBy(original, original.length >> 1), inside, 'avif'))).toBe('image-broken');
    } finally {
      sharp.unblock({ operation: ['VipsForeignSaveHeif'] });
    }
  });

  it('counts the frames of an animation where the preset keeps them', async () => {
    const original = await images.gifOfFrames(config.limits.maxFrames + 1);
    await expect(make(original, { ...inside, animated: true })).rejects.toThrow('151 frames, expected at most 150');
    expect(await codeOf(make(original))).toBe('ok');
  });

  it('filters the rows of a photograph, which makes it the smaller', async () => {
    const photo = await images.grainyPng();
    const { bytes } = await make(photo);
    const resized = sharp(photo).resize(300, 300);
    const [plain, filtered] = await Promise.all(
      [false, true].map((adaptiveFiltering) =>
        resized.clone().png({ compressionLevel: 6, adaptiveFiltering }).toBuffer(),
      ),
    );
    expect(bytes.length).toBe(filtered?.length);
    expect(bytes.length).toBeLessThan(plain?.length ?? 0);
  });

  it('gives a drawing a palette, with its transparency, and keeps a palette that is not resized', async () => {
    const drawing = await images.drawingPng({ palette: false });
    const made = await make(drawing);
    expect(await sharp(made.bytes).metadata()).toMatchObject({ isPalette: true, width: 300 });
    expect(made.bytes.length).toBeLessThan(drawing.length);
    const clear = await make(await images.withAlpha());
    expect((await fingerprint(clear.bytes))[1]?.[3]).toBe(0);
    const same = await make(await images.drawingPng(), { ...inside, width: 400 });
    expect(await sharp(same.bytes).metadata()).toMatchObject({ isPalette: true, width: 400 });
    const before = await sharp(drawing).raw().toBuffer();
    expect((await sharp(same.bytes).raw().toBuffer()).equals(before)).toBe(true);
  });

  it('gives a resized drawing as few bits as look the same', async () => {
    const drawing = await images.drawingPng();
    const twoColours = await sharp(drawing).threshold().png({ palette: true, colours: 2 }).toBuffer();
    const greys = await sharp(drawing).toColourspace('b-w').png({ palette: true, colours: 4 }).toBuffer();
    const pixels = async (image: Sharp): Promise<Pixels> => {
      const { data, info } = await image
        .removeAlpha()
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { data, ...info };
    };
    for (const [original, bits] of [
      [twoColours, 2],
      [greys, 4],
    ] as const) {
      const { bytes } = await make(original);
      expect((await sharp(bytes).metadata()).bitsPerSample).toBe(bits);
      const resized = await pixels(sharp(original).resize(300, 300));
      expect(sampledSimilarity(await pixels(sharp(bytes)), resized)).toBeGreaterThan(0.98);
    }
  });

  it('writes a drawing as a WebP without loss, and a photograph with loss', async () => {
    const drawing = await sharp(await images.drawingPng())
      .gif()
      .toBuffer();
    const made = await make(drawing, { ...inside, width: 400 });
    const pixels = (image: Uint8Array) => sharp(image).removeAlpha().raw().toBuffer();
    expect(isLosslessWebp(made.bytes)).toBe(true);
    expect((await pixels(made.bytes)).equals(await pixels(drawing))).toBe(true);
    expect(isLosslessWebp((await make(await images.drawingPng(), inside, 'webp')).bytes)).toBe(true);
    const photo = await images.grainyPng();
    for (const original of [photo, await sharp(photo).gif().toBuffer()]) {
      expect(isLosslessWebp((await make(original, inside, 'webp')).bytes)).toBe(false);
    }
  });

  it('makes of a photograph an AVIF and of a drawing the smaller of both, where the best is asked for', async () => {
    for (const original of [await images.rightImages.jpeg(), await images.grainyPng()]) {
      const made = await make(original, inside, 'auto');
      expect(made.format).toBe('avif');
      expect(made.bytes).toEqual((await make(original, inside, 'avif')).bytes);
    }
    const drawing = await images.drawingPng();
    const made = await make(drawing, inside, 'auto');
    expect(made).toMatchObject({ format: 'webp', width: 300 });
    expect(isLosslessWebp(made.bytes)).toBe(true);
    expect(made.bytes.length).toBeLessThan((await make(drawing, inside, 'avif')).bytes.length);
  });

  it('keeps an animation where the best is asked for, in a preset that does', async () => {
    const gif = await images.animatedGif();
    const made = await make(gif, { ...inside, animated: true }, 'auto');
    expect(made.format).toBe('webp');
    expect((await sharp(made.bytes).metadata()).pages).toBe((await sharp(gif).metadata()).pages);
  });

  it('leaves one channel one channel', async () => {
    const photo = await sharp(await images.grainyPng())
      .toColourspace('b-w')
      .png()
      .toBuffer();
    for (const original of [await chartJpeg('grey'), photo]) {
      expect(await sharp((await make(original)).bytes).metadata()).toMatchObject({ space: 'b-w', channels: 1 });
    }
  });

  it('gives no derivative a higher quality than its original, or more bytes', async () => {
    const photo = sharp(await images.grainyPng());
    const [jpeg, webp] = [await photo.jpeg({ quality: 35 }).toBuffer(), await photo.webp({ quality: 35 }).toBuffer()];
    expect(originalQuality((await make(jpeg)).bytes, 'jpeg')).toBe(35);
    expect(originalQuality((await make(jpeg, inside, 'webp')).bytes, 'webp')).toBeLessThanOrEqual(35);
    expect(originalQuality((await make(webp)).bytes, 'webp')).toBeLessThanOrEqual(35);
    for (const original of [jpeg, webp, await photo.jpeg({ quality: 60, mozjpeg: true }).toBuffer()]) {
      expect((await make(original, { ...inside, width: 400 })).bytes.length).toBeLessThanOrEqual(original.length);
    }
  });

  it('gives a small image no palette that is larger than the image', async () => {
    const ramp = Buffer.from(Array.from({ length: 32 * 32 }, (_, n) => 8 * (n & 31)));
    const png = await sharp(ramp, { raw: { width: 32, height: 32, channels: 1 } })
      .toColourspace('srgb')
      .png()
      .toBuffer();
    const plain = await sharp(png).resize(30).png({ compressionLevel: 6, adaptiveFiltering: false }).toBuffer();
    expect((await make(png, { ...inside, width: 30 })).bytes.length).toBeLessThanOrEqual(plain.length);
  });

  it.each(
    Object.entries({
      png: async () => sharp(await images.grainyPng()).png({ compressionLevel: 9, progressive: true }),
      'lossy webp': async () =>
        sharp(await images.drawingPng())
          .resize(90)
          .webp({ quality: 30, effort: 6 }),
      'lossy webp with alpha': async () =>
        sharp(await images.withAlpha())
          .resize(90)
          .webp({ quality: 30, effort: 6 }),
    }),
  )('serves the pixels of a %s as they are where encoding them again adds bytes', async (_, image) => {
    const original = await (await image()).toBuffer();
    const made = await make(original, { ...inside, width: 400 });
    const pixels = (bytes: Uint8Array) => sharp(bytes).ensureAlpha().raw().toBuffer();
    expect((await pixels(made.bytes)).equals(await pixels(original))).toBe(true);
    expect(made.bytes.length).toBeLessThanOrEqual(original.length);
    const smaller = await make(original, { ...inside, width: 80 });
    expect(await sharp(smaller.bytes).metadata()).toMatchObject({ width: 80, height: 80 });
  });

  it('ends the process, and refuses the image, when a decoder does not hear of its time limit', async () => {
    let hung = 0;
    const hasty = sharpTransformer(
      { ...config, limits: { ...config.limits, decodeSeconds: 0.05, maxJpegScans: 1e6 } },
      () => {
        hung += 1;
      },
    );
    // Decodes for about two seconds on an idle machine, and the process would be ended after 1.05 seconds.
    const bomb = jpegOfManyScans(4);
    expect(await codeOf(make(bomb))).toBe('original-too-large');
    expect(await codeOf(hasty(bomb, 'jpeg', planOf(inside)))).toBe('original-too-slow');
    expect(hung).toBe(1);
  });
});
