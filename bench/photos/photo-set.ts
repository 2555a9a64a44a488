/** The photographs that are measured: what a camera, a phone, a designer and a web site upload. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Look } from './mosaic.ts';

interface PhotoClass {
  readonly width: number;
  readonly height: number;
  readonly extension: 'jpg' | 'png' | 'webp' | 'avif' | 'gif';
  /** Default: a camera's. */
  readonly look?: Look;
  /** JPEG only: several passes over the image, each held in memory until the last. */
  readonly progressive?: boolean;
  /** PNG only: the clouds of the same Earth as transparency, soft at their edges. */
  readonly softAlpha?: boolean;
  /** A file of the source as it is. */
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
  'png-2mp-alpha': { width: 1632, height: 1224, extension: 'png', look: 'web', softAlpha: true },
  'png-icon': { width: 512, height: 512, extension: 'png', copyOf: 'icon' },
  'png-drawing': { width: 1031, height: 548, extension: 'png', copyOf: 'drawing' },
  'webp-2mp': { width: 1632, height: 1224, extension: 'webp' },
  'webp-12mp': { width: 4000, height: 3000, extension: 'webp' },
  'avif-2mp': { width: 1632, height: 1224, extension: 'avif' },
  'avif-12mp': { width: 4000, height: 3000, extension: 'avif' },
  // As large as `config.limits` lets them be.
  'jpeg-50mp-progressive': { width: 8000, height: 6250, extension: 'jpg', progressive: true },
  'webp-50mp': { width: 8000, height: 6250, extension: 'webp' },
  'avif-25mp': { width: 5000, height: 5000, extension: 'avif' },
  'gif-animated': { width: 480, height: 300, extension: 'gif', frames: 24 },
} as const satisfies Record<string, PhotoClass>;

export type PhotoName = keyof typeof photoSet;

export const photoNames = Object.keys(photoSet) as PhotoName[];

/** The same row, with the fields that it does not have. */
export function photoClass(name: PhotoName): PhotoClass {
  return photoSet[name];
}

export const photoFolder = join(import.meta.dirname, '../../.cache/photos');

export function photoFile(name: PhotoName): string {
  return join(photoFolder, `${name}.${photoSet[name].extension}`);
}

/** As `photoFile`, for those who measure: says what to do when the photograph has not been made yet. */
export function existingPhotoFile(name: PhotoName): string {
  const file = photoFile(name);
  if (!existsSync(file)) throw new Error(`The photograph ${file} is missing: run make photos first`);
  return file;
}
