export interface PngChunk {
  readonly name: string;
  /** The name and the data: what the check value is of. */
  readonly checked: Uint8Array;
  readonly check: number;
}

/** The chunks of a PNG, up to one that is cut. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) return;
    const checked = bytes.subarray(at + 4, at + 8 + length);
    const name = String.fromCharCode(...checked.subarray(0, 4));
    yield { name, checked, check: view.getUint32(at + 8 + length) };
    at += 12 + length;
  }
}

/** Samples a pixel by colour type (PNG specification, table 11.1). */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** From the header of a PNG: at least its first 26 bytes. */
export const bitsPerPixelOfPng = (view: DataView) => view.getUint8(24) * (samples[view.getUint8(25)] ?? 1);
