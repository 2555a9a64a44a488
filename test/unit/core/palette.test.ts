import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../src/core/drawing.ts';
import { type Colours, countColours, paintedPixels, palettesOf } from '../../../src/core/palette.ts';

/** One row of pixels, from as many samples each. */
const row = (...pixels: readonly (readonly number[])[]): Pixels => ({
  data: Uint8Array.from(pixels.flat()),
  width: pixels.length,
  height: 1,
  channels: pixels[0]?.length ?? 0,
});
const counted = (pixels: Pixels) => countColours(pixels) as Colours;
const repeat = <T>(value: T, times: number): T[] => Array.from({ length: times }, () => value);

describe('countColours()', () => {
  it('counts greys and colours, and takes all that is fully transparent for one', () => {
    const grey = counted(row([7], [7], [255], [7]));
    expect([[...grey.values], [...grey.counts], [...grey.ofPixels]]).toEqual([
      [0x070707ff, -1],
      [3, 1],
      [0, 0, 1, 0],
    ]);
    const clear = counted(row([1, 2, 3, 0], [9, 9, 9, 0], [1, 2, 3, 4], [1, 2, 3, 0]));
    expect([[...clear.values], [...clear.counts]]).toEqual([
      [0, 0x01020304],
      [3, 1],
    ]);
  });

  it('takes near colours for one where there are too many, and gives up where these are too many', () => {
    const many = (step: number, count: number) =>
      row(...Array.from({ length: count }, (_, n) => [(n & 31) * step, ((n >> 5) & 31) * step, (n >> 10) * step]));
    expect(counted(many(2, 16_384)).values).toHaveLength(16_384);
    expect(counted(many(2, 16_385)).values.length).toBeLessThan(1_000);
    expect(countColours(many(8, 16_385))).toBeUndefined();
  });
});

describe('palettesOf()', () => {
  it('keeps every colour where there is room, exactly', () => {
    const pixels = row([250, 3, 77, 5], [250, 3, 77, 255], [0, 0, 0, 128], [9, 8, 7, 0]);
    const colours = counted(pixels);
    const [palette] = palettesOf(colours, [4]);
    if (!palette) throw new Error('No palette');
    expect([palette.error, palette.worst]).toEqual([0, 0]);
    expect([...paintedPixels(pixels, colours, palette).data]).toEqual([...pixels.data.subarray(0, 12), 0, 0, 0, 0]);
  });

  it('keeps flat areas exactly and a rare colour that is far from all others, and blends the rest', () => {
    const edge = Array.from({ length: 60 }, (_, n) => [100 + n, 100 + n, 100 + n]);
    const pixels = row(
      ...repeat([100, 100, 100], 5_000),
      ...edge,
      ...repeat([160, 160, 160], 4_000),
      [230, 10, 20],
      [230, 10, 20],
    );
    const colours = counted(pixels);
    const [four, eight] = palettesOf(colours, [4, 8]);
    if (!four || !eight) throw new Error('No palette');
    const shown = paintedPixels(pixels, colours, eight).data;
    expect([...shown.subarray(0, 3), ...shown.subarray(-3 * 1_000 - 6, -3 * 999 - 6), ...shown.subarray(-3)]).toEqual([
      ...[100, 100, 100, 160, 160, 160, 230, 10, 20],
    ]);
    expect([four.entries.length, eight.entries.length]).toEqual([4, 8]);
    expect(eight.worst).toBeLessThanOrEqual(8);
    expect(eight.error).toBeLessThan(four.error);
    let squares = 0;
    pixels.data.forEach((value, n) => {
      squares += (value - (shown[n] ?? 0)) ** 2;
    });
    expect(eight.error).toBeCloseTo(Math.sqrt(squares / pixels.width / 4), 6);
  });

  it('weighs colours by their opacity', () => {
    const colours = counted(row(...repeat([255, 255, 255, 255], 99), [255, 0, 0, 1], [0, 0, 255, 1], [0, 0, 255, 200]));
    const [palette] = palettesOf(colours, [3]);
    expect(palette?.worst).toBeLessThanOrEqual(2);
  });
});
