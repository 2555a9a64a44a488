import type { AskedFormat, Format, Preset, ServiceConfig } from '../config.ts';
import { urlOf } from '../url.ts';
import type { FocalPoint } from './focal-point.ts';
import { derivativeKey, type ImagePath } from './image-path.ts';
import type { ImageType } from './image-type.ts';

/** What is known before the original is read. `derivativeSize()` has the rest, once its header has been read. */
export interface ResizePlan {
  readonly originalKey: string;
  readonly derivativeKey: string;
  readonly preset: Preset;
  /** Absent: the original's own format. */
  readonly format?: AskedFormat;
  /** Less than 1: the derivative is made so much smaller than the preset asks for, so that it fits a reply. Default: 1. */
  readonly scale?: number;
  /** Of the original. A cover keeps it in view, in place of the preset's `position`. */
  readonly focal?: FocalPoint;
  readonly cacheControl: string;
  /** Where CloudFront serves the derivative, without a version. */
  readonly location: string;
  /** The same for the original that is shown if this one does not exist. Absent: none is. */
  readonly fallback?: string;
}

export interface Derivative {
  readonly bytes: Uint8Array;
  readonly format: Format;
  /** Pixels of one frame. */
  readonly width: number;
  readonly height: number;
  /** Set when a limit made the derivative smaller than the preset asks for. */
  readonly reducedBy?: 'side' | 'pixels';
}

export const contentTypes: Readonly<Record<Format, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
};

const formatOf: Readonly<Record<ImageType, Format>> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  avif: 'avif',
  gif: 'webp',
};

export function planResize(
  path: ImagePath,
  { config, imageBaseUrl }: { config: Pick<ServiceConfig, 'cache'>; imageBaseUrl: string },
): ResizePlan {
  const { preset, format, name } = path.preset;
  const { fallback } = preset;
  return {
    originalKey: path.key,
    derivativeKey: derivativeKey(path),
    preset,
    ...(format && { format }),
    cacheControl: cacheControlOf(config.cache, preset),
    location: urlOf(imageBaseUrl, name, path.key),
    // A fallback that is missing is a 404: a redirect to itself would go on for ever.
    ...(fallback !== undefined && fallback !== path.key && { fallback: urlOf(imageBaseUrl, name, fallback) }),
  };
}

/**
 * The format that was asked for, or the original's own: a photograph never becomes a PNG. GIF becomes WebP: encoding the
 * same animation as GIF took 3 times the CPU (480 x 300, 24 frames: 716 ms against 244 ms).
 */
export function outputFormat(plan: Pick<ResizePlan, 'format'>, type: ImageType, frames = 1): Format {
  // Of a drawing the encoder makes a WebP, where that is smaller.
  if (plan.format === 'auto') return frames > 1 ? 'webp' : 'avif';
  return plan.format ?? formatOf[type];
}

/** Animations are read from GIF and WebP, and written as WebP. */
export function keepsFrames(plan: Pick<ResizePlan, 'format' | 'preset'>, type: ImageType): boolean {
  const isRead = type === 'gif' || type === 'webp';
  return plan.preset.animated === true && isRead && outputFormat(plan, type, Number.POSITIVE_INFINITY) === 'webp';
}

/**
 * The Cache-Control of the derivatives of a preset, by default of one without a lifetime of its own. Not `immutable`: an
 * original can be replaced under the same key.
 */
export function cacheControlOf(cache: ServiceConfig['cache'], preset?: Preset): string {
  const seconds = preset?.browserSeconds ?? cache.browserSeconds;
  const browser = `public, max-age=${seconds}`;
  return seconds === cache.edgeSeconds ? browser : `${browser}, s-maxage=${cache.edgeSeconds}`;
}
