import { describe, expect, test } from 'vitest';
import { families } from '../../../bench/sweep/families.ts';
import { negotiationReport } from '../../../bench/sweep/negotiated.ts';
import { sweepReport } from '../../../bench/sweep/report.ts';
import { judgeVariant, missedByteGoals, rowsOf } from '../../../bench/sweep/rows.ts';
import { config } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { runtimeEnvironment } from '../../../src/core/runtime-environment.ts';

describe('judgeVariant()', () => {
  test.each([
    // CPU, bytes, SSIM less ours.
    [0.9, 0.9, -0.001, 'better'],
    [0.9, 0.8, -0.003, 'looks worse'],
    [1.5, 0.9, 0, 'fewer bytes for more time'],
    [0.8, 1.1, 0, 'less time for more bytes'],
    [1.2, 1, 0.01, 'worse'],
    [1.02, 1.005, 0, 'the same'],
  ])('CPU %f, bytes %f, SSIM %f: %s', (cpuRatio, bytesRatio, similarityDifference, verdict) => {
    expect(judgeVariant({ cpuRatio, bytesRatio, similarityDifference })).toBe(verdict);
  });

  test.each([
    [0.96, 2, 'less time for more memory'],
    [1, 1.2, 'worse'],
    [1, 0.8, 'better'],
    [1.1, 0.8, 'less memory for more time'],
    [1.02, 0.95, 'the same'],
  ])('CPU %f, peak memory %f: %s', (cpuRatio, peakRatio, verdict) => {
    expect(judgeVariant({ cpuRatio, peakRatio })).toBe(verdict);
  });
});

describe('rowsOf()', () => {
  const variants = [
    { name: 'ours', settings: {} },
    { name: 'theirs', settings: {} },
  ];
  const rounds = (cpuMilliseconds: number, ...peaks: number[]) =>
    peaks.map((peakMegabytes) => ({ cpuMilliseconds, peakMegabytes }));

  test('judges the peak of the whole mix, which has no image', () => {
    const family = { name: 'arenas', decided: 'here', cases: [], variants };
    const [ours, theirs] = rowsOf(family, 'mix', [rounds(100, 200, 220, 210), rounds(96, 400, 420, 440)]);
    expect(theirs).toEqual({
      case: 'mix',
      variant: 'theirs',
      isOurs: false,
      cpuMilliseconds: 96,
      cpuRatio: 0.96,
      peakMegabytes: 440,
      peakRatio: 2,
      verdict: 'less time for more memory',
    });
    expect(sweepReport([{ family, rows: ours && theirs ? [ours, theirs] : [] }])).toMatch(
      /440 MB +\| 2\.00 +\| less time for more memory/,
    );
  });

  test('judges bytes and similarity of one image, and not its peak', () => {
    const family = {
      name: 'effort',
      decided: 'here',
      cases: [{ photo: 'jpeg-2mp', preset: '640x' }],
      variants,
    } as const;
    const made = (bytes: number, peak: number) =>
      rounds(100, peak).map((round) => ({ ...round, image: { wallMilliseconds: 50, bytes, similarity: 0.97 } }));
    const [, theirs] = rowsOf(family, 'a', [made(1000, 100), made(900, 200)]);
    expect(theirs).toMatchObject({
      bytes: 900,
      bytesRatio: 0.9,
      similarityDifference: 0,
      wallRatio: 1,
      verdict: 'better',
    });
    expect(theirs).not.toHaveProperty('peakRatio');
  });
});

describe('the families', () => {
  test('ask for presets of the list, and have ours first and something beside it', () => {
    const presets = allowedPresets(config.presets);
    for (const { name, cases, variants } of families) {
      expect(
        cases.filter(({ preset }) => !presets.has(preset)),
        name,
      ).toEqual([]);
      expect(variants.length, name).toBeGreaterThan(1);
      expect(new Set(variants.map((variant) => variant.name)).size, name).toBe(variants.length);
    }
  });

  test('have as ours what is shipped', () => {
    const ours = Object.fromEntries(families.map(({ name, variants }) => [name, variants[0]?.settings]));
    expect(ours).toEqual({
      "sharp's defaults": {},
      'WebP effort': { webp: { effort: config.codecs.webp.effort } },
      'WebP alpha quality': { webp: { alphaQuality: config.codecs.webp.alphaQuality } },
      'AVIF effort': { avif: { effort: config.codecs.avif.effort } },
      'PNG compression': { png: { compressionLevel: config.codecs.png.compressionLevel } },
      mozjpeg: {},
      'PNG filters': {},
      'sharp.concurrency': { concurrency: 1 },
      'fast shrink on load': { fastShrinkOnLoad: true },
      'allocator arenas': {
        variables: { MALLOC_ARENA_MAX: runtimeEnvironment.MALLOC_ARENA_MAX },
      },
    });
  });
});

test('missedByteGoals() names the cases whose bytes are over their goal', () => {
  const [family] = families;
  const row = (isOurs: boolean, bytesRatio: number) => ({
    case: 'png-2mp-alpha 640x',
    variant: String(isOurs),
    isOurs,
    cpuMilliseconds: 1,
    cpuRatio: 1,
    bytesRatio,
    peakMegabytes: 1,
    verdict: 'the same' as const,
  });
  const missed = (bytesRatio: number) => family && missedByteGoals(family, [row(true, 1), row(false, bytesRatio)]);
  expect(missed(1.4)).toEqual([]);
  expect(missed(1.2)).toEqual(['png-2mp-alpha 640x needs 0.833 of the bytes, at most 0.76 are allowed']);
});

describe('negotiationReport()', () => {
  const made = (bytes: number, similarity: number, cpuMilliseconds = 10) =>
    ({ bytes, similarity, cpuMilliseconds, format: 'avif' }) as const;
  test('compares formats at the SSIM of the original’s, and as shipped where that has no loss', () => {
    const about = { file: 'a', preset: '640x' } as const;
    const report = negotiationReport([
      {
        ...{ ...about, type: 'jpeg', bare: made(1000, 0.97), webp: made(900, 0.97), auto: made(600, 0.96, 30) },
        atEqualSimilarity: { webp: 800, auto: 700 },
      },
      { ...about, type: 'png', bare: made(3000, 1), webp: made(1000, 0.97), auto: made(500, 0.97) },
    ]);
    const cells = (name: string) =>
      new RegExp(`^\\| ${name} .*$`, 'm')
        .exec(report)?.[0]
        .split(/\s*\|\s*/)
        .slice(1, -1) ?? [];
    expect(cells('jpeg').slice(1, 5)).toEqual(['1', '1.0 kB', '0.90', '0.60']);
    expect(cells('jpeg').slice(6, 9)).toEqual(['0.80', '0.70', '10 ms → 30 ms']);
    expect(cells('all').slice(6, 8)).toEqual(['0.45', '0.30']);
    // 1,450 bytes of a view at $0.085 a gigabyte; 10 ms of a vCPU.
    expect(report).toContain('A million views: $0.12 less');
    expect(report).toContain('A million resizes: $0.29 more');
  });
});
