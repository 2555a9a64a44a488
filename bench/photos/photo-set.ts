/**
 * The photographs that are measured. Those of camera size are mosaics of one NASA texture with synthetic grain, coded at a
 * camera's bytes a pixel: they cost what a real photograph costs, and show nothing. `--photos DIR` measures real ones.
 */
import { join } from 'node:path';
import type { Style } from './mosaic.ts';

interface PhotoClass {
  readonly width: number;
  readonly height: number;
  readonly extension: 'jpg' | 'png' | 'webp' | 'avif' | 'gif';
  /** Default: `camera`. */
  readonly style?: Style;
  /** JPEG only: the decoder holds the whole image until the last scan. */
  readonly progressive?: boolean;
  /** JPEG only: four channels, as for print. */
  readonly cmyk?: boolean;
  /** AVIF only: 10 bits a sample, and colours at full resolution. */
  readonly wide?: boolean;
  /** PNG and AVIF only: transparency with soft edges, from NASA's image of clouds. */
  readonly softAlpha?: boolean;
  /** An unchanged file of the source. */
  readonly copyOf?: 'icon' | 'drawing';
  /** GIF only. */
  readonly frames?: number;
}

export const photoSet = {
  'jpeg-0.3mp': { width: 640, height: 480, extension: 'jpg' },
  'jpeg-2mp': { width: 1632, height: 1224, extension: 'jpg' },
  'jpeg-12mp': { width: 4000, height: 3000, extension: 'jpg' },
  'jpeg-24mp': { width: 6000, height: 4000, extension: 'jpg' },
  'jpeg-48mp': { width: 8000, height: 6000, extension: 'jpg' },
  'jpeg-12mp-progressive': { width: 4000, height: 3000, extension: 'jpg', progressive: true },
  'png-2mp-alpha': { width: 1632, height: 1224, extension: 'png', style: 'web', softAlpha: true },
  'png-icon': { width: 512, height: 512, extension: 'png', copyOf: 'icon' },
  'png-drawing': { width: 1031, height: 548, extension: 'png', copyOf: 'drawing' },
  'webp-2mp': { width: 1632, height: 1224, extension: 'webp' },
  'webp-12mp': { width: 4000, height: 3000, extension: 'webp' },
  'avif-2mp': { width: 1632, height: 1224, extension: 'avif' },
  'avif-12mp': { width: 4000, height: 3000, extension: 'avif' },
  // As large as `config.limits` allows.
  'jpeg-50mp-cmyk': { width: 8000, height: 6250, extension: 'jpg', style: 'web', progressive: true, cmyk: true },
  'webp-50mp': { width: 8000, height: 6250, extension: 'webp' },
  'avif-25mp': { width: 5000, height: 5000, extension: 'avif' },
  'avif-18mp-wide': { width: 4240, height: 4240, extension: 'avif', wide: true, softAlpha: true },
  'gif-animated': { width: 480, height: 300, extension: 'gif', frames: 24 },
} as const satisfies Record<string, PhotoClass>;

export type PhotoName = keyof typeof photoSet;

export const photoNames = Object.keys(photoSet) as PhotoName[];

/** The row of the table, with its optional fields. */
export function photoClass(name: PhotoName): PhotoClass {
  return photoSet[name];
}

export const photoFolder = join(import.meta.dirname, '../../.cache/photos');

export function photoFile(name: PhotoName): string {
  return join(photoFolder, `${name}.${photoSet[name].extension}`);
}
