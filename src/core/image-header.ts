import type { ImageType } from './image-type.ts';

/** What the header of an image says. It is only a claim, and is checked before memory is allocated for it. */
export interface ImageHeader {
  readonly type: ImageType;
  /** Pixels of one frame, as stored. */
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bytesPerSample: number;
  readonly hasAlpha: boolean;
  /** The decoder needs the whole image in memory: an interlaced PNG, a JPEG of several scans. */
  readonly heldWhole: boolean;
  /** EXIF says that the image has to be turned or mirrored. */
  readonly turned: boolean;
  /** Frames of the file. */
  readonly pages: number;
  /** Frames that will be decoded: 1 unless the preset keeps them all. */
  readonly frames: number;
}
