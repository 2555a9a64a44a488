import { type AllowedPreset, looksLikePreset } from './presets.ts';
import { ServiceError } from './service-error.ts';

/** `<preset>/<key of the original>`, parsed. */
export interface ImagePath {
  readonly preset: AllowedPreset;
  /** The original's key, exactly as S3 holds it. */
  readonly key: string;
}

/** S3's limit on a key, in bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects"). */
export const maxKeyBytes = 1024;

/**
 * Reads a decoded path. The first segment decides everything and is cut off once: `200x200/200x200/a.jpg` is the
 * original `200x200/a.jpg`.
 */
export function parseImagePath(path: string, allowed: ReadonlyMap<string, AllowedPreset>): ImagePath {
  const refuse = (fault: string) => new ServiceError('key-malformed', { given: path, fault });
  const slash = path.indexOf('/');
  const name = slash < 0 ? path : path.slice(0, slash);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  if (!looksLikePreset(name)) throw refuse('does not begin with a preset');

  const fault = keyFault(key) ?? lengthFault(path);
  if (fault) throw refuse(fault);

  const preset = allowed.get(name);
  if (!preset) throw new ServiceError('preset-unlisted', { given: name, allowed: [...allowed.keys()] });
  return { preset, key };
}

/** The derivative's key, and the decoded path of its URL: built from parts that were checked, never taken over. */
export function derivativeKey({ preset, key }: ImagePath): string {
  return `${preset.name}/${key}`;
}

/**
 * The URL of a derivative, for whoever writes the page: `imageUrl('https://img.example.com', '200x200.webp', 'profile/ann.jpg')`.
 * Asks for no package and nothing of Node, so a front end can import it as it is. Throws on a key that the service
 * would refuse.
 */
export function imageUrl(base: string, preset: string, key: string): string {
  const path = `${preset}/${key}`;
  const fault = keyFault(key) ?? lengthFault(path);
  if (fault) throw new Error(`The key ${JSON.stringify(key)} ${fault}`);
  return `${base.replace(/\/+$/, '')}/${encodePath(path)}`;
}

/**
 * Percent-encodes each segment, strictly: S3 reads a raw `+` in a path as a space, and clients differ on `!'()*`, so
 * only the unreserved characters of RFC 3986 stay. Whoever asks for this path asks for exactly this key.
 */
function encodePath(path: string): string {
  return path.split('/').map(encodeSegment).join('/');
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Why a key cannot be served, or `undefined`. S3 would hold most of these, but browsers and URL parsers rewrite them:
 * the key that is asked for would not be the key that was written, and the viewer would go round for ever.
 */
function keyFault(key: string): string | undefined {
  if (key === '') return 'names no original';
  if (/[\u0000-\u001f\u007f-\u009f]/.test(key)) return 'holds a control character';
  if (/[\ud800-\udfff]/u.test(key)) return 'is not valid UTF-8';
  if (key.includes('\\')) return 'holds a backslash';
  const segments = key.split('/');
  if (segments.includes('')) return 'holds an empty segment';
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'holds a dot segment';
  return undefined;
}

/** S3 counts the preset too: it is part of the derivative's key. */
function lengthFault(path: string): string | undefined {
  return utf8Bytes(path) > maxKeyBytes ? `is longer than ${maxKeyBytes} bytes` : undefined;
}

/** Bytes of a string in UTF-8, without the TextEncoder that k6 lacks. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
