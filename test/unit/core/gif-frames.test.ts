import { describe, expect, it } from 'vitest';
import { drawnRectangle } from '../../../src/core/gif-frames.ts';

const frame = (x: number, y: number, width: number, height: number) => [
  0x2c,
  ...[x, y, width, height].flatMap((value) => [value, 0]),
  0,
  2,
  1,
  0x44,
  0,
];
const gif = (...frames: number[][]) =>
  Uint8Array.from([...Buffer.from('GIF89a'), 100, 0, 50, 0, 0, 0, 0, ...frames.flat(), 0x3b]);

describe('drawnRectangle()', () => {
  const bytes = gif(frame(90, 0, 50, 10), frame(0, 20, 10, 10));

  it('ends at the canvas', () => {
    expect(drawnRectangle(bytes, 0)).toEqual({ left: 90, top: 0, width: 10, height: 10 });
  });

  it('holds every frame up to the page', () => {
    expect(drawnRectangle(bytes, 1)).toEqual({ left: 0, top: 0, width: 100, height: 30 });
  });

  it('is not to be had of a header that is cut', () => {
    expect(drawnRectangle(bytes.subarray(0, 8), 0)).toBeUndefined();
  });
});
