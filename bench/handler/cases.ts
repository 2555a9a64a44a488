/** What bench-handler measures. */
import { type PhotoName, photoClass, photoFile } from '../photos/photo-set.ts';

/** One call of the handler, or the same work by hand. */
export interface Job {
  /** The original. Absent: there is none. */
  readonly file?: string;
  readonly key: string;
  readonly preset: string;
  /** The handler's answer: 301 after a resize, 200 where the derivative exists. */
  readonly status: number;
}

/** Original and preset, small to large. */
export const resizeCases: readonly (readonly [PhotoName, string])[] = [
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

/** The one that is also measured over S3. */
export const s3Case = ['jpeg-12mp', '400x400'] as const;

export function resizeJob(photo: PhotoName, preset: string): Job {
  const { extension } = photoClass(photo);
  return { file: photoFile(photo), key: `${photo}.${extension}`, preset, status: 301 };
}

/** Answers that decode nothing. */
export function earlyJobs(): Readonly<Record<string, Job>> {
  return {
    'original missing': { key: 'missing.jpg', preset: '200x200', status: 404 },
    'preset not listed': { key: 'missing.jpg', preset: '201x201', status: 403 },
    'derivative exists': { ...resizeJob('jpeg-2mp', '200x200'), status: 200 },
  };
}
