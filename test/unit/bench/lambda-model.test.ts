import { describe, expect, test } from 'vitest';
import {
  callMilliseconds,
  firstCallMilliseconds,
  leastMegabytes,
  memorySizes,
  mostMegabytes,
  neededMegabytes,
} from '../../../bench/lambda-model.ts';
import { assumedS3, s3Milliseconds } from '../../../bench/s3-time.ts';
import { median } from '../../../bench/statistics.ts';
import { weightedQuantiles } from '../../../bench/weighted-quantile.ts';

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

  test('predicts within 9 percent what others measured on Lambda', () => {
    // Epsagon, 2018, a function bound by CPU: milliseconds at 128 to 1,024 MB, from its 25.2 ms at 2,048.
    const published = { 128: 376, 256: 199, 512: 98.4, 1024: 45.3 };
    for (const [memory, milliseconds] of Object.entries(published)) {
      const ratio = (25.2 * callMilliseconds(1, Number(memory))) / callMilliseconds(1, 2048) / milliseconds;
      expect(ratio, memory).toBeGreaterThan(0.909);
      expect(ratio, memory).toBeLessThan(1.09);
    }
  });
});

test('a start is not slowed by little memory, the first call is', () => {
  expect(firstCallMilliseconds({ startCpu: 150, firstCpu: 100 }, 884.5)).toBeCloseTo(150 + 208.8, 9);
});

test('memory is counted as Lambda counts it, with its own runtime', () => {
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
    const times = s3Milliseconds(0, 0, assumedS3).map((value) => ({ value, weight: 1 }));
    const [p95, p99] = weightedQuantiles(times, [0.95, 0.99]);
    expect(p95).toBeCloseTo(2.5 * 120, 1);
    // Of a log-normal whose sigma is ln(2.5) / 1.6449.
    expect(p99).toBeCloseTo(120 * Math.exp((Math.log(2.5) / 1.644854) * 2.326348), 1);
  });

  test('does not vary when it may not', () => {
    const times = s3Milliseconds(0, 0, { latencyMilliseconds: 30, spread: 1, megabytesPerSecond: 70 });
    for (const time of times) expect(time).toBeCloseTo(60, 9);
  });
});
