const SOS = 0xda;
const EOI = 0xd9;
/** Markers without a length: TEM, RST0-7, SOI, EOI. */
const standsAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= EOI);
/** SOF0-15; what lies between them are tables and a reserved marker. */
const isFrameHeader = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** What a JPEG says of how it was coded (ITU-T T.81, B.1.1 and table B.1). */
export interface JpegStructure {
  /** Baseline, extended or progressive, with 8 bits a sample: what decoders read. Lossless and hierarchical they do not. */
  readonly readable: boolean;
  /** How often a decoder goes over the whole image. It cannot be stopped on the way. */
  readonly scans: number;
}

/**
 * Walks the markers. Where the first scan holds every component of a sequential image, a decoder reads no other, so
 * the walk ends there: ordinary photographs are not walked byte by byte.
 */
export function jpegStructure(bytes: Uint8Array): JpegStructure {
  let readable = true;
  let progressive = false;
  let components = 0;
  let scans = 0;
  for (let at = bytes.indexOf(0xff, 2); at >= 0 && at + 3 < bytes.length; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === EOI) break;
    // Padding, a stuffed zero in the data of a scan, and markers without a length.
    if (marker === 0xff || marker === 0 || standsAlone(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (isFrameHeader(marker)) {
      const coding = (marker - 0xc0) % 8;
      progressive = coding === 2;
      readable = coding <= 2 && bytes[at + 4] === 8;
      components = bytes[at + 9] ?? 0;
    }
    if (marker === SOS) {
      scans += 1;
      if (!progressive && scans === 1 && bytes[at + 4] === components) break;
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    at += 2 + Math.max(length, 2);
  }
  return { readable, scans };
}
