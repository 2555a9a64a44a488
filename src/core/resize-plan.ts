import type { Format, Preset, ServiceConfig } from '../config.ts';
import { urlOf } from '../url.ts';
import { derivativeKey, type ImagePath } from './image-path.ts';
import type { ImageType } from './image-type.ts';

/** What will be done: everything that is known before the original is opened. */
export interface ResizePlan {
  readonly originalKey: string;
  readonly derivativeKey: string;
  readonly preset: Preset;
  /** Pixels; the derivative is never larger. */
  readonly box: { readonly width: number; readonly height: number };
  /** Absent: the original's own. */
  readonly format?: Format;
  readonly cacheControl: string;
  /** Where CloudFront serves the derivative. */
  readonly location: string;
}

/** What came of it. */
export interface Derivative {
  readonly bytes: Uint8Array;
  readonly format: Format;
  /** Pixels; of one frame. */
  readonly width: number;
  readonly height: number;
}

/** How many times its width a width preset may be high when it does not say. */
const defaultMaxRatio = 4;

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
  const { preset, format } = path.preset;
  return {
    originalKey: path.key,
    derivativeKey: derivativeKey(path),
    preset,
    box: boxOf(preset),
    ...(format && { format }),
    cacheControl: cacheControlOf(config.cache),
    location: urlOf(imageBaseUrl, path.preset.name, path.key),
  };
}

/** What bounds every derivative of the preset, in pixels. */
export function boxOf({ width, height, maxHeight }: Preset): ResizePlan['box'] {
  return { width, height: height ?? maxHeight ?? width * defaultMaxRatio };
}

/** The asked format, else the original's own: a photograph never becomes a PNG. GIF becomes WebP, eleven times cheaper. */
export function outputFormat(plan: Pick<ResizePlan, 'format'>, type: ImageType): Format {
  return plan.format ?? formatOf[type];
}

/** Of formats that hold several frames we write WebP only, and read GIF and WebP. */
export function keepsFrames(plan: Pick<ResizePlan, 'format' | 'preset'>, type: ImageType): boolean {
  return plan.preset.animated === true && (type === 'gif' || type === 'webp') && outputFormat(plan, type) === 'webp';
}

/** Not `immutable`: an original can be replaced under its name. */
export function cacheControlOf({ browserSeconds, edgeSeconds }: ServiceConfig['cache']): string {
  const browser = `public, max-age=${browserSeconds}`;
  return browserSeconds === edgeSeconds ? browser : `${browser}, s-maxage=${edgeSeconds}`;
}
