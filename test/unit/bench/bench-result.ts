/** A result with known numbers. */
import type { BenchResult, MeasuredCase } from '../../../bench/memory/result.ts';

const megabyte = 2 ** 20;

function measuredCase(photo: string, warm: readonly number[]): MeasuredCase {
  const process = {
    startCpuMilliseconds: 140,
    firstCpuMilliseconds: 2 * (warm[0] ?? 0),
    warmCpuMilliseconds: warm,
    peakRssBytes: 120 * megabyte,
  };
  return {
    photo,
    preset: '400x400',
    weight: 10,
    bytesIn: 5_500_000,
    bytesOut: 60_000,
    pixels: 12e6,
    processes: [process, process, process],
  };
}

export function resultOf(changed: Partial<BenchResult> & { warm?: readonly number[] } = {}): BenchResult {
  const { warm = [100, 101, 102, 103, 104], ...rest } = changed;
  return {
    date: '2026-11-25T10:00:00.000Z',
    seconds: 93,
    isQuick: true,
    hasOwnPhotos: false,
    machine: { processor: 'Abacus 9', cores: 2, memoryGigabytes: 24, versions: { node: '24.21.0', sharp: '0.35.5' } },
    load: { before: 0.4, after: 1.7 },
    assumed: {
      architecture: 'x64',
      s3: { latencyMilliseconds: 60, spread: 2.5, megabytesPerSecond: 70 },
      coldShare: 0.05,
      hitRate: 0.9,
      headroom: 0.2,
      objective: { benchCase: 'jpeg-12mp 400x400', p95Milliseconds: 1500 },
      decodeMilliseconds: 8000,
      requestMilliseconds: 12_000,
    },
    measured: {
      cases: [measuredCase('jpeg-12mp', warm), measuredCase('<script>', [30, 31, 30, 31, 95])],
      limitCases: [
        {
          photo: 'avif-25mp',
          preset: '400x400',
          bytesIn: 6e6,
          pixels: 25e6,
          cpuMilliseconds: [1910, 1770, 1802],
          peakRssBytes: [480 * megabyte, 500 * megabyte],
        },
      ],
      mixedPeakRssBytes: [200 * megabyte],
    },
    memory: { trials: [], unavailable: 'no cgroups' },
    ...rest,
  };
}
