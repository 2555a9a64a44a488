/** Interleaved samples of 8 bits, with 1 to 4 channels. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * A palette and a lossless form are tried up to here: they took up to 0.9 CPU seconds a megapixel and 33 bytes a pixel
 * (docs/decisions/009).
 */
export const mostTriedPixels = 3_000_000;

const sampledPixels = 65_536;
/** Of pixels that equal their left neighbour. Photographs were measured to have up to 0.35, drawings 0.37 and more. */
const leastFlat = 1 / 3;
/** Different colours for each pixel. Photographs were measured to have 0.22 and more unless a palette limits them. */
const mostColours = 0.1;

/** Whether an image is a drawing, such as a screenshot, a logo or text, and not a photograph: from some of its rows. */
export function isDrawing({ data, width, height, channels }: Pixels): boolean {
  const step = Math.max(1, Math.ceil((width * height) / sampledPixels));
  const seen = new Uint8Array(sampledPixels);
  let [pixels, flat, colours] = [0, 0, 0];
  for (let y = 0; y < height; y += step) {
    let before = -1;
    for (let i = y * width * channels; i < (y + 1) * width * channels; i += channels) {
      let colour = 0;
      for (let c = 0; c < channels; c += 1) colour = (colour << 8) | (data[i + c] ?? 0);
      if (colour === before) flat += 1;
      else {
        const slot = (Math.imul(colour, 0x9e3779b1) >>> 16) & (sampledPixels - 1);
        colours += 1 - (seen[slot] ?? 0);
        seen[slot] = 1;
      }
      before = colour;
      pixels += 1;
    }
  }
  return flat >= leastFlat * pixels && colours <= Math.max(256, mostColours * pixels);
}

const side = 8;
const sampledWindows = 1_500;
/** K1 = 0.01 and K2 = 0.03, for bytes. */
const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];

/**
 * The structural similarity (Wang, Bovik, Sheikh, Simoncelli, 2004) of the brightness of two images of one size over
 * white, up to 1: the mean of some windows of 8 x 8.
 */
export function sampledSimilarity(a: Pixels, b: Pixels): number {
  const [columns, rows] = [Math.floor(a.width / side), Math.floor(a.height / side)];
  const step = Math.max(1, Math.floor((columns * rows) / sampledWindows));
  let [sum, windows] = [0, 0];
  for (let n = 0; n < columns * rows; n += step) {
    sum += windowSimilarity(a, b, (n % columns) * side, Math.floor(n / columns) * side);
    windows += 1;
  }
  return windows === 0 ? 1 : sum / windows;
}

function windowSimilarity(a: Pixels, b: Pixels, left: number, top: number): number {
  let [sumA, sumB, squares, products] = [0, 0, 0, 0];
  for (let y = top; y < top + side; y += 1) {
    for (let x = left; x < left + side; x += 1) {
      const lightA = brightness(a, y * a.width + x);
      const lightB = brightness(b, y * b.width + x);
      sumA += lightA;
      sumB += lightB;
      squares += lightA * lightA + lightB * lightB;
      products += lightA * lightB;
    }
  }
  const count = side * side;
  const [meanA, meanB] = [sumA / count, sumB / count];
  const squaredMeans = meanA * meanA + meanB * meanB;
  const variances = (squares - count * squaredMeans) / (count - 1);
  const covariance = (products - count * meanA * meanB) / (count - 1);
  return ((2 * meanA * meanB + c1) * (2 * covariance + c2)) / ((squaredMeans + c1) * (variances + c2));
}

function brightness({ data, channels }: Pixels, pixel: number): number {
  const i = pixel * channels;
  const grey =
    channels < 3 ? (data[i] ?? 0) : 0.2126 * (data[i] ?? 0) + 0.7152 * (data[i + 1] ?? 0) + 0.0722 * (data[i + 2] ?? 0);
  const alpha = channels % 2 === 0 ? (data[i + channels - 1] ?? 0) / 255 : 1;
  return 255 + (grey - 255) * alpha;
}
