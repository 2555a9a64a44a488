import { describe, expect, test } from 'vitest';
import type { Assumptions } from '../../../bench/memory/assumptions.ts';
import { certaintyOf } from '../../../bench/memory/certainty.ts';
import type { Measured, MeasuredCase } from '../../../bench/memory/measured.ts';
import { memoryRow } from '../../../bench/memory/memory-row.ts';
import { seededRandom } from '../../../bench/random.ts';

const megabyte = 2 ** 20;

const assumed: Assumptions = {
  architecture: 'x64',
  // 200 ms in all, always.
  s3: { latencyMilliseconds: 100, spread: 1, megabytesPerSecond: 1000 },
  coldShare: 0.05,
  hitRate: 0.9,
  headroom: 0.2,
  objective: { benchCase: 'photo 400x400', p95Milliseconds: 1000 },
  decodeMilliseconds: 8000,
  requestMilliseconds: 12_000,
};

function measuredCase(given: { photo?: string; weight?: number; warm?: number; first?: number }): MeasuredCase {
  const { photo = 'photo', weight = 1, warm = 100, first = 150 } = given;
  const process = {
    startCpuMilliseconds: 200,
    firstCpuMilliseconds: first,
    warmCpuMilliseconds: [warm, warm],
    warmWallMilliseconds: [warm, warm],
    peakRssBytes: 100 * megabyte,
  };
  return { photo, preset: '400x400', weight, bytesIn: 0, bytesOut: 0, pixels: 1, processes: [process, process] };
}

const measured = (...cases: MeasuredCase[]): Measured => ({
  cases,
  extremes: [],
  mixedPeakRssBytes: [150 * megabyte],
});

describe('memoryRow()', () => {
  test('at half a vCPU: twice the CPU time and S3’s time as it is', () => {
    const row = memoryRow(884.5, measured(measuredCase({})), assumed);
    expect(row.vcpus).toBe(0.5);
    expect(row.warm.p50).toBeCloseTo(208.8 + 200, 6);
    expect(row.first.p50).toBeCloseTo(200 + 313.2 + 200, 6);
    expect(row.objectiveP95).toBeCloseTo(408.8, 6);
    expect(row.faults).toEqual([]);
  });

  test('bills warm and first calls in their proportion, each rounded up', () => {
    const row = memoryRow(884.5, measured(measuredCase({ warm: 100.1 })), assumed);
    // 409.0 is billed as 410, 713.2 as 714.
    expect(row.billedMilliseconds).toBeCloseTo(0.95 * 410 + 0.05 * 714, 9);
    const seconds = row.billedMilliseconds / 1000;
    // Lambda seconds and request, API, PUT, four GETs, the second request to CloudFront.
    const dollars = seconds * (884.5 / 1024) * 0.0000166667 + 0.2e-6 + 1e-6 + 5e-6 + 1.6e-6 + 1e-6;
    expect(row.dollarsOfThousandResizes).toBeCloseTo(1000 * dollars, 9);
    expect(row.dollarsOfMillionViews).toBeCloseTo(1 + 1e5 * dollars, 6);
  });

  test('takes the cases by their weight', () => {
    const both = measured(measuredCase({ weight: 94 }), measuredCase({ photo: 'large', weight: 6, warm: 1000 }));
    const row = memoryRow(1769, both, assumed);
    expect(row.warm.p50).toBeCloseTo(303.2, 6);
    expect(row.warm.p95).toBeCloseTo(1232, 6);
    // The objective speaks of one case.
    expect(row.objectiveP95).toBeCloseTo(303.2, 6);
    // Or of all, where it names none.
    const { objectiveP95 } = memoryRow(1769, both, {
      ...assumed,
      objective: { benchCase: undefined, p95Milliseconds: 1 },
    });
    expect(objectiveP95).toBeCloseTo(1232, 6);
  });

  test('shows first calls in the p95 of all once they are more than a twentieth', () => {
    const p95 = (coldShare: number) => memoryRow(1769, measured(measuredCase({})), { ...assumed, coldShare }).all.p95;
    expect(p95(0.04)).toBeCloseTo(303.2, 6);
    expect(p95(0.06)).toBeCloseTo(554.8, 6);
  });
});

describe('what speaks against a size', () => {
  const kinds = (memory: number, given: Measured, changed: Partial<Assumptions> = {}) =>
    memoryRow(memory, given, { ...assumed, ...changed }).faults.map(({ kind, says }) => `${kind}: ${says}`);
  const extreme = { photo: 'giant', preset: '400x400', bytesIn: 0, pixels: 25e6 };

  test('the objective, with head-room', () => {
    // 581 ms of CPU take 600, and S3 200: a fifth of head-room leaves 800 of 1,000.
    expect(kinds(1769, measured(measuredCase({ warm: 581 })))).toEqual([]);
    expect(kinds(1769, measured(measuredCase({ warm: 586 })))).toEqual([
      'slow: photo 400x400 has a p95 of 805 ms: expected at most 800, the objective less head-room',
    ]);
  });

  test('too little memory for the mix, by the process that needed most', () => {
    // 150 and 35 MB of 256: four fifths are 204.
    expect(kinds(256, measured(measuredCase({ warm: 10 })))).toEqual([]);
    const more = { ...measured(measuredCase({ warm: 10 })), mixedPeakRssBytes: [100 * megabyte, 180 * megabyte] };
    expect(kinds(256, more)).toEqual(['memory: the mix needs 215 of 256 MB: expected at most 205']);
    expect(kinds(128, more, { headroom: 0 })).toEqual([
      'out-of-memory: the mix runs out of memory: it needs 215 of 128 MB',
    ]);
  });

  test('an image at a limit that does not fit, though it needs no head-room', () => {
    const giant = { ...extreme, cpuMilliseconds: [130, 100], peakRssBytes: [480 * megabyte] };
    const given = { ...measured(measuredCase({ warm: 10 })), extremes: [giant] };
    expect(kinds(515, given)).toEqual([]);
    expect(kinds(512, given)).toEqual(['out-of-memory: giant 400x400 runs out of memory: it needs 515 of 512 MB']);
  });

  test('an image at a limit that is not decoded in time, or not answered', () => {
    const giant = { ...extreme, cpuMilliseconds: [4000, 4900], peakRssBytes: [100 * megabyte] };
    const given = { ...measured(measuredCase({ warm: 10 })), extremes: [giant] };
    expect(kinds(1024, given)).toEqual([]);
    expect(kinds(768, given)).toEqual(['deadline: giant 400x400 takes 9.7 s to decode and encode: the limit is 8.0 s']);
    expect(kinds(1024, given, { requestMilliseconds: 7000 })).toEqual([
      'deadline: giant 400x400 takes 7.4 s in all: the limit is 7.0 s',
    ]);
  });
});

describe('certaintyOf()', () => {
  /** Six processes of five calls; samples vary by `noise` around what the case takes, processes by `luck`. */
  function noisy(warm: number, noise: number, luck: number): Measured {
    const random = seededRandom(5);
    const one = measuredCase({});
    const processes = Array.from({ length: 6 }).flatMap(() => {
      const own = warm * (1 + luck * (2 * random() - 1));
      const samples = Array.from({ length: 5 }, () => own * (1 + noise * (2 * random() - 1)));
      return one.processes.slice(0, 1).map((process) => ({ ...process, warmCpuMilliseconds: samples }));
    });
    return measured({ ...one, processes });
  }

  test('is certain of steady samples', () => {
    const { doubt, margin, samePick, cases } = certaintyOf(noisy(100, 0.02, 0.01), assumed);
    expect({ doubt, samePick }).toEqual({ doubt: 'none', samePick: 1 });
    expect(margin).toBeLessThan(0.03);
    expect(cases).toMatchObject([{ case: 'photo 400x400', samples: 30 }]);
  });

  test('concludes nothing from samples that are all over the place', () => {
    expect(certaintyOf(noisy(100, 0.1, 0.9), assumed)).toMatchObject({ doubt: 'margin' });
  });

  test('concludes nothing where the same measurement might as well have picked another size', () => {
    // At 512 MB 164 ms of CPU and S3's 200 are the 800 that are allowed: a p95 of a few percent over the middle.
    const certainty = certaintyOf(noisy(156, 0.03, 0.03), assumed);
    expect(certainty.margin).toBeLessThan(0.1);
    expect(certainty.samePick).toBeLessThan(0.9);
    expect(certainty.doubt).toBe('pick');
    expect(certainty.otherPicks.length).toBeGreaterThan(0);
  });

  test('concludes nothing where an image at a limit was in time by the luck of one call', () => {
    // The pick is 512 MB while 8 s are not passed there: 2,181 ms of CPU.
    const steady = noisy(50, 0.02, 0.01);
    const giant = { photo: 'giant', preset: '400x400', bytesIn: 0, pixels: 25e6, peakRssBytes: [250 * megabyte] };
    const withCalls = (...cpuMilliseconds: number[]) =>
      certaintyOf({ ...steady, extremes: [{ ...giant, cpuMilliseconds }] }, { ...assumed, headroom: 0 });
    expect(withCalls(2100, 2350, 2300, 2500)).toMatchObject({ doubt: 'pick', otherPicks: [768] });
    expect(withCalls(2100, 2110, 2120, 2500)).toMatchObject({ doubt: 'none' });
    expect(withCalls(2300, 2350, 2300, 2500)).toMatchObject({ doubt: 'none' });
  });

  test('concludes nothing where an image at a limit found its memory in most processes alone', () => {
    const calls = { photo: 'giant', preset: '400x400', bytesIn: 0, pixels: 25e6, cpuMilliseconds: [100] };
    const withPeaks = (...peaks: number[]) => {
      const peakRssBytes = peaks.map((peak) => peak * megabyte);
      return certaintyOf(
        { ...noisy(50, 0.02, 0.01), extremes: [{ ...calls, peakRssBytes }] },
        { ...assumed, headroom: 0 },
      );
    };
    // With Lambda's runtime 480 MB are more than 512.
    expect(withPeaks(400, 410, 405, 480)).toMatchObject({ doubt: 'pick', otherPicks: [512] });
    expect(withPeaks(400, 410, 405, 400)).toMatchObject({ doubt: 'none' });
  });

  test('lists outliers and keeps them', () => {
    const one = measuredCase({});
    const [process] = one.processes;
    const samples = [100, 101, 99, 100, 102, 98, 100, 300];
    const processes = process ? [{ ...process, warmCpuMilliseconds: samples }] : [];
    const { cases } = certaintyOf(measured({ ...one, processes }), assumed);
    expect(cases).toMatchObject([{ samples: 8, outliers: [300] }]);
  });
});
