import sharp from 'sharp';

/**
 * The similarity of two images, from -1 to 1: mean structural similarity (Wang, Bovik, Sheikh, Simoncelli, "Image Quality
 * Assessment: From Error Visibility to Structural Similarity", 2004), on windows of 8 x 8 that overlap by half.
 */

export interface Luma {
  /** One byte a pixel, row by row. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const side = 8;
const step = 4;
/** The paper's K1 = 0.01 and K2 = 0.03, for bytes. */
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

export function similarity(a: Luma, b: Luma): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`The second image is ${b.width} x ${b.height}: expected ${a.width} x ${a.height}, as the first`);
  }
  if (a.width < side || a.height < side)
    throw new Error(`The images are ${a.width} x ${a.height}: expected at least ${side} x ${side}`);
  let sum = 0;
  let windows = 0;
  for (let top = 0; top + side <= a.height; top += step) {
    for (let left = 0; left + side <= a.width; left += step) {
      sum += windowSimilarity(a, b, left, top);
      windows++;
    }
  }
  return sum / windows;
}

function windowSimilarity(a: Luma, b: Luma, left: number, top: number): number {
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (let y = top; y < top + side; y++) {
    for (let x = left; x < left + side; x++) {
      const valueA = a.data[y * a.width + x] ?? 0;
      const valueB = b.data[y * b.width + x] ?? 0;
      sumA += valueA;
      sumB += valueB;
      squaresA += valueA * valueA;
      squaresB += valueB * valueB;
      products += valueA * valueB;
    }
  }
  const count = side * side;
  const meanA = sumA / count;
  const meanB = sumB / count;
  // The sample's variance, as in the paper: divided by one less than the count.
  const varianceA = (squaresA - sumA * meanA) / (count - 1);
  const varianceB = (squaresB - sumB * meanB) / (count - 1);
  const covariance = (products - sumA * meanB) / (count - 1);
  const luminance = (2 * meanA * meanB + c1) / (meanA ** 2 + meanB ** 2 + c1);
  return (luminance * (2 * covariance + c2)) / (varianceA + varianceB + c2);
}

/** Reads the brightness of an image, flattened onto white. */
export async function lumaOf(image: Uint8Array): Promise<Luma> {
  const { data, info } = await sharp(image)
    .flatten({ background: '#ffffff' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
