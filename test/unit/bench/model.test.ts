import { median } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
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
  neededMegabytes,
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
    [100, 3538, 103.2],
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

test('memory includes Lambda’s runtime, in its megabytes', () => {
  expect(neededMegabytes(200 * 2 ** 20)).toBe(235);
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

  test('does not vary without a spread', () => {
    const times = s3Milliseconds(0, 0, { latencyMilliseconds: 30, spread: 1, megabytesPerSecond: 70 });
    for (const time of times) expect(time).toBeCloseTo(60, 9);
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
