import { keyFault, lengthFault } from '../url.ts';
import { type AllowedPreset, looksLikePreset } from './presets.ts';
import { ServiceError } from './service-error.ts';

/** `<preset>/<key of the original>`, parsed. */
export interface ImagePath {
  readonly preset: AllowedPreset;
  /** The original's key, exactly as S3 holds it. */
  readonly key: string;
}

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
  // `._photo.jpg`: what macOS writes beside a file on other file systems (RFC 1740), never the image itself.
  if (/(?:^|\/)\._[^/]*$/.test(key)) throw new ServiceError('type-unsupported', { seen: 'an AppleDouble file' });
  return { preset, key };
}

/** The derivative's key, and the decoded path of its URL: built from parts that were checked, never taken over. */
export function derivativeKey({ preset, key }: ImagePath): string {
  return `${preset.name}/${key}`;
}

/** The keys of all derivatives that an original can have. None, if its key cannot be asked for. */
export function derivativeKeysOf(key: string, allowed: ReadonlyMap<string, AllowedPreset>): string[] {
  if (keyFault(key)) return [];
  return [...allowed.values()].map((preset) => derivativeKey({ preset, key })).filter((path) => !lengthFault(path));
}
