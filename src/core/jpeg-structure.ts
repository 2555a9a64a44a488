const SOS = 0xda;
const EOI = 0xd9;
/** Markers without a length: TEM, RST0-7, SOI, EOI. */
const standsAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= EOI);
/** SOF0-15; what lies between them are tables and a reserved marker. */
const isFrameHeader = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** How a JPEG was coded (ITU-T T.81, B.1.1 and table B.1). */
export interface JpegStructure {
  /**
   * 8 bits a sample and baseline, extended, progressive, or lossless with Huffman coding: what libjpeg-turbo 3 decodes
   * for libvips. It does not decode hierarchical coding, nor lossless arithmetic coding.
   */
  readonly readable: boolean;
  /** How often a decoder goes over the whole image. It cannot be stopped on the way. */
  readonly scans: number;
  readonly progressive: boolean;
  /** Offset of the frame header's marker; -1 where there is none. */
  readonly frameHeader: number;
  /** Offsets of the scan headers' markers, of as many scans as a decoder reads. */
  readonly scanHeaders: readonly number[];
}

/** The header and the limits ask for the same image, and a progressive one is read to its end. */
const known = new WeakMap<Uint8Array, JpegStructure>();

export function jpegStructure(bytes: Uint8Array): JpegStructure {
  const structure = known.get(bytes) ?? readMarkers(bytes);
  known.set(bytes, structure);
  return structure;
}

/**
 * Walks the markers. A decoder reads only the first scan of a sequential image if that scan holds every component, so
 * reading ends there: ordinary photographs are not read byte by byte.
 */
function readMarkers(bytes: Uint8Array): JpegStructure {
  let readable = true;
  let progressive = false;
  let components = 0;
  const scanHeaders: number[] = [];
  let frameHeader = -1;
  for (let at = bytes.indexOf(0xff, 2); at >= 0 && at + 3 < bytes.length; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === EOI) break;
    // Padding, a stuffed zero in the data of a scan, and markers without a length.
    if (marker === 0xff || marker === 0 || standsAlone(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (isFrameHeader(marker)) {
      progressive = (marker - 0xc0) % 8 === 2;
      readable = [0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xca].includes(marker) && bytes[at + 4] === 8;
      components = bytes[at + 9] ?? 0;
      frameHeader = at;
    }
    if (marker === SOS) {
      scanHeaders.push(at);
      if (!progressive && scanHeaders.length === 1 && bytes[at + 4] === components) break;
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    at += 2 + Math.max(length, 2);
  }
  return { readable, scans: scanHeaders.length, progressive, frameHeader, scanHeaders };
}

/** The same JPEG, with the end marker that it may lack. */
export function withEndMarker(bytes: Uint8Array): Uint8Array {
  const ended = new Uint8Array(bytes.length + 2);
  ended.set(bytes);
  ended.set([0xff, EOI], bytes.length);
  return ended;
}

/** The components of the frame: id, and how many rows of blocks of it make one of the image. */
function componentsOf(bytes: Uint8Array, frameHeader: number): { readonly id: number; readonly sampling: number }[] {
  return Array.from({ length: bytes[frameHeader + 9] ?? 0 }, (_, n) => {
    const [id = 0, sampling = 0] = bytes.subarray(frameHeader + 10 + 3 * n);
    return { id, sampling: sampling & 0x0f };
  });
}

const heightOf = (bytes: Uint8Array, frameHeader: number) =>
  ((bytes[frameHeader + 5] ?? 0) << 8) | (bytes[frameHeader + 6] ?? 0);

/**
 * A copy that claims to be one row of blocks shorter. If a decoder reads this copy without reaching the end of the data,
 * the original lacks nothing but a part of its last row. `undefined` in a JPEG of several scans, where later ones follow the
 * first one's last row, and in one of one row.
 */
export function withoutLastBlockRow(bytes: Uint8Array): Uint8Array | undefined {
  const { frameHeader: at, progressive, scans } = jpegStructure(bytes);
  if (at < 0 || progressive || scans > 1) return undefined;
  const rowHeight = 8 * Math.max(1, ...componentsOf(bytes, at).map(({ sampling }) => sampling));
  const rows = Math.ceil(heightOf(bytes, at) / rowHeight) - 1;
  if (rows < 1) return undefined;
  const shorter = Uint8Array.from(bytes);
  shorter.set([(rows * rowHeight) >> 8, (rows * rowHeight) & 0xff], at + 5);
  return shorter;
}

/**
 * The last scan of a progressive JPEG that has all its scans: a copy without the data of the last one, and the line at which
 * that scan's last row of blocks begins. If the images differ there, that row had begun. `undefined` where scans are
 * missing, or where there are several components in the last one.
 */
export function withoutLastScan(
  bytes: Uint8Array,
): { readonly bytes: Uint8Array; readonly lastRow: number } | undefined {
  const { frameHeader, progressive, scanHeaders } = jpegStructure(bytes);
  const last = scanHeaders.at(-1);
  if (!progressive || last === undefined || frameHeader < 0) return undefined;
  const components = componentsOf(bytes, frameHeader);
  // The bits that are missing of each coefficient (T.81, G.1.1.1): a scan states which it sends, and to which bit.
  const missing = new Map(components.map(({ id }) => [id, new Uint8Array(64).fill(0xff)]));
  for (const at of scanHeaders) {
    const count = bytes[at + 4] ?? 0;
    const [from = 0, to = 0, bits = 0] = bytes.subarray(at + 5 + 2 * count);
    for (let n = 0; n < count; n++) missing.get(bytes[at + 5 + 2 * n] ?? -1)?.fill(bits & 0x0f, from, to + 1);
  }
  const sampling = components.find(({ id }) => id === bytes[last + 5])?.sampling;
  if (bytes[last + 4] !== 1 || !sampling || [...missing.values()].some((bits) => bits.some((bit) => bit > 0)))
    return undefined;
  const rowHeight = (8 * Math.max(...components.map((one) => one.sampling))) / sampling;
  const headerEnd = last + 2 + (((bytes[last + 2] ?? 0) << 8) | (bytes[last + 3] ?? 0));
  return {
    bytes: withEndMarker(bytes.subarray(0, headerEnd)),
    lastRow: Math.floor((heightOf(bytes, frameHeader) - 1) / rowHeight) * rowHeight,
  };
}
