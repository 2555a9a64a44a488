/** DEFLATE's best ratio (RFC 1951: 258 bytes from two bits, about 1032 to one). */
const maxRatio = 1032;

/** Samples a pixel by colour type (PNG specification, table 11.1). */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Whether the file is large enough for the pixels that its header promises: 41 bytes made a decoder take 1.4 GB. */
export function pngCanHoldItsPixels(bytes: Uint8Array): boolean {
  if (bytes.length < 33) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const bitsPerPixel = view.getUint8(24) * (samples[view.getUint8(25)] ?? 1);
  const raw = height * (Math.ceil((width * bitsPerPixel) / 8) + 1);
  return raw <= bytes.length * maxRatio;
}
