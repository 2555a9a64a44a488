/**
 * Image URLs for the front end. One file without imports: `make build` writes `dist/url.js` and `dist/url.d.ts`, or copy
 * this file as it is. `make docs` writes the list of presets.
 */

/* begin presets */
/** The presets of `src/config.ts`. */
export type PresetName =
  | '48x48'
  | '48x48.webp'
  | '48x48.avif'
  | '48x48.auto'
  | '100x100'
  | '100x100.webp'
  | '100x100.avif'
  | '100x100.auto'
  | '200x200'
  | '200x200.webp'
  | '200x200.avif'
  | '200x200.auto'
  | '400x400'
  | '400x400.webp'
  | '400x400.avif'
  | '400x400.auto'
  | '320x'
  | '320x.webp'
  | '320x.avif'
  | '320x.auto'
  | '640x'
  | '640x.webp'
  | '640x.avif'
  | '640x.auto'
  | '1280x'
  | '1280x.webp'
  | '1280x.avif'
  | '1280x.auto'
  | '1920x'
  | '1920x.webp'
  | '1920x.avif'
  | '1920x.auto'
  | '1200x630'
  | '1200x630.jpg';
/* end presets */

/** S3's limit on a key, in bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects"). */
export const maxKeyBytes = 1024;

export interface UrlOptions {
  /**
   * Any string that changes with the image, such as its upload time or ETag. It becomes `?v=`, so that a browser that
   * holds the replaced image asks again. CloudFront's cache key has no query: all versions are one entry.
   */
  readonly version?: string;
}

/**
 * Returns the URL of an image at a preset: `imageUrl('https://img.example.com', '200x200.webp', 'profile/ann.jpg')`.
 * Throws an error for a key that the service would refuse, or a version that names nothing.
 */
export function imageUrl(base: string, preset: PresetName, key: string, options: UrlOptions = {}): string {
  return urlOf(base, preset, key, options);
}

/**
 * Returns the value of a `srcset` attribute. Width presets get a width (`640w`), and need `sizes` beside them; others get
 * their width as a multiple of the first one's (`1x`, `2x`).
 */
export function srcSet(base: string, key: string, presets: readonly PresetName[], options: UrlOptions = {}): string {
  const first = Number.parseInt(presets[0] ?? '', 10);
  return presets
    .map((preset) => {
      const width = Number.parseInt(preset, 10);
      return `${urlOf(base, preset, key, options)} ${/^\d+x(?:\.|$)/.test(preset) ? `${width}w` : `${width / first}x`}`;
    })
    .join(', ');
}

/** The same as `imageUrl` for a preset that is known at run time only. */
export function urlOf(base: string, preset: string, key: string, { version }: UrlOptions = {}): string {
  const path = `${preset}/${key}`;
  const fault = keyFault(key) ?? lengthFault(path);
  if (fault) throw new Error(`The key ${JSON.stringify(key)} ${fault}`);
  const url = `${base.replace(/\/+$/, '')}/${encodePath(path)}`;
  return version === undefined ? url : `${url}?v=${encodeVersion(version)}`;
}

/** The longest version id of S3 has 1,024 bytes (S3 user guide, "Using versioning in S3 buckets"). */
const maxVersionLength = 1024;

function encodeVersion(version: string): string {
  const fault =
    version === ''
      ? 'is empty'
      : version.length > maxVersionLength
        ? `is longer than ${maxVersionLength} characters`
        : /[\ud800-\udfff]/u.test(version)
          ? 'is not valid UTF-8'
          : undefined;
  if (fault) throw new Error(`The version ${JSON.stringify(version)} ${fault}`);
  return encodeSegment(version);
}

/**
 * Percent-encodes each segment, strictly: S3 reads a raw `+` in a path as a space, and clients differ on `!'()*`, so
 * only the unreserved characters of RFC 3986 stay. A request for this path asks S3 for exactly this key.
 */
function encodePath(path: string): string {
  return path.split('/').map(encodeSegment).join('/');
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Says why a key cannot be served; `undefined` when it can. S3 accepts most of these keys, but browsers and URL parsers
 * rewrite them: the browser would ask for another key than the one that was stored, and be redirected for ever.
 */
export function keyFault(key: string): string | undefined {
  if (key === '') return 'names no original';
  if (/[\u0000-\u001f\u007f-\u009f]/.test(key)) return 'has a control character';
  if (/[\ud800-\udfff]/u.test(key)) return 'is not valid UTF-8';
  if (key.includes('\\')) return 'has a backslash';
  const segments = key.split('/');
  if (segments.includes('')) return 'has an empty segment';
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'has a dot segment';
  return undefined;
}

/** S3 counts the preset too: it is part of the derivative's key. */
export function lengthFault(path: string): string | undefined {
  return utf8Bytes(path) > maxKeyBytes ? `is longer than ${maxKeyBytes} bytes` : undefined;
}

/** Bytes of a string in UTF-8, without TextEncoder, which k6 does not have. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
