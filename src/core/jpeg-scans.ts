const SOS = 0xda;
const EOI = 0xd9;
const isFrameHeader = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const isProgressive = (marker: number) => [0xc2, 0xc6, 0xca, 0xce].includes(marker);
/** Markers without a length: TEM, RST0-7, SOI, EOI. */
const standsAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= EOI);

/**
 * Scans of a JPEG, by walking its markers (ITU-T T.81, B.1.1). A decoder goes over the whole picture once for each,
 * and cannot be stopped. Where the first scan holds every component of a sequential picture, a decoder reads no other,
 * so the walk ends there: photographs are not walked byte by byte.
 */
export function jpegScans(bytes: Uint8Array): number {
  let scans = 0;
  let components = 0;
  let progressive = false;
  let at = 2;
  while (true) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 3 >= bytes.length) return scans;
    const marker = bytes[at + 1] ?? 0;
    // A stuffed zero is data, a run of 0xff is padding.
    if (marker === 0 || marker === 0xff || standsAlone(marker)) {
      if (marker === EOI) return scans;
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (isFrameHeader(marker)) {
      components = bytes[at + 9] ?? 0;
      progressive = isProgressive(marker);
    } else if (marker === SOS) {
      scans += 1;
      if (!progressive && scans === 1 && bytes[at + 4] === components) return scans;
    }
    at += 2 + Math.max(length, 2);
  }
}
