import { type Chromaticities, type ColourLabel, HLG, PQ, rec709 } from './colour-label.ts';

type Matrix = readonly number[];

const multiply = (a: Matrix, b: Matrix): Matrix =>
  Array.from({ length: 9 }, (_, n) =>
    [0, 1, 2].reduce((sum, k) => sum + at(a, n - (n % 3) + k) * at(b, 3 * k + (n % 3)), 0),
  );
const at = (values: readonly number[], index: number) => values[index] ?? 0;
const apply = (m: Matrix, v: readonly number[]) =>
  [0, 3, 6].map((row) => at(m, row) * at(v, 0) + at(m, row + 1) * at(v, 1) + at(m, row + 2) * at(v, 2));

function invert(m: Matrix): Matrix {
  const minor = (r: number, c: number) => {
    const [r1, r2, c1, c2] = [(r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3];
    return at(m, 3 * r1 + c1) * at(m, 3 * r2 + c2) - at(m, 3 * r1 + c2) * at(m, 3 * r2 + c1);
  };
  const determinant = [0, 1, 2].reduce((sum, c) => sum + at(m, c) * minor(0, c), 0);
  return Array.from({ length: 9 }, (_, n) => minor(n % 3, Math.floor(n / 3)) / determinant);
}

/** White, red, green and blue of ITU-T H.273, table 2. */
const primariesOf: Readonly<Record<number, Chromaticities>> = {
  1: rec709,
  4: [0.31, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08],
  5: [0.3127, 0.329, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06],
  6: [0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07],
  7: [0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07],
  8: [0.31, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049],
  9: [0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046],
  10: [1 / 3, 1 / 3, 1, 0, 0, 1, 0, 0],
  11: [0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
  12: [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
  22: [0.3127, 0.329, 0.63, 0.34, 0.295, 0.605, 0.155, 0.077],
};
const rec2020 = primariesOf[9] ?? rec709;

/** Of any luminance: primaries are scaled afterwards, and one of XYZ's own has none. */
const xyz = (x: number, y: number) => [x, y, 1 - x - y];
/** Cone responses by Bradford's matrix, as in ICC.1:2022, annex E. */
const bradford: Matrix = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];

const d65 = [0.3127 / 0.329, 1, (1 - 0.3127 - 0.329) / 0.329];

/** Linear light of these primaries to XYZ under D65. */
function toXyz(points: Chromaticities): Matrix {
  const [point = [], ...colours] = [0, 2, 4, 6].map((n) => xyz(at(points, n), at(points, n + 1)));
  const white = point.map((value) => value / at(point, 1));
  const columns = [0, 1, 2].flatMap((row) => colours.map((colour) => at(colour, row)));
  const scale = apply(invert(columns), white);
  const matrix = columns.map((value, n) => value * at(scale, n % 3));
  const [from, to] = [apply(bradford, white), apply(bradford, d65)];
  const adapt = [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => (row === column ? at(to, row) / at(from, row) : 0)),
  );
  return multiply(multiply(multiply(invert(bradford), adapt), bradford), matrix);
}

const between = (from: Chromaticities, to: Chromaticities) => multiply(invert(toXyz(to)), toXyz(from));

/** White of an SDR image, in nits (ITU-R BT.2408). */
const whiteNits = 203;

const power = (exponent: number) => (value: number) => value ** exponent;
/** A television, on which images of BT.601, BT.709 and BT.2020 are looked at (ITU-R BT.1886). */
const television = power(2.4);
/**
 * An encoded value, 0 to 1, to the linear light of a display, by the code points of ITU-T H.273, table 3. PQ is in whites
 * of SDR, HLG in parts of the peak of the scene.
 */
const curves: Readonly<Record<number, (value: number) => number>> = {
  1: television,
  4: power(2.2),
  5: power(2.8),
  6: television,
  7: (value) => (value < 0.0913 ? value / 4 : ((value + 0.1115) / 1.1115) ** (1 / 0.45)),
  8: (value) => value,
  11: television,
  12: television,
  13: (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4),
  14: television,
  15: television,
  [PQ]: (value) => {
    const v = value ** (1 / 78.84375);
    return (Math.max(0, v - 0.8359375) / (18.8515625 - 18.6875 * v)) ** (1 / 0.1593017578125) * (10_000 / whiteNits);
  },
  17: (value) => (value ** 2.6 * 52.37) / 48,
  [HLG]: (value) => (value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12),
};

/** Whether the label has a meaning here. */
export function isKnownLabel({ primaries, transfer }: ColourLabel): boolean {
  const known = typeof primaries !== 'number' || primaries in primariesOf;
  return known && (typeof transfer !== 'number' || transfer in curves);
}

/**
 * Translates pixels to sRGB of 8 bits: 1 to 4 channels, the alpha channel last where their number is even. Meant for a small
 * result: it takes about as long as resizing the same pixels.
 */
export function toSrgb(samples: Uint8Array | Uint16Array, channels: number, label: ColourLabel): Uint8Array {
  const { primaries, transfer } = label;
  const points = typeof primaries === 'number' ? (primariesOf[primaries] ?? rec709) : primaries;
  const curve = typeof transfer === 'number' ? (curves[transfer] ?? power(2.2)) : power(transfer.exponent);
  // 12 bits are enough for every curve. A table of 16 would take longer to fill than a small image to translate.
  const shift = samples instanceof Uint16Array ? 4 : 0;
  const table = Float32Array.from({ length: shift ? 4096 : 256 }, (_, n) => curve(n / (shift ? 4095 : 255)));
  const tone = transfer === PQ || transfer === HLG ? toneMap(label) : undefined;
  const out = new Uint8Array(samples.length);
  if (channels < 3) {
    const greys = Uint8Array.from(table, (light) => encode(tone ? light * gainOf(tone, light, light) : light));
    for (let i = 0; i < samples.length; i += channels) out[i] = greys[(samples[i] ?? 0) >> shift] ?? 0;
  } else {
    const light = { samples, channels, shift, table, toOurs: between(points, tone ? rec2020 : rec709) };
    if (tone) translateHdr(light, tone, out);
    else translateSdr(light, out);
  }
  if (channels % 2 === 0) {
    for (let i = channels - 1; i < samples.length; i += channels) out[i] = (samples[i] ?? 0) >> (2 * shift);
  }
  return out;
}

interface Light {
  readonly samples: Uint8Array | Uint16Array;
  readonly channels: number;
  readonly shift: number;
  /** Linear light of an encoded value, shifted. */
  readonly table: Float32Array;
  readonly toOurs: Matrix;
}

// The two loops are written out: called for each pixel, a function of both took twice as long.
function translateSdr({ samples, channels, shift, table, toOurs }: Light, out: Uint8Array): void {
  const [m0 = 1, m1 = 0, m2 = 0, m3 = 0, m4 = 1, m5 = 0, m6 = 0, m7 = 0, m8 = 1] = toOurs;
  for (let i = 0; i + 2 < samples.length; i += channels) {
    const a = table[(samples[i] ?? 0) >> shift] ?? 0;
    const b = table[(samples[i + 1] ?? 0) >> shift] ?? 0;
    const c = table[(samples[i + 2] ?? 0) >> shift] ?? 0;
    out[i] = encode(m0 * a + m1 * b + m2 * c);
    out[i + 1] = encode(m3 * a + m4 * b + m5 * c);
    out[i + 2] = encode(m6 * a + m7 * b + m8 * c);
  }
}

function translateHdr({ samples, channels, shift, table, toOurs }: Light, tone: Tone, out: Uint8Array): void {
  const [m0 = 1, m1 = 0, m2 = 0, m3 = 0, m4 = 1, m5 = 0, m6 = 0, m7 = 0, m8 = 1] = toOurs;
  const [n0 = 1, n1 = 0, n2 = 0, n3 = 0, n4 = 1, n5 = 0, n6 = 0, n7 = 0, n8 = 1] = between(rec2020, rec709);
  for (let i = 0; i + 2 < samples.length; i += channels) {
    const a = table[(samples[i] ?? 0) >> shift] ?? 0;
    const b = table[(samples[i + 1] ?? 0) >> shift] ?? 0;
    const c = table[(samples[i + 2] ?? 0) >> shift] ?? 0;
    const x = m0 * a + m1 * b + m2 * c;
    const y = m3 * a + m4 * b + m5 * c;
    const z = m6 * a + m7 * b + m8 * c;
    const brightest = Math.max(x, y, z);
    const gain = gainOf(tone, brightest, 0.2627 * x + 0.678 * y + 0.0593 * z);
    out[i] = encode(gain * (n0 * x + n1 * y + n2 * z));
    out[i + 1] = encode(gain * (n3 * x + n4 * y + n5 * z));
    out[i + 2] = encode(gain * (n6 * x + n7 * y + n8 * z));
  }
}

const encodeSteps = 16_384;
/** Small enough for the processor's first cache. */
const toneSteps = 2048;
/** Made for the first image that needs it, so that a process starts faster. */
let encoded: Uint8Array | undefined;

/** IEC 61966-2-1. */
function encodedTable(): Uint8Array {
  const table = new Uint8Array(encodeSteps + 1);
  for (let n = 0; n <= encodeSteps; n += 1) {
    const light = n / encodeSteps;
    table[n] = Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));
  }
  return table;
}

/** Linear light to sRGB of 8 bits. */
function encode(light: number): number {
  encoded ??= encodedTable();
  return light <= 0 ? 0 : light >= 1 ? 255 : (encoded[(light * encodeSteps + 0.5) | 0] ?? 0);
}

/** How an HDR image is shown without headroom. 1 is the white of SDR. */
interface Tone {
  readonly peak: number;
  /** The gain of a brightness from 0 to the peak. */
  readonly gains: Float32Array;
  /** Of HLG: what makes light of a display from a luminance of the scene, 0 to 1. */
  readonly display?: Float32Array;
}

/** The factor for a pixel of linear light of BT.2020. */
function gainOf({ peak, gains, display }: Tone, brightest: number, luminance: number): number {
  if (!display) return brightest >= peak ? 1 / brightest : (gains[(brightest * (toneSteps / peak)) | 0] ?? 0);
  const factor = display[luminance >= 1 ? toneSteps : luminance <= 0 ? 0 : (luminance * toneSteps) | 0] ?? 0;
  const shown = brightest * factor;
  return factor * (shown >= peak ? 1 / shown : (gains[(shown * (toneSteps / peak)) | 0] ?? 0));
}

/** Peak that Chromium assumes of an HDR image that names none. */
const usualPeakNits = 1000;

/**
 * The reference white tone mapping operator of SMPTE ST 2094-50, annex C, for a display without headroom: Chromium shows
 * HDR images by it. White is taken down by up to one stop; what is brighter follows a quadratic Bézier curve up to the
 * peak, which becomes 1.
 */
function toneMap({ transfer, peakNits = usualPeakNits }: ColourLabel): Tone {
  const headroom = Math.max(0, Math.log2(peakNits / whiteNits));
  const white = 1 - 0.5 * Math.min(1, headroom / Math.log2(usualPeakNits / whiteNits));
  const peak = 2 ** headroom;
  const [x1, y1] = [0.35 + 0.65 / white, 0.35 * white + 0.65];
  const [a, b] = [1 - 2 * x1 + peak, 2 * (x1 - 1)];
  const gains = Float32Array.from({ length: toneSteps + 1 }, (_, n) => {
    const x = ((n + 0.5) / toneSteps) * peak;
    if (x <= 1) return white;
    const t = (Math.sqrt(b * b - 4 * a * (1 - x)) - b) / (2 * a);
    return (white + t * (2 * (y1 - white) + t * (white - 2 * y1 + 1))) / x;
  });
  if (transfer === PQ) return { peak, gains };
  // A display of 1,000 nits (ITU-R BT.2100, table 5).
  const scale = usualPeakNits / whiteNits;
  const display = Float32Array.from({ length: toneSteps + 1 }, (_, n) => ((n + 0.5) / toneSteps) ** 0.2 * scale);
  return { peak, gains, display };
}
