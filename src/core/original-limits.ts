import type { ServiceConfig } from '../config.ts';
import type { ImageType } from './image-type.ts';
import { jpegStructure } from './jpeg-structure.ts';
import { pngCanHoldItsPixels } from './png-plausibility.ts';
import { ServiceError } from './service-error.ts';

/** What the header of an image says of itself: a claim, which is checked before anything is allocated for it. */
export interface ImageHeader {
  readonly type: ImageType;
  /** Pixels of one frame. */
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bytesPerSample: number;
  readonly interlaced: boolean;
  /** Frames that will be decoded: 1 unless the preset keeps them all. */
  readonly frames: number;
}

type Limits = ServiceConfig['limits'];

/** Refuses what would cost more than it may; the decoder's own pixel limit bounds neither its time nor its memory. */
export function checkOriginal(bytes: Uint8Array, header: ImageHeader, limits: Limits): void {
  const { type, width, height, frames } = header;
  const pixels = width * height * frames;
  atMost(limits.maxOriginalSide, Math.max(width, height), 'pixels on its longer side');
  atMost(limits.maxFrames, frames, 'frames');
  atMost(type === 'avif' ? limits.maxAvifPixels : limits.maxOriginalPixels, pixels, 'pixels');

  const heldWhole = type === 'png' && header.interlaced;
  const decoded = pixels * header.channels * header.bytesPerSample;
  atMost(heldWhole ? limits.maxInterlacedDecodedBytes : limits.maxDecodedBytes, decoded, 'bytes when decoded');

  if (type === 'jpeg') {
    const { readable, scans } = jpegStructure(bytes);
    if (!readable) throw new ServiceError('type-unsupported', { seen: 'a lossless, hierarchical or 12-bit JPEG' });
    atMost(limits.maxJpegScans, scans, 'scans');
  }
  if (type === 'png' && !pngCanHoldItsPixels(bytes)) {
    throw new ServiceError('image-broken', { fault: `${bytes.length} bytes cannot hold ${width} x ${height} pixels` });
  }
}

export function checkOriginalBytes(bytes: number, limits: Limits): void {
  atMost(limits.maxOriginalBytes, bytes, 'bytes');
}

function atMost(limit: number, actual: number, what: string): void {
  if (actual > limit) throw new ServiceError('original-too-large', { what, actual, limit });
}
