import { describe, expect, test } from 'vitest';
import { lambdaDollars, millionViewsDollars, resizeDollars } from '../../../bench/resize-cost.ts';
import { prices } from '../../../infra/prices.ts';

const use = { billedMilliseconds: 500, memoryMegabytes: 1024, architecture: 'x64' } as const;

describe('what a resize costs', () => {
  test('the Lambda: half a second of one GB, and the request', () => {
    // 0.5 s x 1 GB x $0.0000166667 + $0.0000002
    expect(lambdaDollars(use, prices)).toBeCloseTo(0.00000853335, 11);
  });

  test('is the same below one vCPU for work that only computes', () => {
    const half = { ...use, billedMilliseconds: 1000, memoryMegabytes: 512 };
    expect(lambdaDollars(half, prices)).toBeCloseTo(lambdaDollars(use, prices), 12);
  });

  test('on arm64 four fifths of the seconds', () => {
    const seconds = (architecture: 'x64' | 'arm64') =>
      lambdaDollars({ ...use, architecture }, prices) - prices.lambda.request;
    expect(seconds('arm64') / seconds('x64')).toBeCloseTo(0.8, 5);
  });

  test('all of it: Lambda 8.53335, API 1, PUT 5, four GETs 1.6, one more CloudFront request 1: in millionths of a dollar', () => {
    expect(1e6 * resizeDollars(use, prices)).toBeCloseTo(8.53335 + 1 + 5 + 1.6 + 1, 5);
  });

  test('a million views at nine hits in ten: a dollar of requests, and a hundred thousand resizes', () => {
    expect(millionViewsDollars(0.9, use, prices)).toBeCloseTo(1 + 0.1 * 17.13335, 5);
    expect(millionViewsDollars(1, use, prices)).toBeCloseTo(1, 9);
  });
});
