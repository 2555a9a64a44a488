import { describe, expect, it } from 'vitest';
import { config } from '../../../src/config.ts';
import { derivativeSize, focalCrop } from '../../../src/core/derivative-size.ts';
import { readFocalPoint } from '../../../src/core/focal-point.ts';

describe('readFocalPoint()', () => {
  it.each([
    ['0.42,0.31', { x: 0.42, y: 0.31 }],
    ['0,1', { x: 0, y: 1 }],
    ['0.0, 1.00', { x: 0, y: 1 }],
    [undefined, undefined],
  ])('reads %j', (written, expected) => expect(readFocalPoint(written)).toEqual(expected));

  it.each([
    ...['', ',', '0.5', '0.5,', '0.5,0.5,0.5', '0.5;0.5', '0.5 0.5', ' 0.5,0.5', '0,5,0,5'],
    ...['1.01,0', '-0.1,0', '+0.1,0', '2,2', '1e-1,0', 'NaN,0', 'Infinity,0', '50%,50%', '.5,.5', '0x1,0', '٠.٥,0'],
  ])('calls %j malformed', (written) => expect(readFocalPoint(written)).toBe('malformed'));
});

describe('focalCrop()', () => {
  const preset = { width: 200, height: 100, fit: 'cover', formats: [] } as const;

  it('is of the derivative’s size, within the scaled original, and around the point where that fits', () => {
    for (const [width, height] of [
      [1, 1],
      [37, 911],
      [911, 37],
      [200, 100],
      [4000, 2999],
      [3, 65_535],
    ] as const) {
      const original = { width, height, type: 'jpeg', frames: 1, bytesPerSample: 1 } as const;
      const size = derivativeSize({ preset }, original, 'jpg', config.limits);
      for (const x of [0, 0.2, 0.5, 0.77, 1]) {
        for (const y of [0, 0.2, 0.5, 0.77, 1]) {
          const crop = focalCrop(size, { x, y });
          expect([crop.width, crop.height]).toEqual([size.width, size.height]);
          for (const [at, start, kept, whole] of [
            [x, crop.left, crop.width, size.scaled.width],
            [y, crop.top, crop.height, size.scaled.height],
          ] as const) {
            const wanted = at * whole - kept / 2;
            expect(Number.isInteger(start)).toBe(true);
            expect(start).toBeGreaterThanOrEqual(0);
            expect(start + kept).toBeLessThanOrEqual(whole);
            expect(Math.abs(start - Math.min(Math.max(0, wanted), whole - kept))).toBeLessThanOrEqual(0.5);
          }
        }
      }
    }
  });
});
