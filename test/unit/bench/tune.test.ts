import { describe, expect, test } from 'vitest';
import { inRounds } from '../../../bench/tune/main.ts';
import { type TunedCall, tunedRow, tuneReport } from '../../../bench/tune/rows.ts';

const heavy = { photo: 'a.jpg', preset: '1280x.avif', weight: 3 };
const light = { photo: 'b.jpg', preset: '200x200', weight: 1 };

test('inRounds() starts every size with the same case, and then shuffles', () => {
  const sizes = [512, 1024, 2048];
  const calls = inRounds(sizes, [heavy, light], 4);
  expect(calls).toHaveLength(4 * 6);
  expect(calls.slice(0, 3)).toEqual(sizes.map((memoryMegabytes) => ({ memoryMegabytes, one: heavy })));
  for (const round of [0, 1, 2, 3]) {
    const sorted = (some: typeof calls) => some.map((one) => `${one.memoryMegabytes} ${one.one.photo}`).sort();
    expect(sorted(calls.slice(6 * round, 6 * round + 6))).toEqual(sorted(calls.slice(0, 6)));
  }
});

function call(one: typeof heavy, milliseconds: number, rest: Partial<TunedCall> & { init?: number } = {}): TunedCall {
  const { init, ...others } = rest;
  const report = {
    durationMilliseconds: milliseconds,
    billedMilliseconds: milliseconds + (init ?? 0),
    peakMegabytes: 200,
    initMilliseconds: init,
  };
  return { ...one, memoryMegabytes: 1024, bytesIn: 7e6, s3Milliseconds: 300, report, ...others };
}

const assumed = {
  architecture: 'x64',
  coldShare: 0.1,
  headroom: 0.2,
  objective: { benchCase: undefined, p95Milliseconds: 1500 },
} as const;

describe('tunedRow()', () => {
  test('adds what a first call takes more than a warm one of the same case', () => {
    const row = tunedRow(1024, [call(heavy, 900, { init: 200 }), call(light, 100), call(heavy, 500)], assumed);
    // (3 x 500 + 1 x 100) / 4, and a tenth of 1,100 - 500.
    expect(row.billedMilliseconds).toBeCloseTo(400 + 60);
    expect(row).toMatchObject({ first: 1100, warm: { p50: 500, p95: 500, p99: 500 }, faults: [] });
  });

  test('has the fault of each kind of failed call once, and no times where every call failed', () => {
    const fault = { kind: 'out-of-memory', text: 'ran out of memory' } as const;
    const row = tunedRow(1024, [call(heavy, 900, { init: 200, fault }), call(heavy, 900, { fault })], assumed);
    expect(row.faults).toMatchObject([{ kind: 'out-of-memory', text: 'a.jpg 1280x.avif: ran out of memory' }]);
    expect(row.warm.p50).toBeNaN();
    expect(tuneReport([row], 1024, [])).toMatch(/^\*\*No size qualifies/);
  });
});
