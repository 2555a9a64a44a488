/** Large photographs from a small one, pixel for pixel: an enlarged image is soft, and cheaper to code than a photograph. */
import sharp from 'sharp';

export interface Pixels {
  /** Red, green, blue; row by row. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * `web` leaves the pixels as they are. `camera` adds exposure, sharpening and the grain of a sensor: compression for the web
 * has removed these, and with them two thirds of the bytes a pixel that a camera writes, which the time of decoding
 * follows. A JPEG of quality 85, 4:2:0, then has 0.46 bytes a pixel.
 */
export type Style = 'web' | 'camera';

const side = 500;
const exposure = 1.6;
const sharpening = { sigma: 1, m2: 5 };
const grainDeviation = 9;

/** The four squares of the Earth with the most detail: Tibet, the Rocky Mountains, Europe to Arabia, East Asia. */
const squares = [
  { left: 2700, top: 300 },
  { left: 650, top: 100 },
  { left: 2150, top: 250 },
  { left: 3200, top: 300 },
];

/** The squares are mirrored each time they repeat. */
const mirrors = [
  { flip: false, flop: false },
  { flip: false, flop: true },
  { flip: true, flop: false },
  { flip: true, flop: true },
];

/** Lays the squares side by side and crops to the size. */
export async function mosaic(earth: string, width: number, height: number, style: Style): Promise<Pixels> {
  const tiles = await Promise.all(
    mirrors.flatMap((mirror) => squares.map((square) => cutSquare(earth, square, mirror, style))),
  );
  const columns = Math.ceil(width / side);
  const rows = Math.ceil(height / side);
  const data = new Uint8Array(width * height * 3);

  for (let index = 0; index < columns * rows; index++) {
    const left = (index % columns) * side;
    const top = Math.floor(index / columns) * side;
    const tile = tiles[index % tiles.length] ?? new Uint8Array();
    const bytesPerRow = Math.min(side, width - left) * 3;
    for (let y = 0; y < Math.min(side, height - top); y++) {
      const start = y * side * 3;
      data.set(tile.subarray(start, start + bytesPerRow), ((top + y) * width + left) * 3);
    }
  }
  return { data: style === 'camera' ? addGrain(data, grainDeviation) : data, width, height };
}

type Square = (typeof squares)[number];
type Mirror = (typeof mirrors)[number];

async function cutSquare(earth: string, square: Square, mirror: Mirror, style: Style): Promise<Uint8Array> {
  const cut = sharp(earth)
    .extract({ ...square, width: side, height: side })
    .flip(mirror.flip)
    .flop(mirror.flop);
  return (style === 'camera' ? cut.linear(exposure).sharpen(sharpening) : cut).raw().toBuffer();
}

const tableSize = 1 << 16;

/** Adds the grain of a camera's sensor: normal noise for each channel, the same on every machine. */
export function addGrain(samples: Uint8Array, deviation: number, seed = 1): Uint8Array {
  const table = normalDeviates(deviation);
  // This array clamps and rounds.
  const grained = new Uint8ClampedArray(samples.length);
  let state = seed;
  for (let i = 0; i < samples.length; i++) {
    state = xorshift(state);
    grained[i] = (samples[i] ?? 0) + (table[state & (tableSize - 1)] ?? 0);
  }
  return new Uint8Array(grained.buffer);
}

/** Box and Muller's transform. A table, since a logarithm for each of 144 million samples is slow. */
function normalDeviates(deviation: number): Float32Array {
  const table = new Float32Array(tableSize);
  let state = 2463534242 | 0;
  for (let i = 0; i < tableSize; i++) {
    state = xorshift(state);
    const radius = Math.sqrt(-2 * Math.log(((state >>> 0) + 1) / 2 ** 32));
    state = xorshift(state);
    table[i] = deviation * radius * Math.cos((2 * Math.PI * (state >>> 0)) / 2 ** 32);
  }
  return table;
}

/** Marsaglia's 32-bit generator with the shifts 13, 17 and 5. */
function xorshift(state: number): number {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ (x << 5);
}
