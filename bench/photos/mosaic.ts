/** Large photographs out of a small one, pixel for pixel: enlarging would make a soft image that is cheap to code. */
import sharp from 'sharp';
import { addGrain } from './grain.ts';

export interface Pixels {
  /** Red, green, blue; row by row. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * `web` is the image as it is. `camera` exposes and sharpens it and adds a sensor's grain: an image for the web has
 * lost these to compression, and with them two thirds of the bytes that a camera writes for each pixel; the time of
 * decoding follows those bytes. A JPEG of quality 85, 4:2:0, then has 0.46 bytes a pixel.
 */
export type Look = 'web' | 'camera';

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

/** Mirrored each time the squares begin again. */
const mirrors = [
  { flip: false, flop: false },
  { flip: false, flop: true },
  { flip: true, flop: false },
  { flip: true, flop: true },
];

/** The squares laid side by side and cut to the asked size. */
export async function mosaic(earth: string, width: number, height: number, look: Look): Promise<Pixels> {
  const tiles = await Promise.all(
    mirrors.flatMap((mirror) => squares.map((square) => cutSquare(earth, square, mirror, look))),
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
  return { data: look === 'camera' ? addGrain(data, grainDeviation) : data, width, height };
}

type Square = (typeof squares)[number];
type Mirror = (typeof mirrors)[number];

async function cutSquare(earth: string, square: Square, mirror: Mirror, look: Look): Promise<Uint8Array> {
  const cut = sharp(earth)
    .extract({ ...square, width: side, height: side })
    .flip(mirror.flip)
    .flop(mirror.flop);
  return (look === 'camera' ? cut.linear(exposure).sharpen(sharpening) : cut).raw().toBuffer();
}
