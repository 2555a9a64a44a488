/** What is measured, and what each measurement has to reach. */
import type { Format } from '../../src/config.ts';
import { existingPhotoFile, type PhotoName, photoClass } from '../photos/photo-set.ts';

/** One call of the handler. */
export interface HandlerJob {
  /** The photograph, where there is an original. */
  readonly file?: string;
  readonly key: string;
  readonly preset: string;
  /** The derivative is there already. */
  readonly keep: boolean;
  /** What the handler has to answer. */
  readonly status: number;
}

export interface CodecJob {
  readonly file: string;
  readonly preset: string;
  readonly format: Format;
  readonly settings: 'ours' | 'default';
}

export function resizeJob(photo: PhotoName, preset: string): HandlerJob {
  return {
    file: existingPhotoFile(photo),
    key: `${photo}.${photoClass(photo).extension}`,
    preset,
    keep: false,
    status: 301,
  };
}

/** Answered without decoding anything. */
export function earlyJobs(): Readonly<Record<string, HandlerJob>> {
  const existing = { ...resizeJob('jpeg-2mp', '200x200'), keep: true, status: 200 };
  return {
    'original missing': { key: 'nowhere.jpg', preset: '200x200', keep: false, status: 404 },
    'preset not listed': { key: 'nowhere.jpg', preset: '201x201', keep: false, status: 403 },
    'derivative exists': existing,
  };
}

/** Original and preset, small to large. */
export const overheadCases: readonly (readonly [PhotoName, string])[] = [
  ['jpeg-0.3mp', '400x400'],
  ['jpeg-2mp', '100x100'],
  ['jpeg-2mp', '400x400'],
  ['png-2mp-alpha', '640x'],
  ['jpeg-12mp', '400x400'],
  ['jpeg-12mp', '400x400.webp'],
  ['jpeg-12mp', '1280x'],
  ['jpeg-12mp', '1280x.avif'],
  ['jpeg-12mp-progressive', '400x400'],
  ['jpeg-24mp', '400x400'],
  ['jpeg-48mp', '400x400'],
];

export const storeCase = ['jpeg-12mp', '400x400'] as const;

export const memoryCases: readonly (readonly [PhotoName, string])[] = [
  ['jpeg-12mp', '400x400'],
  ['jpeg-24mp', '400x400'],
  ['jpeg-48mp', '400x400'],
  ['jpeg-12mp-progressive', '400x400'],
  ['avif-2mp', '400x400'],
  ['avif-12mp', '400x400'],
];

/** Mostly what people upload, a few of each kind that is hard on memory. Gone through in turn. */
export const soakMix: readonly (readonly [PhotoName, string])[] = [
  ['jpeg-2mp', '200x200'],
  ['jpeg-0.3mp', '100x100'],
  ['jpeg-2mp', '640x.webp'],
  ['jpeg-12mp', '400x400'],
  ['jpeg-0.3mp', '320x'],
  ['gif-animated', '320x'],
  ['jpeg-2mp', '400x400.avif'],
  ['webp-2mp', '48x48'],
  ['jpeg-2mp', '1280x'],
  ['png-2mp-alpha', '320x'],
  ['jpeg-0.3mp', '200x200.webp'],
  ['avif-2mp', '200x200'],
];

/** Original, preset that gives the size, format; with the greatest part of the default's bytes or CPU. */
export const codecCases: readonly {
  readonly photo: PhotoName;
  readonly preset: string;
  readonly format: Format;
  readonly aim: { readonly cpu?: number; readonly bytes?: number };
}[] = [
  { photo: 'jpeg-12mp', preset: '400x400', format: 'webp', aim: {} },
  { photo: 'jpeg-12mp', preset: '1280x', format: 'webp', aim: {} },
  { photo: 'png-2mp-alpha', preset: '640x', format: 'webp', aim: {} },
  { photo: 'jpeg-12mp', preset: '400x400', format: 'avif', aim: { cpu: 0.03 } },
  { photo: 'jpeg-12mp', preset: '1280x', format: 'avif', aim: { cpu: 0.03 } },
  { photo: 'png-2mp-alpha', preset: '320x', format: 'png', aim: { bytes: 0.76 } },
  { photo: 'png-2mp-alpha', preset: '640x', format: 'png', aim: { bytes: 0.76 } },
  { photo: 'png-2mp-alpha', preset: '1280x', format: 'png', aim: { bytes: 0.76 } },
  { photo: 'png-icon', preset: '320x', format: 'png', aim: {} },
  { photo: 'png-drawing', preset: '640x', format: 'png', aim: {} },
];
