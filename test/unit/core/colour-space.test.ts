import { describe, expect, it } from 'vitest';
import { colourLabel } from '../../../src/core/colour-label.ts';
import { isKnownLabel, toSrgb } from '../../../src/core/colour-space.ts';
import {
  type Chunks,
  cHRM,
  chartAvifOf,
  chartPng,
  chromaticities,
  cICP,
  cLLI,
  gAMA,
  iCCP,
  iccProfile,
  sRGB,
} from '../../fixtures/colour-charts.ts';

const labelOf = (chunks: Chunks) => colourLabel(chartPng('rgb', 8, chunks), 'png');

describe('colourLabel()', () => {
  it.each<[string, Chunks]>([
    ['no label', {}],
    ['a profile, which libvips follows', { ...gAMA(1), ...iCCP(iccProfile('adobe')) }],
    ['sRGB over gAMA', { ...sRGB, ...gAMA(1) }],
    ['the gamma of sRGB', gAMA(0.45455)],
    [
      'the gamma and the chromaticities of sRGB',
      { ...gAMA(0.45455), ...cHRM(0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06) },
    ],
    ['chromaticities alone', cHRM(...chromaticities.p3)],
    ['cICP of sRGB', cICP(1, 13)],
    ['cICP of limited range', cICP(12, 13, 0)],
    ['a gamma of 0', gAMA(0)],
  ])('finds nothing to translate in a PNG with %s', (_, chunks) => {
    expect(labelOf(chunks)).toBeUndefined();
  });

  it('reads a PNG', () => {
    expect(labelOf({ ...cICP(9, 16), ...cLLI(400), ...iCCP(iccProfile('adobe')) })).toEqual({
      primaries: 9,
      transfer: 16,
      peakNits: 400,
    });
    expect(labelOf({ ...gAMA(0.5), ...cHRM(...chromaticities.p3) })).toEqual({
      primaries: chromaticities.p3,
      transfer: { exponent: 2 },
    });
  });

  it('reads an AVIF', async () => {
    const avif = (primaries: number, transfer: number) => chartAvifOf(primaries, transfer, 8);
    expect(colourLabel(await avif(12, 13), 'avif')).toEqual({ primaries: 12, transfer: 13 });
    expect(colourLabel(await avif(9, 1), 'avif')).toEqual({ primaries: 9, transfer: 13 });
    for (const original of [await avif(1, 13), await avif(2, 2), await avif(1, 1)])
      expect(colourLabel(original, 'avif')).toBeUndefined();
  });

  it('reads the primary image of an AVIF, and leaves it to its profile where it has one, too', () => {
    const box = (type: string, ...parts: readonly (string | readonly number[] | Uint8Array)[]): Buffer => {
      const content = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
      const head = Buffer.alloc(4);
      head.writeUInt32BE(8 + content.length);
      return Buffer.concat([head, Buffer.from(type), content]);
    };
    const nclx = (primaries: number, transfer: number) => box('colr', 'nclx', [0, primaries, 0, transfer, 0, 1, 128]);
    const properties = box('ipco', nclx(12, 13), nclx(9, 16), box('colr', 'prof', [0, 0, 0, 0]));
    /** Item 1 is a thumbnail, with the second property; item 2 is the image. */
    const avif = (...primary: number[]) => {
      const ipma = box('ipma', [0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 1, 2, 0, 2, primary.length, ...primary]);
      return box('meta', [0, 0, 0, 0], box('pitm', [0, 0, 0, 0, 0, 2]), box('iprp', properties, ipma));
    };
    expect(colourLabel(avif(1), 'avif')).toEqual({ primaries: 12, transfer: 13 });
    expect(colourLabel(avif(1, 3), 'avif')).toBeUndefined();
  });

  it('reads no further than a header that is cut', async () => {
    const [png, avif] = [chartPng('rgb', 8, { ...cICP(9, 16), ...cLLI(400) }), await chartAvifOf(12, 13, 8)];
    for (let length = 0; length < 400; length += 1) {
      expect(() => colourLabel(png.subarray(0, length), 'png')).not.toThrow();
      expect(() => colourLabel(avif.subarray(0, length), 'avif')).not.toThrow();
    }
  });

  it('knows no label that no standard has', () => {
    expect(
      [
        [9, 16],
        [1, 8],
        [3, 13],
        [1, 9],
        [2, 13],
        [12, 2],
      ].map(([primaries = 0, transfer = 0]) => isKnownLabel({ primaries, transfer })),
    ).toEqual([true, true, false, false, false, false]);
  });
});

describe('toSrgb()', () => {
  // As Chromium 156 shows these values.
  it.each<[string, Chunks, readonly number[], readonly number[]]>([
    ['gamma 1', gAMA(1), [51, 77, 102], [124, 149, 170]],
    ['Adobe RGB', { ...gAMA(0.45455), ...cHRM(...chromaticities.adobe) }, [77, 153, 51], [0, 154, 34]],
    [
      'ProPhoto, of another white',
      { ...gAMA(1 / 1.8), ...cHRM(...chromaticities.prophoto) },
      [51, 77, 102],
      [0, 101, 125],
    ],
    ['P3', cICP(12, 13), [230, 128, 26], [246, 121, 0]],
    ['BT.2020', cICP(9, 1), [230, 128, 26], [255, 97, 0]],
    ['PQ', cICP(9, 16), [204, 153, 128], [255, 65, 51]],
    ['PQ of 400 nits', { ...cICP(9, 16), ...cLLI(400) }, [77, 64, 89], [62, 35, 79]],
    ['P3 and PQ', cICP(12, 16), [51, 77, 102], [5, 45, 83]],
    ['HLG', cICP(9, 18), [204, 153, 128], [234, 115, 99]],
  ])('translates %s', (_, chunks, from, to) => {
    const label = labelOf(chunks);
    if (!label) throw new Error('no label');
    const alpha = [...toSrgb(Uint8Array.of(...from, 77), 4, label)];
    const wide = [
      ...toSrgb(
        Uint16Array.from(from, (value) => value * 257),
        3,
        label,
      ),
    ];
    expect(alpha[3]).toBe(77);
    to.forEach((value, n) => {
      expect(Math.abs((alpha[n] ?? 0) - value), `${alpha}`).toBeLessThanOrEqual(2);
      expect(Math.abs((wide[n] ?? 0) - value), `${wide}`).toBeLessThanOrEqual(2);
    });
  });

  it('translates grey by the curve alone', () => {
    const label = { primaries: 9, transfer: 18 };
    expect([...toSrgb(Uint8Array.of(0, 128, 255), 1, label)]).toEqual([0, 99, 255]);
    expect([...toSrgb(Uint16Array.of(128 * 257, 0x8000), 2, label)]).toEqual([100, 128]);
  });
});
