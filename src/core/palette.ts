import type { Pixels } from './drawing.ts';

/** The different colours of an image. */
export interface Colours {
  /** Red, green, blue and alpha of each, of one byte each, red the highest. What is fully transparent is one colour: 0. */
  readonly values: Int32Array;
  /** Pixels that have it. */
  readonly counts: Int32Array;
  /** The colour of each pixel. */
  readonly ofPixels: Uint16Array;
}

/** Most that are told apart. Signed numbers of 32 bits: V8 allocates memory for larger ones. */
const mostColours = 16_384;
/** Slots are a power of two, twice as many as colours. */
const slotBits = 15;

/** Where an image has too many colours, those are one that differ in their lowest three bits. `undefined`: still too many. */
export function countColours(pixels: Pixels): Colours | undefined {
  return coloursIn(pixels, -1) ?? coloursIn(pixels, 0xf8f8f8f8 | 0);
}

function coloursIn({ data, width, height, channels }: Pixels, mask: number): Colours | undefined {
  const slots = new Uint16Array(2 ** slotBits);
  const values = new Int32Array(mostColours);
  const counts = new Int32Array(mostColours);
  const ofPixels = new Uint16Array(width * height);
  let count = 0;
  let before = 0;
  let id = 0;
  for (let pixel = 0, i = 0; pixel < ofPixels.length; pixel += 1, i += channels) {
    const value = colourAt(data, i, channels);
    if (value !== before || pixel === 0) {
      before = value;
      let slot = Math.imul(value & mask, 0x9e3779b1) >>> (32 - slotBits);
      for (id = slots[slot] ?? 0; id !== 0 && (((values[id - 1] ?? 0) ^ value) & mask) !== 0; id = slots[slot] ?? 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      if (id === 0) {
        if (count === mostColours) return undefined;
        values[count] = value;
        count += 1;
        id = count;
        slots[slot] = id;
      }
    }
    counts[id - 1] = (counts[id - 1] ?? 0) + 1;
    ofPixels[pixel] = id - 1;
  }
  return { values: values.subarray(0, count), counts: counts.subarray(0, count), ofPixels };
}

function colourAt(data: Uint8Array, i: number, channels: number): number {
  const red = data[i] ?? 0;
  const alpha = channels === 4 ? (data[i + 3] ?? 0) : channels === 2 ? (data[i + 1] ?? 0) : 255;
  if (alpha === 0) return 0;
  const green = channels < 3 ? red : (data[i + 1] ?? 0);
  const blue = channels < 3 ? red : (data[i + 2] ?? 0);
  return (red << 24) | (green << 16) | (blue << 8) | alpha;
}

export interface Palette {
  /** As in `Colours`. */
  readonly entries: Int32Array;
  /** The entry of each colour. */
  readonly ofColours: Uint8Array;
  /** The greatest difference of a sample, and the root of the mean squared one of all pixels, in 255ths. */
  readonly worst: number;
  readonly error: number;
}

/** Comparisons of a colour with an entry that are cheap: what takes more is not refined. */
const fewComparisons = 200_000;
const passes = 3;

/**
 * Palettes of at most so many entries, up to 256, the sizes in rising order. An entry is the colour that is worst shown by
 * those before it, by its pixels and its distance; then it becomes the mean of the colours that it is nearest to.
 */
export function* palettesOf(colours: Colours, sizes: readonly number[]): Generator<Palette> {
  const { values, counts } = colours;
  const points = premultiplied(values);
  const distances = new Int32Array(values.length).fill(0x7fffffff);
  const nearestSeeds = new Uint8Array(values.length);
  const seeds: number[] = [];
  let next = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
  for (const size of sizes) {
    while (seeds.length < Math.min(size, values.length)) {
      const seed = next;
      next = addSeed(points, counts, { seed, entry: seeds.length, distances, nearestSeeds });
      seeds.push(seed);
    }
    yield refined(colours, points, seeds, nearestSeeds.slice());
  }
}

interface Seed {
  readonly seed: number;
  readonly entry: number;
  readonly distances: Int32Array;
  readonly nearestSeeds: Uint8Array;
}

/** The colour that is worst shown then. */
function addSeed(points: Int32Array, counts: Int32Array, { seed, entry, distances, nearestSeeds }: Seed): number {
  let [worst, next] = [-1, 0];
  for (let n = 0; n < counts.length; n += 1) {
    let distance = distances[n] ?? 0;
    if (distance === 0) continue;
    const found = squaredDistance(points, 4 * n, points, 4 * seed);
    if (found < distance) {
      distance = found;
      distances[n] = found;
      nearestSeeds[n] = entry;
    }
    const weight = distance * (counts[n] ?? 0);
    if (weight > worst) {
      worst = weight;
      next = n;
    }
  }
  return next;
}

/** Four samples of each colour. Colour counts as much as it is opaque. */
function premultiplied(values: Int32Array): Int32Array {
  const points = new Int32Array(4 * values.length);
  values.forEach((value, n) => {
    const alpha = value & 255;
    for (let c = 0; c < 3; c += 1) points[4 * n + c] = Math.round((((value >>> (24 - 8 * c)) & 255) * alpha) / 255);
    points[4 * n + 3] = alpha;
  });
  return points;
}

function squaredDistance(a: Int32Array, i: number, b: Int32Array, k: number): number {
  const x = (a[i] ?? 0) - (b[k] ?? 0);
  const y = (a[i + 1] ?? 0) - (b[k + 1] ?? 0);
  const z = (a[i + 2] ?? 0) - (b[k + 2] ?? 0);
  const w = (a[i + 3] ?? 0) - (b[k + 3] ?? 0);
  return x * x + y * y + z * z + w * w;
}

function refined(colours: Colours, points: Int32Array, seeds: readonly number[], ofColours: Uint8Array): Palette {
  const { values, counts } = colours;
  let entries: Int32Array = Int32Array.from(seeds, (seed) => values[seed] ?? 0);
  if (seeds.length < values.length) {
    entries = meansOf(colours, entries, ofColours);
    for (let pass = 0; pass < passes && seeds.length * values.length <= fewComparisons; pass += 1) {
      const centres = premultiplied(entries);
      for (let n = 0; n < values.length; n += 1) ofColours[n] = nearest(centres, points, 4 * n);
      entries = meansOf(colours, entries, ofColours);
    }
  }
  const shown = premultiplied(entries);
  let [squares, pixels, worst] = [0, 0, 0];
  for (let n = 0; n < values.length; n += 1) {
    const k = 4 * (ofColours[n] ?? 0);
    squares += (counts[n] ?? 0) * squaredDistance(points, 4 * n, shown, k);
    pixels += counts[n] ?? 0;
    for (let c = 0; c < 4; c += 1) worst = Math.max(worst, Math.abs((points[4 * n + c] ?? 0) - (shown[k + c] ?? 0)));
  }
  return { entries, ofColours, worst, error: Math.sqrt(squares / pixels / 4) };
}

function nearest(centres: Int32Array, points: Int32Array, i: number): number {
  let [least, found] = [0x7fffffff, 0];
  for (let k = 0; 4 * k < centres.length; k += 1) {
    const distance = squaredDistance(points, i, centres, 4 * k);
    if (distance < least) {
      least = distance;
      found = k;
    }
  }
  return found;
}

/** The mean of the colours of each entry; of a flat area, the colour of its area. An entry of no colour stays. */
function meansOf({ values, counts }: Colours, entries: Int32Array, ofColours: Uint8Array): Int32Array {
  const sums = new Float64Array(5 * entries.length);
  const [most, flat] = [new Int32Array(entries.length), new Int32Array(entries.length)];
  for (let n = 0; n < values.length; n += 1) {
    const [k, count, value] = [ofColours[n] ?? 0, counts[n] ?? 0, values[n] ?? 0];
    const opaque = count * (value & 255);
    for (let c = 0; c < 3; c += 1) sums[5 * k + c] = (sums[5 * k + c] ?? 0) + opaque * ((value >>> (24 - 8 * c)) & 255);
    sums[5 * k + 3] = (sums[5 * k + 3] ?? 0) + opaque;
    sums[5 * k + 4] = (sums[5 * k + 4] ?? 0) + count;
    if (count > (most[k] ?? 0)) {
      most[k] = count;
      flat[k] = value;
    }
  }
  return entries.map((entry, k) => {
    const [red = 0, green = 0, blue = 0, opaque = 0, count = 0] = sums.subarray(5 * k, 5 * k + 5);
    if (2 * (most[k] ?? 0) >= count) return count === 0 ? entry : (flat[k] ?? 0);
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((sum) => Math.round(sum / opaque));
    return (r << 24) | (g << 16) | (b << 8) | Math.round(opaque / count);
  });
}

/** The entry of each pixel. */
export function entriesOf({ ofPixels }: Colours, { ofColours }: Palette): Uint8Array {
  // `Uint8Array.from` takes 60 times as long.
  const entries = new Uint8Array(ofPixels.length);
  for (let pixel = 0; pixel < entries.length; pixel += 1) entries[pixel] = ofColours[ofPixels[pixel] ?? 0] ?? 0;
  return entries;
}

/** The image in the colours of the palette, with as many channels. */
export function paintedPixels(pixels: Pixels, { ofPixels }: Colours, { entries, ofColours }: Palette): Pixels {
  const { width, height, channels } = pixels;
  const data = new Uint8Array(width * height * channels);
  const values = Int32Array.from(ofColours, (entry) => entries[entry] ?? 0);
  for (let pixel = 0, i = 0; pixel < ofPixels.length; pixel += 1, i += channels) {
    const value = values[ofPixels[pixel] ?? 0] ?? 0;
    data[i] = value >>> 24;
    if (channels > 2) {
      data[i + 1] = value >>> 16;
      data[i + 2] = value >>> 8;
    }
    if (channels % 2 === 0) data[i + channels - 1] = value;
  }
  return { data, width, height, channels };
}
