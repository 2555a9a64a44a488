import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../bench/memory/faults.ts';
import { pickMemory } from '../../../bench/memory/pick.ts';

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

  test('does not depend on the order of the table', () => {
    const rows = table([512, 1000, 0.011], [256, 2000, 0.01, slow], [3008, 400, 0.02], [1769, 400, 0.012]);
    expect(pickMemory(rows)).toEqual(pickMemory(rows.toReversed()));
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

  test('says so too when every size loses requests', () => {
    const picks = pickMemory(table([512, 4000, 0.01, full, late], [10_240, 2000, 0.05, late]));
    expect(picks).toEqual({
      cheapest: undefined,
      fastest: undefined,
      balanced: undefined,
      nearest: { memoryMegabytes: 10_240, faults: [late] },
    });
  });
});
