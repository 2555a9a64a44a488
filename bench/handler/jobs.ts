/** What bench-handler measures: an original and a preset each. */
import { type PhotoName, photoClass } from '../photos/photo-set.ts';

export interface Job {
  readonly what: string;
  readonly photo: PhotoName;
  readonly key: string;
  readonly preset: string;
  /** Calls of one sample: as many as make half a second of CPU time. */
  readonly calls: number;
  /** The service's CPU time over that of bare sharp, at most. */
  readonly goal: number;
}

function job(what: string, photo: PhotoName, preset: string, calls: number, goal: number): Job {
  return { what, photo, key: `${photo}.${photoClass(photo).extension}`, preset, calls, goal };
}

export const jobs = {
  J1: job('JPEG of 12 MP → 400x400', 'jpeg-12mp', '400x400', 10, 1),
  J2: job('the same → 1280 wide', 'jpeg-12mp', '1280x', 8, 1),
  J3: job('the same → 400x400, WebP', 'jpeg-12mp', '400x400.webp', 8, 1),
  // With the service's effort on both sides: sharp's default takes 50 times as long.
  J4: job('the same → 1280 wide, AVIF at effort 0', 'jpeg-12mp', '1280x.avif', 4, 1),
  J5: job('progressive JPEG of 12 MP → 400x400', 'jpeg-12mp-progressive', '400x400', 4, 1),
  J6: job('JPEG of 24 MP → 400x400', 'jpeg-24mp', '400x400', 6, 1),
  J7: job('PNG of 2 MP with alpha → 640 wide', 'png-2mp-alpha', '640x', 8, 1.1),
  J8: job('JPEG of 2 MP → 100x100', 'jpeg-2mp', '100x100', 40, 1.25),
  J9: job('WebP of 2 MP → 320 wide', 'webp-2mp', '320x', 8, 1),
} as const satisfies Record<string, Job>;

export type JobName = keyof typeof jobs;
export const jobNames = Object.keys(jobs) as JobName[];
