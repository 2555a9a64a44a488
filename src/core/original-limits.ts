import type { Format, ServiceConfig } from '../config.ts';
import type { DerivativeSize } from './derivative-size.ts';
import type { ImageHeader } from './image-header.ts';
import { jpegStructure } from './jpeg-structure.ts';
import { pngCanHoldItsPixels } from './png-plausibility.ts';
import { ServiceError } from './service-error.ts';
import { workingBytes } from './working-memory.ts';

type Limits = ServiceConfig['limits'];

/** Refuses what would cost more than it may. sharp's own pixel limit bounds neither time nor memory. */
export function checkOriginal(
  bytes: Uint8Array,
  header: ImageHeader,
  { size, format }: { readonly size: DerivativeSize; readonly format: Format },
  limits: Limits,
): void {
  const { type, width, height, frames } = header;
  atMost(limits.maxOriginalSide, Math.max(width, height), 'pixels on its longer side');
  atMost(limits.maxFrames, frames, 'frames');
  atMost(limits.maxOriginalPixels, width * height * frames, 'pixels');
  atMost(limits.maxWorkingBytes, Math.round(workingBytes(bytes.length, header, size, format)), 'bytes of memory');

  if (type === 'jpeg') {
    const { readable, scans } = jpegStructure(bytes);
    if (!readable) throw new ServiceError('type-unsupported', { seen: 'a hierarchical, 12-bit or 16-bit JPEG' });
    atMost(limits.maxJpegScans, scans, 'scans');
  }
  if (type === 'png' && !pngCanHoldItsPixels(bytes)) {
    throw new ServiceError('image-broken', {
      fault: `${bytes.length} bytes are too few for a PNG of ${width} x ${height} pixels`,
    });
  }
}

export function checkOriginalBytes(bytes: number, limits: Limits): void {
  atMost(limits.maxOriginalBytes, bytes, 'bytes');
}

function atMost(limit: number, actual: number, what: string): void {
  if (actual > limit) throw new ServiceError('original-too-large', { what, actual, limit });
}
