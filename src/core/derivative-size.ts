import type { Format, ServiceConfig } from '../config.ts';
import type { FocalPoint } from './focal-point.ts';
import type { ImageHeader } from './image-header.ts';
import type { ImageType } from './image-type.ts';
import { outputFormat, type ResizePlan } from './resize-plan.ts';

export interface Size {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export interface DerivativeSize extends Size {
  /** The size of the whole original at the derivative's scale. Larger than the derivative where a cover cuts. */
  readonly scaled: Size;
  /** Set when the preset asked for more than may be made: the format's greatest side, or `maxDerivativePixels`, AVIF's CPU time. */
  readonly reducedBy?: 'side' | 'pixels';
}

/**
 * The greatest side that the encoders write, in pixels. Measured with sharp 0.35.5 (libvips 8.18.7): one pixel more
 * fails. PNG could hold more; the limit of an original's side is its limit, too.
 */
const maxSides: Readonly<Record<Format, number>> = { jpg: 65_500, png: 65_535, webp: 16_383, avif: 16_384 };

/**
 * CPU seconds that a megapixel takes (sharp 0.35.5, x64, a busy machine; docs/decisions/009). An AVIF of 10 or 12 bits takes
 * more than one of 8.
 */
const decoding: Readonly<Record<ImageType, number>> = { jpeg: 0.03, png: 0.05, webp: 0.05, gif: 0.05, avif: 0.12 };
const decodingDeepAvif = 0.19;
const encodingAvif = 0.19;

/** An AVIF derivative may always have so many, whatever its original takes. */
const leastAvifPixels = 250_000;

type Original = Size & Pick<ImageHeader, 'type' | 'frames' | 'bytesPerSample'>;
type Limits = Pick<ServiceConfig['limits'], 'maxDerivativePixels' | 'maxAvifCpuSeconds'>;

/** Format and size of a derivative. Of a drawing the encoder may still make a WebP where this says AVIF. */
export function formatAndSize(
  plan: Pick<ResizePlan, 'preset' | 'scale' | 'format'>,
  original: Original,
  limits: Limits,
): { readonly format: Format; readonly size: DerivativeSize } {
  const format = outputFormat(plan, original.type, original.frames);
  const size = derivativeSize(plan, original, format, limits);
  // Rather a WebP than fewer pixels for the sake of AVIF's CPU time.
  if (plan.format !== 'auto' || size.reducedBy === undefined) return { format, size };
  return { format: 'webp', size: derivativeSize(plan, original, 'webp', limits) };
}

/**
 * The size of a derivative, from the upright size of the original. A cover has the preset's shape, also where the
 * original is smaller; a width preset has the preset's width, however long the original is.
 */
export function derivativeSize(
  { preset, scale: share = 1 }: Pick<ResizePlan, 'preset' | 'scale'>,
  original: Original,
  format: Format,
  limits: Limits,
): DerivativeSize {
  const { width, height = Number.POSITIVE_INFINITY, fit, enlarge = false } = preset;
  const cover = fit === 'cover' && Number.isFinite(height);
  const shape = cover ? { width, height } : original;
  const wanted = cover
    ? Math.min(1, enlarge ? 1 : Math.min(original.width / width, original.height / height))
    : Math.min(width / original.width, height / original.height, enlarge ? Number.POSITIVE_INFINITY : 1);

  const bySide = maxSides[format] / Math.max(shape.width, shape.height);
  const byPixels = Math.sqrt(mostPixels(original, format, limits) / (shape.width * shape.height * original.frames));
  const scale = Math.min(wanted, bySide, byPixels) * share;
  // Rounded down where a limit holds, and where a cover may not be larger than the original.
  const round = cover || scale < wanted ? (pixels: number) => Math.floor(pixels + 1e-9) : Math.round;
  const size = scaleBy(shape, scale, round);
  const scaled = cover ? scaleBy(original, coverScale(size, original), Math.round) : size;
  const isReduced = Math.min(bySide, byPixels) < wanted;
  return { ...size, scaled, ...(isReduced && { reducedBy: bySide < byPixels ? 'side' : 'pixels' }) };
}

/** The part of the scaled original that a cover keeps: centred on the point, and moved inside where it would reach out. */
export function focalCrop({ width, height, scaled }: DerivativeSize, { x, y }: FocalPoint) {
  const start = (at: number, whole: number, kept: number) =>
    Math.min(Math.max(0, Math.round(at * whole - kept / 2)), whole - kept);
  return { left: start(x, scaled.width, width), top: start(y, scaled.height, height), width, height };
}

function mostPixels({ type, width, height, frames, bytesPerSample }: Original, format: Format, limits: Limits): number {
  if (format !== 'avif') return limits.maxDerivativePixels;
  const rate = type === 'avif' && bytesPerSample > 1 ? decodingDeepAvif : decoding[type];
  const left = limits.maxAvifCpuSeconds - (rate * width * height * frames) / 1e6;
  return Math.min(limits.maxDerivativePixels, Math.max(leastAvifPixels, (left / encodingAvif) * 1e6));
}

/** The least scale at which the original fills the size. */
function coverScale(size: Size, original: Size): number {
  return Math.max(size.width / original.width, size.height / original.height);
}

function scaleBy({ width, height }: Size, scale: number, round: (pixels: number) => number): Size {
  return { width: Math.max(1, round(width * scale)), height: Math.max(1, round(height * scale)) };
}
