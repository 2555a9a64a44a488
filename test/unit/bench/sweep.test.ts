import { describe, expect, test } from 'vitest';
import { familyTable, summary } from '../../../bench/sweep/report.ts';
import { families } from '../../../bench/sweep/variants.ts';
import { judgeVariant } from '../../../bench/sweep/verdict.ts';
import { config } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { runtimeEnvironment } from '../../../src/core/runtime-environment.ts';

describe('judgeVariant()', () => {
  test.each([
    // CPU, bytes, SSIM less ours.
    [0.9, 1, 0, 'better'],
    [1, 0.9, 0, 'better'],
    [0.9, 0.9, -0.001, 'better'],
    [0.9, 0.8, -0.003, 'looks worse'],
    [1.5, 0.9, 0, 'smaller for more time'],
    [0.8, 1.1, 0, 'larger for less time'],
    [1.2, 1, 0.01, 'worse'],
    [1, 1.2, 0.01, 'worse'],
    [1.02, 1.005, 0, 'the same'],
    [0.98, 0.995, 0, 'the same'],
  ])('CPU %f, bytes %f, SSIM %f: %s', (cpuRatio, bytesRatio, similarityDifference, verdict) => {
    expect(judgeVariant({ cpuRatio, bytesRatio, similarityDifference })).toBe(verdict);
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
      'WebP effort': { webp: { effort: config.codecs.webp.effort } },
      'WebP alpha quality': { webp: { alphaQuality: config.codecs.webp.alphaQuality } },
      'AVIF effort': { avif: { effort: config.codecs.avif.effort } },
      'PNG compression': { png: { compressionLevel: config.codecs.png.compressionLevel } },
      mozjpeg: {},
      'PNG filters': {},
      'sharp.concurrency': { concurrency: 1 },
      'fast shrink on load': { fastShrinkOnLoad: true },
      'arenas of the allocator': {
        variables: { MALLOC_ARENA_MAX: runtimeEnvironment.MALLOC_ARENA_MAX },
      },
    });
  });
});

test('the report names what would be better, and only that', () => {
  const row = {
    case: 'a 1280x.webp',
    cpuMilliseconds: 80,
    wallRatio: 1,
    bytes: 50_000,
    similarity: 0.97,
    peakMegabytes: 100,
    bytesRatio: 1,
    similarityDifference: 0,
  };
  const rows = [
    { ...row, variant: '2', isOurs: true, cpuRatio: 1, verdict: 'the same' as const },
    { ...row, variant: '1', isOurs: false, cpuRatio: 0.8, verdict: 'better' as const },
    { ...row, variant: '6', isOurs: false, cpuRatio: 2, verdict: 'worse' as const },
  ];
  const [family] = families;
  expect(family && familyTable(family, rows)).toMatch(/\*\*2\*\* .* ours/);
  expect(summary([{ family: 'WebP effort', rows }])).toContain(
    'Better than ours would be: WebP effort 1 for a 1280x.webp (CPU 0.80, bytes 1.00).',
  );
  expect(summary([{ family: 'WebP effort', rows: rows.slice(0, 1) }])).toContain('No variant is better than ours.');
});
