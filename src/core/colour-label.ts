import type { ImageType } from './image-type.ts';
import { pngChunks } from './png-chunks.ts';

/**
 * How the numbers of an image are to be shown, where it is neither sRGB nor an ICC profile. Primaries and transfer are
 * code points of ITU-T H.273, the content of `cICP` and of `nclx`.
 */
export interface ColourLabel {
  readonly primaries: number | Chromaticities;
  readonly transfer: number | { readonly exponent: number };
  /** Of an HDR image: the luminance in nits that its brightest pixel, or the display it was made on, has. */
  readonly peakNits?: number;
}

/** x and y of white, red, green and blue. */
export type Chromaticities = readonly number[];

const unspecified = 2;
const sRgb = { primaries: 1, transfer: 13 };
export const PQ = 16;
export const HLG = 18;

/**
 * The label of an image, read from its header. `undefined`: the numbers are sRGB, or an ICC profile says what they are,
 * which libvips follows. Where two labels contradict each other, the one that Chromium follows is taken.
 */
export function colourLabel(bytes: Uint8Array, type: ImageType): ColourLabel | undefined {
  const label = type === 'png' ? pngLabel(bytes) : type === 'avif' ? avifLabel(bytes) : undefined;
  return label?.primaries === sRgb.primaries && label.transfer === sRgb.transfer ? undefined : label;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const name = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** Chunks by their names, up to the first of the pixels (PNG specification, third edition, 11.3.2). */
function pngLabel(bytes: Uint8Array): ColourLabel | undefined {
  const chunks: Record<string, DataView> = {};
  for (const { name, checked } of pngChunks(bytes)) {
    if (name === 'IDAT') break;
    chunks[name] ??= viewOf(checked.subarray(4));
  }
  const { cICP, iCCP, sRGB, gAMA, cHRM, cLLI, mDCV } = chunks;
  // RGB of full range is the only kind that Chromium takes.
  if (cICP?.byteLength === 4 && cICP.getUint8(2) === 0 && cICP.getUint8(3) === 1) {
    // Units of 0.0001 nits.
    const nits = cLLI?.byteLength === 8 ? cLLI.getUint32(0) : mDCV?.byteLength === 24 ? mDCV.getUint32(16) : 0;
    return {
      primaries: cICP.getUint8(0),
      transfer: cICP.getUint8(1),
      ...(nits > 0 && { peakNits: nits / 10_000 }),
    };
  }
  // Chromium does not follow chromaticities without a gamma.
  if (iCCP || sRGB || gAMA?.byteLength !== 4 || gAMA.getUint32(0) === 0) return undefined;
  const gamma = gAMA.getUint32(0) / 100_000;
  const points = cHRM?.byteLength === 32 ? Array.from({ length: 8 }, (_, n) => cHRM.getUint32(4 * n) / 100_000) : [];
  const isOurs = points.every((value, n) => Math.abs(value - (rec709[n] ?? 0)) < 0.005);
  // As libpng and Chromium: within 5 % it is the gamma of sRGB.
  const isUsual = Math.abs(gamma * 2.2 - 1) <= 0.05;
  if (isOurs && isUsual) return undefined;
  return { primaries: isOurs ? sRgb.primaries : points, transfer: { exponent: 1 / gamma } };
}

/** White, red, green and blue of BT.709 and of sRGB. */
export const rec709: Chromaticities = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];

interface Box {
  readonly type: string;
  readonly content: Uint8Array;
}

/** The boxes of a file, or of the content of a box (ISO/IEC 14496-12, 4.2). */
function boxes(bytes: Uint8Array): Box[] {
  const view = viewOf(bytes);
  const found: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at);
    const isLong = size === 1 && at + 16 <= bytes.length;
    // Size 0: to the end.
    const length = isLong ? Number(view.getBigUint64(at + 8)) : size || bytes.length - at;
    if (length < 8 || at + length > bytes.length) break;
    found.push({ type: name(bytes, at + 4), content: bytes.subarray(at + (isLong ? 16 : 8), at + length) });
    at += length;
  }
  return found;
}

/** The properties of the primary item (ISO/IEC 23008-12, 9.3): others have thumbnails, alpha and gain maps. */
function primaryProperties(bytes: Uint8Array): Box[] {
  const inside = (list: readonly Box[], type: string, skip = 0) =>
    boxes(list.find((box) => box.type === type)?.content.subarray(skip) ?? bytes.subarray(0, 0));
  const meta = inside(boxes(bytes), 'meta', 4);
  const iprp = inside(meta, 'iprp');
  const properties = inside(iprp, 'ipco');
  const [pitm, ipma] = [meta, iprp].map((list, n) => list.find((box) => box.type === ['pitm', 'ipma'][n])?.content);
  if (!pitm || !ipma || pitm.length < 6 || ipma.length < 8) return [];
  const primary = pitm[0] === 0 ? viewOf(pitm).getUint16(4) : viewOf(pitm).getUint32(4);
  const view = viewOf(ipma);
  const [idBytes, isWide] = [ipma[0] === 0 ? 2 : 4, ((ipma[3] ?? 0) & 1) === 1];
  for (let at = 8; at + idBytes < ipma.length; ) {
    const id = idBytes === 2 ? view.getUint16(at) : view.getUint32(at);
    const count = ipma[at + idBytes] ?? 0;
    const first = at + idBytes + 1;
    at = first + count * (isWide ? 2 : 1);
    if (id !== primary || at > ipma.length) continue;
    return Array.from({ length: count }, (_, n) =>
      isWide ? view.getUint16(first + 2 * n) & 0x7fff : view.getUint8(first + n) & 0x7f,
    ).flatMap((index) => properties[index - 1] ?? []);
  }
  return [];
}

function avifLabel(bytes: Uint8Array): ColourLabel | undefined {
  const properties = primaryProperties(bytes);
  const colours = properties.filter(({ type }) => type === 'colr');
  const nclx = colours.find(({ content }) => name(content, 0) === 'nclx' && content.length >= 11)?.content;
  // A profile wins, in Chromium as in libvips.
  if (!nclx || colours.some(({ content }) => ['prof', 'rICC'].includes(name(content, 0)))) return undefined;
  const [primaries, transfer] = [viewOf(nclx).getUint16(4), viewOf(nclx).getUint16(6)];
  const light = (type: string) => properties.find((property) => property.type === type)?.content;
  const [clli, mdcv] = [light('clli'), light('mdcv')];
  const peakNits = clli && clli.length >= 4 ? viewOf(clli).getUint16(0) : 0;
  const display = mdcv && mdcv.length >= 24 ? viewOf(mdcv).getUint32(16) / 10_000 : 0;
  return {
    primaries: primaries === unspecified ? sRgb.primaries : primaries,
    // Chromium takes the curves of television for sRGB's in an AVIF, and as they are in a PNG.
    transfer: [unspecified, 1, 6, 14, 15].includes(transfer) ? sRgb.transfer : transfer,
    ...((peakNits || display) && { peakNits: peakNits || display }),
  };
}
