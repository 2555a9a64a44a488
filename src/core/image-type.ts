import { ServiceError } from './service-error.ts';

/** What we decode. Decided by the first bytes, never by the name or the stored Content-Type. */
export type ImageType = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

/** As many first bytes as the decision may need: the brands of an AVIF stand in its first box. */
export const headBytes = 512;

const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
const startsWith = (text: string) => (bytes: Uint8Array) => ascii(bytes, 0, text.length) === text;

/** Brands of the `ftyp` box: the major one first, then the compatible ones (ISO/IEC 14496-12). */
function brands(bytes: Uint8Array): string[] {
  if (ascii(bytes, 4, 8) !== 'ftyp' || bytes.length < 12) return [];
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const list = [ascii(bytes, 8, 12)];
  for (let at = 16; at + 4 <= Math.min(size, bytes.length); at += 4) list.push(ascii(bytes, at, at + 4));
  return list;
}

const supported: Readonly<Record<ImageType, (bytes: Uint8Array) => boolean>> = {
  jpeg: startsWith('\xff\xd8\xff'),
  png: startsWith('\x89PNG\r\n\x1a\n'),
  gif: (bytes) => /^GIF8[79]a$/.test(ascii(bytes, 0, 6)),
  webp: (bytes) => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP',
  // A sequence has the major brand `avis`; the decoder reads still images only.
  avif: (bytes) => {
    const [major, ...compatible] = brands(bytes);
    return major === 'avif' || (compatible.includes('avif') && !/^(?:avis|hei|hev)/.test(major ?? ''));
  },
};

/** What people upload instead, so that the refusal can name it. */
const unsupported: readonly (readonly [string, (bytes: Uint8Array) => boolean])[] = [
  ['empty', (bytes) => bytes.length === 0],
  ['an AVIF sequence', (bytes) => brands(bytes)[0] === 'avis'],
  ['a HEIC image', (bytes) => brands(bytes).some((brand) => /^(?:hei|hev|mif1|msf1)/.test(brand))],
  ['a video', (bytes) => brands(bytes).length > 0],
  ['a PDF', startsWith('%PDF')],
  ['an SVG or another text', (bytes) => /^[\t\n\r -~]/.test(ascii(bytes, 0, 1)) && bytes.every((byte) => byte >= 9)],
  ['a TIFF image', (bytes) => /^(?:II[*+]\0|MM\0[*+])/.test(ascii(bytes, 0, 4))],
  ['a JPEG XL image', (bytes) => startsWith('\xff\x0a')(bytes) || ascii(bytes, 4, 8) === 'JXL '],
  ['a BMP image', startsWith('BM')],
  ['a Photoshop file', startsWith('8BPS')],
  ['a ZIP archive', startsWith('PK\x03\x04')],
  // `._photo.jpg`, which macOS writes beside a file on other file systems (RFC 1740).
  ['an AppleDouble file', startsWith('\x00\x05\x16\x07')],
];

export function imageTypeOf(head: Uint8Array): ImageType | undefined {
  return (Object.keys(supported) as ImageType[]).find((type) => supported[type](head));
}

export function requireImageType(head: Uint8Array): ImageType {
  const type = imageTypeOf(head);
  if (type) return type;
  const seen = unsupported.find(([, matches]) => matches(head))?.[0] ?? 'of a type that we do not know';
  throw new ServiceError('type-unsupported', { seen });
}
