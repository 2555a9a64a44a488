import { describe, expect, test } from 'vitest';
import { createClock } from '../../../local/aws/clock.ts';

describe('createClock()', () => {
  test('stands still at a given moment until it is advanced', async () => {
    const clock = createClock(1000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(clock.now()).toBe(1000);
    clock.advance(500);
    expect(clock.now()).toBe(1500);
    clock.reset();
    expect(clock.now()).toBe(1000);
  });

  test('runs at the given speed from now on, in whole milliseconds', async () => {
    const begun = Date.now();
    const clock = createClock({ speed: 120 });
    expect(Math.abs(clock.now() - begun)).toBeLessThan(120 * 1000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const passed = clock.now() - begun;
    expect(passed).toBeGreaterThanOrEqual(48 * 120);
    expect(passed).toBeLessThanOrEqual((Date.now() - begun + 1) * 120);
    expect(Number.isInteger(clock.now())).toBe(true);
  });

  test('never runs backwards', () => {
    expect(() => createClock({ speed: 0 })).toThrow('The speed of a clock is 0');
    expect(() => createClock().advance(-1)).toThrow('is advanced by -1 ms');
  });
});
