import { describe, expect, test } from 'vitest';
import { certaintyOf } from '../../../bench/memory/conclude.ts';
import { settingsThatQualify } from '../../../bench/memory/faults.ts';
import type { Assumptions, Measured, MeasuredCase, MemoryTrial } from '../../../bench/memory/result.ts';
import { sizeRow } from '../../../bench/memory/size-row.ts';
import { untried } from '../../../bench/memory/trials.ts';
import { seededRandom } from '../../../bench/statistics.ts';

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
    peakRssBytes: 100 * megabyte,
  };
  return { photo, preset: '400x400', weight, bytesIn: 0, bytesOut: 0, pixels: 1, processes: [process, process] };
}

const measured = (...cases: MeasuredCase[]): Measured => ({
  cases,
  limitCases: [],
  mixedPeakRssBytes: [150 * megabyte],
});

const noTrials = { trials: [] };
const row = (size: number, given: Measured, changed: Partial<Assumptions> = {}, trials: MemoryTrial[] = []) =>
  sizeRow(size, { measured: given, assumed: { ...assumed, ...changed }, memory: { trials } });

describe('sizeRow()', () => {
  test('at half a vCPU: twice the CPU time, and the time of S3', () => {
    const half = row(884.5, measured(measuredCase({})));
    expect(half.vcpus).toBe(0.5);
    expect(half.warm.p50).toBeCloseTo(208.8 + 200, 6);
    expect(half.first.p50).toBeCloseTo(200 + 313.2 + 200, 6);
    expect(half.objectiveP95).toBeCloseTo(408.8, 6);
    expect(half.faults).toEqual([]);
  });

  test('bills warm and first calls in their proportion, each rounded up', () => {
    const half = row(884.5, measured(measuredCase({ warm: 100.1 })));
    // 409.0 is billed as 410, 713.2 as 714.
    expect(half.billedMilliseconds).toBeCloseTo(0.95 * 410 + 0.05 * 714, 9);
    const seconds = half.billedMilliseconds / 1000;
    // Lambda seconds and request, API, PUT, four GETs, the second request to CloudFront.
    const lambda = seconds * (884.5 / 1024) * 0.0000166667 + 0.2e-6;
    const dollars = lambda + 1e-6 + 5e-6 + 1.6e-6 + 1e-6;
    expect(half.lambdaDollarsOfThousand).toBeCloseTo(1000 * lambda, 9);
    expect(half.dollarsOfThousandResizes).toBeCloseTo(1000 * dollars, 9);
    expect(half.dollarsOfMillionViews).toBeCloseTo(1 + 1e5 * dollars, 6);
  });

  test('takes the cases by their weight', () => {
    const both = measured(measuredCase({ weight: 94 }), measuredCase({ photo: 'large', weight: 6, warm: 1000 }));
    const whole = row(1769, both);
    expect(whole.warm.p50).toBeCloseTo(303.2, 6);
    expect(whole.warm.p95).toBeCloseTo(1232, 6);
    // The objective is about one case, or about all where it names none.
    expect(whole.objectiveP95).toBeCloseTo(303.2, 6);
    const objective = { benchCase: undefined, p95Milliseconds: 1 };
    expect(row(1769, both, { objective }).objectiveP95).toBeCloseTo(1232, 6);
  });

  test('shows first calls in the p95 of all once they are more than a twentieth', () => {
    const p95 = (coldShare: number) => row(1769, measured(measuredCase({})), { coldShare }).all.p95;
    expect(p95(0.04)).toBeCloseTo(303.2, 6);
    expect(p95(0.06)).toBeCloseTo(554.8, 6);
  });
});

describe('the faults of a size', () => {
  const kinds = (...given: Parameters<typeof row>) => row(...given).faults.map(({ kind, case: name }) => [kind, name]);
  const limitCase = { photo: 'avif-giant', preset: '400x400', bytesIn: 0, pixels: 25e6 };
  const withLimitCase = (cpu: number[], peak: number): Measured => ({
    ...measured(measuredCase({ warm: 10 })),
    limitCases: [{ ...limitCase, cpuMilliseconds: cpu, peakRssBytes: [peak * megabyte] }],
  });

  test('the objective, with head-room', () => {
    // 581 ms of CPU take 600, and S3 200: a fifth of head-room leaves 800 of 1,000.
    expect(kinds(1769, measured(measuredCase({ warm: 581 })))).toEqual([]);
    expect(kinds(1769, measured(measuredCase({ warm: 586 })))).toEqual([['slow', 'photo 400x400']]);
  });

  test('too little memory for the mix, by the process that needed most', () => {
    // 150 and 35 MB of 256: four fifths are 204.
    expect(kinds(256, measured(measuredCase({ warm: 10 })))).toEqual([]);
    const more = { ...measured(measuredCase({ warm: 10 })), mixedPeakRssBytes: [100 * megabyte, 180 * megabyte] };
    expect(kinds(256, more)).toEqual([['memory', 'the mix']]);
    expect(kinds(128, more, { headroom: 0 })).toEqual([['out-of-memory', 'the mix']]);
  });

  test('a limit case that does not fit; it needs no head-room', () => {
    const given = withLimitCase([130, 100], 480);
    expect(kinds(515, given)).toEqual([]);
    expect(kinds(512, given)).toEqual([['out-of-memory', 'avif-giant 400x400']]);
  });

  test('a trial under a memory limit decides, also for the sizes above and below', () => {
    const trial = (memoryMegabytes: number, outcome: MemoryTrial['outcome']) => [
      { case: 'avif-giant 400x400', memoryMegabytes, outcome },
    ];
    const given = withLimitCase([130, 100], 480);
    expect(kinds(512, given, {}, trial(512, 'fits'))).toEqual([]);
    expect(kinds(512, given, {}, trial(400, 'fits'))).toEqual([]);
    expect(kinds(768, given, {}, trial(768, 'killed'))).toEqual([['out-of-memory', 'avif-giant 400x400']]);
    expect(kinds(600, given, {}, trial(768, 'late'))).toEqual([['out-of-memory', 'avif-giant 400x400']]);
    expect(kinds(1024, given, {}, trial(768, 'killed'))).toEqual([]);
  });

  test('a limit case that is not decoded in time, or not answered', () => {
    const given = withLimitCase([4000, 4900], 100);
    expect(kinds(1024, given)).toEqual([]);
    expect(kinds(768, given)).toEqual([['deadline', 'avif-giant 400x400']]);
    expect(kinds(1024, given, { requestMilliseconds: 7000 })).toEqual([['deadline', 'avif-giant 400x400']]);
  });

  test('the settings that would remove them', () => {
    const settings = (...given: Parameters<typeof row>) => settingsThatQualify(row(...given).faults);
    // 9.7 s of at most 8: 20 of 25 megapixels.
    expect(settings(768, withLimitCase([4000], 100))).toEqual([
      expect.stringMatching(/^maxOriginalPixels 20,000,000 \(now /),
    ]);
    // Above the 100 MB of a small image: (495 - 35 - 100) / (480 - 100) of 25 megapixels.
    expect(settings(495, withLimitCase([100], 480))).toEqual([expect.stringMatching(/^maxOriginalPixels 23,000,000 /)]);
    expect(settings(1769, measured(measuredCase({ warm: 586 })))).toEqual([
      expect.stringMatching(/^objectives.cold.p95Milliseconds 1,100 /),
    ]);
    // No setting makes the mix smaller.
    expect(settings(128, measured(measuredCase({ warm: 10 })))).toBeUndefined();
  });

  test('what is tried: the pick where it is tight, and the next smaller size where the model rules it out', () => {
    const trialsFor = (peak: number, trials: MemoryTrial[] = []) =>
      untried({ measured: withLimitCase([100], peak), assumed, memory: { trials } });
    const name = 'avif-giant 400x400';
    // 535 MB: 768 is the pick, and tight.
    expect(trialsFor(500)).toEqual([
      { case: name, memoryMegabytes: 768 },
      { case: name, memoryMegabytes: 512 },
    ]);
    const done = (memoryMegabytes: number, outcome: MemoryTrial['outcome']) => ({
      case: name,
      memoryMegabytes,
      outcome,
    });
    expect(trialsFor(500, [done(768, 'fits'), done(512, 'killed')])).toEqual([]);
    // It fits: 512 is the pick, and below it the mix alone rules 256 out no more than the model does.
    expect(trialsFor(500, [done(768, 'fits'), done(512, 'fits')])).toEqual([{ case: name, memoryMegabytes: 256 }]);
  });
});

describe('certaintyOf()', () => {
  const certainty = (given: Measured, changed: Partial<Assumptions> = {}) =>
    certaintyOf({ measured: given, assumed: { ...assumed, ...changed }, memory: noTrials });

  /** Six processes of five calls. Samples vary by `noise`, processes by `spread`. */
  function noisy(warm: number, noise: number, spread: number): Measured {
    const random = seededRandom(5);
    const one = measuredCase({});
    const processes = Array.from({ length: 6 }).flatMap(() => {
      const own = warm * (1 + spread * (2 * random() - 1));
      const samples = Array.from({ length: 5 }, () => own * (1 + noise * (2 * random() - 1)));
      return one.processes.slice(0, 1).map((process) => ({ ...process, warmCpuMilliseconds: samples }));
    });
    return measured({ ...one, processes });
  }

  test('is certain of steady samples', () => {
    const { doubt, margin, samePick, cases } = certainty(noisy(100, 0.02, 0.01));
    expect({ doubt, samePick }).toEqual({ doubt: 'none', samePick: 1 });
    expect(margin).toBeLessThan(0.03);
    expect(cases).toMatchObject([{ case: 'photo 400x400', samples: 30 }]);
  });

  test('concludes nothing from samples that vary too much', () => {
    expect(certainty(noisy(100, 0.1, 0.9))).toMatchObject({ doubt: 'margin' });
  });

  test('concludes nothing where the same measurement might as well have picked another size', () => {
    // At 512 MB 164 ms of CPU and S3's 200 are the 800 that are allowed: a p95 of a few percent over the middle.
    const { margin, samePick, doubt, otherPicks } = certainty(noisy(156, 0.03, 0.03));
    expect(margin).toBeLessThan(0.1);
    expect(samePick).toBeLessThan(0.9);
    expect(doubt).toBe('pick');
    expect(otherPicks.length).toBeGreaterThan(0);
  });

  test('concludes nothing where one call of a limit case was in time by chance', () => {
    // The pick is 512 MB while 8 s are not passed there: 2,181 ms of CPU.
    const steady = noisy(50, 0.02, 0.01);
    const giant = { photo: 'giant', preset: '400x400', bytesIn: 0, pixels: 25e6, peakRssBytes: [250 * megabyte] };
    const withCalls = (...cpuMilliseconds: number[]) =>
      certainty({ ...steady, limitCases: [{ ...giant, cpuMilliseconds }] }, { headroom: 0 });
    expect(withCalls(2100, 2350, 2300, 2500)).toMatchObject({ doubt: 'pick', otherPicks: [768] });
    expect(withCalls(2100, 2110, 2120, 2500)).toMatchObject({ doubt: 'none' });
    expect(withCalls(2300, 2350, 2300, 2500)).toMatchObject({ doubt: 'none' });
  });
});
