import type { ImageType } from './image-type.ts';

/** The quality, 1 to 100, that an original was encoded with. `undefined`: without loss, or it cannot be read. */
export function originalQuality(bytes: Uint8Array, type: ImageType): number | undefined {
  if (type === 'jpeg') return jpegQuality(bytes);
  return type === 'webp' ? webpQuality(bytes) : undefined;
}

/** Mean of the table for brightness in ITU-T T.81, annex K, which libjpeg scales by the quality. */
const standardMean = 57.625;

/** From the first quantisation table, by libjpeg's formula (jcparam.c, `jpeg_quality_scaling`). */
function jpegQuality(bytes: Uint8Array): number | undefined {
  for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff; ) {
    const [marker, length] = [bytes[at + 1], ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)];
    if (marker === 0xdb) {
      const isWide = (bytes[at + 4] ?? 0) >> 4 === 1;
      let sum = 0;
      for (let n = 0; n < 64; n += 1) {
        const i = at + 5 + n * (isWide ? 2 : 1);
        sum += isWide ? ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0) : (bytes[i] ?? 0);
      }
      const scale = (100 * (sum / 64)) / standardMean;
      return Math.max(1, Math.min(100, Math.round(scale <= 100 ? (200 - scale) / 2 : 5000 / scale)));
    }
    // Padding, and the data of a scan.
    if (marker === 0xff) at += 1;
    else if (marker === 0xda || length < 2) return undefined;
    else at += 2 + length;
  }
  return undefined;
}

const tag = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** The first chunk of an image's data: `VP8 ` lossy, `VP8L` lossless (RFC 9649). */
function webpData(bytes: Uint8Array): { readonly name: string; readonly data: Uint8Array } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [name, length] = [tag(bytes, at), view.getUint32(at + 4, true)];
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (name === 'VP8 ' || name === 'VP8L') return { name, data };
    // A frame of an animation: its chunks follow 16 bytes.
    at += name === 'ANMF' ? 24 : 8 + length + (length & 1);
  }
  return undefined;
}

export function isLosslessWebp(bytes: Uint8Array): boolean {
  return webpData(bytes)?.name === 'VP8L';
}

/** From the quantiser of a key frame, by the inverse of libwebp's formula (src/enc/quant_enc.c, `QualityToCompression`). */
function webpQuality(bytes: Uint8Array): number | undefined {
  const chunk = webpData(bytes);
  if (chunk?.name !== 'VP8 ' || chunk.data.length < 20) return undefined;
  const { quantiser } = vp8Header(chunk.data.subarray(10));
  const linear = (1 - quantiser / 127) ** 3;
  return Math.max(1, Math.round(100 * (linear < 0.5 ? linear * 1.5 : (linear + 1) / 2)));
}

/**
 * From the first partition of a frame, which begins with its header (RFC 6386, 9.3 to 9.6, and 7.3 for its coding). Where
 * segments have quantisers of their own, the second finest was measured to be nearest to what libwebp was asked for, and
 * never finer.
 */
export function vp8Header(partition: Uint8Array): { readonly quantiser: number; readonly partitions: number } {
  let [at, value, range, bits] = [2, ((partition[0] ?? 0) << 8) | (partition[1] ?? 0), 255, 0];
  const flag = () => {
    const split = 1 + (((range - 1) * 128) >> 8);
    const isSet = value >= split << 8;
    if (isSet) value -= split << 8;
    range = isSet ? range - split : split;
    for (; range < 128; range <<= 1) {
      value <<= 1;
      bits += 1;
      if (bits === 8) {
        bits = 0;
        value |= partition[at] ?? 0;
        at += 1;
      }
    }
    return isSet ? 1 : 0;
  };
  const number = (count: number) => Array.from({ length: count }).reduce((sum: number) => 2 * sum + flag(), 0);
  const optional = (count: number) => (flag() ? number(count) * (flag() ? -1 : 1) : undefined);

  number(2);
  let segments: number[] = [];
  let isAbsolute = false;
  if (flag()) {
    const [hasMap, hasData] = [flag(), flag()];
    if (hasData) {
      isAbsolute = flag() === 1;
      segments = Array.from({ length: 4 }, () => optional(7) ?? 0);
      for (let n = 0; n < 4; n += 1) optional(6);
    }
    if (hasMap) for (let n = 0; n < 3; n += 1) if (flag()) number(8);
  }
  // The filter's type, level and sharpness, and its changes.
  number(10);
  if (flag() && flag()) for (let n = 0; n < 8; n += 1) optional(6);
  // Those of coefficients, beside this one.
  const partitions = 2 ** number(2);
  const base = number(7);
  const [, second = 0] = segments.sort((a, b) => a - b);
  return { quantiser: isAbsolute ? second : base + second, partitions };
}
