import { median } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../bench/memory/faults.ts';
import { pickMemory } from '../../../bench/memory/pick.ts';
import {
  assumedS3,
  callMilliseconds,
  firstCallMilliseconds,
  lambdaDollars,
  latencyOfOneRequest,
  leastMegabytes,
  memorySizes,
  millionViewsDollars,
  mostMegabytes,
  resizeDollars,
  s3Milliseconds,
} from '../../../bench/model.ts';
import { prices } from '../../../infra/prices.ts';

describe('callMilliseconds()', () => {
  test.each([
    [100, 1769, 103.2],
    // Half a vCPU: slices of 10 ms.
    [100, 884.5, 208.8],
    [100, 442.25, 4 * 106.8],
    // One resize is one thread.
    [100, 10_240, 103.2],
  ])('%f ms of CPU take, at %f MB, %f ms', (cpu, memory, expected) => {
    expect(callMilliseconds(cpu, memory)).toBeCloseTo(expected, 9);
  });

  test('predicts within 9 percent times that were published of Lambda', () => {
    // Epsagon, 2018, a function bound by CPU: milliseconds at 128 to 1,024 MB, from its 25.2 ms at 2,048.
    const published = { 128: 376, 256: 199, 512: 98.4, 1024: 45.3 };
    for (const [memory, milliseconds] of Object.entries(published)) {
      const ratio = (25.2 * callMilliseconds(1, Number(memory))) / callMilliseconds(1, 2048) / milliseconds;
      expect(ratio, memory).toBeGreaterThan(0.909);
      expect(ratio, memory).toBeLessThan(1.09);
    }
  });
});

test('a start runs at full speed, the first call does not', () => {
  expect(firstCallMilliseconds({ startCpu: 150, firstCpu: 100 }, 884.5)).toBeCloseTo(150 + 208.8, 9);
});

test('the sizes that are compared are in order and within what Lambda has', () => {
  expect([...memorySizes].sort((a, b) => a - b)).toEqual(memorySizes);
  expect([memorySizes[0], memorySizes.at(-1)]).toEqual([leastMegabytes, mostMegabytes]);
});

describe('s3Milliseconds()', () => {
  test('has twice the latency as its median, and the transfer of both ways besides', () => {
    const times = s3Milliseconds(7_000_000, 0, { latencyMilliseconds: 50, spread: 2, megabytesPerSecond: 70 });
    expect(median(times)).toBeCloseTo(2 * 50 + 100, 0);
    const small = s3Milliseconds(350_000, 350_000, { latencyMilliseconds: 50, spread: 2, megabytesPerSecond: 70 });
    expect(median(small)).toBeCloseTo(2 * 50 + 10, 0);
  });

  test('has the spread between its median and its p95', () => {
    const times = s3Milliseconds(0, 0, assumedS3).sort((a, b) => a - b);
    // Of fifty points the 48th is the p95.
    expect(times[47]).toBeCloseTo(2.5 * 120, 1);
    expect(median(times)).toBeCloseTo(120, 0);
  });
});

test('latencyOfOneRequest() is the inverse of s3Milliseconds(), and never below zero', () => {
  const [waited = 0] = s3Milliseconds(5e6, 0, { ...assumedS3, spread: 1, latencyMilliseconds: 42 });
  expect(latencyOfOneRequest(waited, 5e6)).toBeCloseTo(42);
  expect(latencyOfOneRequest(10, 50e6)).toBe(0);
});

describe('the cost of a resize', () => {
  const use = { billedMilliseconds: 500, memoryMegabytes: 1024, architecture: 'x64' } as const;

  test('of the Lambda: half a second of one GB, and the request', () => {
    // 0.5 s x 1 GB x $0.0000166667 + $0.0000002
    expect(lambdaDollars(use, prices)).toBeCloseTo(0.00000853335, 11);
    const half = { ...use, billedMilliseconds: 1000, memoryMegabytes: 512 };
    expect(lambdaDollars(half, prices)).toBeCloseTo(lambdaDollars(use, prices), 12);
  });

  test('of all: Lambda 8.53335, API 1, PUT 5, four GETs 1.6, one CloudFront request 1, in millionths of a dollar', () => {
    expect(1e6 * resizeDollars(use, prices)).toBeCloseTo(17.13335, 5);
  });

  test('of a million views at nine hits in ten: a dollar of requests, and a hundred thousand resizes', () => {
    expect(millionViewsDollars(0.9, use, prices)).toBeCloseTo(1 + 0.1 * 17.13335, 5);
    expect(millionViewsDollars(1, use, prices)).toBeCloseTo(1, 9);
  });
});

const slow: Fault = {
  kind: 'slow',
  case: 'jpeg-12mp 400x400',
  text: 'jpeg-12mp 400x400 has a p95 of 2000 ms',
  isAtLimit: false,
};
const late: Fault = {
  kind: 'deadline',
  case: 'avif-25mp 400x400',
  text: 'avif-25mp 400x400 takes 20 s',
  isAtLimit: false,
};
const full: Fault = {
  kind: 'out-of-memory',
  case: 'avif-25mp 400x400',
  text: 'avif-25mp 400x400 runs out of memory',
  isAtLimit: false,
};

/** Memory, milliseconds, dollars a thousand, what speaks against it. */
const table = (...rows: readonly (readonly [number, number, number, ...Fault[]])[]) =>
  rows.map(([memoryMegabytes, billedMilliseconds, dollarsOfThousandResizes, ...faults]) => ({
    memoryMegabytes,
    billedMilliseconds,
    dollarsOfThousandResizes,
    faults,
  }));

describe('pickMemory()', () => {
  test('takes the cheapest that meets the objective, not the cheapest of all', () => {
    const picks = pickMemory(
      table(
        [128, 4000, 0.009, full, late, slow],
        [256, 2000, 0.01, slow],
        [512, 1000, 0.011],
        [1769, 400, 0.012],
        [3008, 400, 0.02],
      ),
    );
    expect(picks).toMatchObject({ cheapest: 512, fastest: 1769, nearest: undefined });
  });

  test('calls fastest the smallest of those that are equally fast', () => {
    const picks = pickMemory(table([1536, 460, 0.012], [1769, 401, 0.012], [2048, 400, 0.013], [3008, 400, 0.02]));
    expect(picks.fastest).toBe(1769);
  });

  test('weighs time and money as power tuning does', () => {
    // Parts of the worst, added: 1 + 0.5, 0.5 + 0.6, 0.4 + 1.
    expect(pickMemory(table([512, 1000, 5], [1024, 500, 6], [3008, 400, 10])).balanced).toBe(1024);
    // 1 + 0.2, 0.9 + 0.6, 0.8 + 1.
    expect(pickMemory(table([512, 1000, 2], [1024, 900, 6], [3008, 800, 10])).balanced).toBe(512);
  });

  test('leaves out what loses requests, however cheap or fast', () => {
    const picks = pickMemory(table([512, 900, 0.01, full], [1024, 800, 0.011, late], [1536, 700, 0.02]));
    expect(picks).toEqual({ cheapest: 1536, fastest: 1536, balanced: 1536, nearest: undefined });
  });

  test('takes the faster of two that cost the same, and the smaller of two that are as fast too', () => {
    expect(pickMemory(table([1024, 500, 0.01], [1536, 400, 0.0100001])).cheapest).toBe(1536);
    expect(pickMemory(table([1769, 400, 0.01], [2048, 400, 0.0100001])).cheapest).toBe(1769);
  });

  test('when nothing qualifies, says what comes nearest and which case speaks against it', () => {
    const picks = pickMemory(table([512, 4000, 0.01, full, slow], [1769, 2000, 0.02, slow], [2048, 2000, 0.023, slow]));
    expect(picks).toEqual({
      cheapest: undefined,
      fastest: 1769,
      balanced: 1769,
      nearest: { memoryMegabytes: 1769, faults: [slow] },
    });
  });
});
